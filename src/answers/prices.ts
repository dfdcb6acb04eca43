import * as z from 'zod';
import { clean, PmpError } from '../engine/index.ts';
import type { Prices } from '../model/index.ts';
import type { Yaml } from '../ports/index.ts';

const price = z.number().nonnegative();
const shape = z.object({
  source: z.string().min(1),
  read: z.iso.date(),
  currency: z.string().min(1),
  plans: z.array(z.object({ name: z.string().min(1), monthly: price, yearly: price })).min(1),
});

/** The price list of templates/prices.yaml. @throws PmpError `file` for one that somebody edited into something else */
export function readPrices(text: string, yaml: Yaml): Prices {
  const { value, problems } = yaml.read(text);
  const read = shape.safeParse(value);
  if (problems.length === 0 && read.success) return read.data;
  const issue = read.success ? undefined : read.error.issues[0];
  throw new PmpError('file', {
    message: 'prices.yaml is no price list',
    cause: problems[0]?.wrong ?? clean(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`),
    fix: 'Write source, read (YYYY-MM-DD), currency and plans (name, monthly, yearly), or put the file back as it was installed.',
  });
}
