import { isFields } from './config.ts';

/** The entries of a mapping whose values are text: labels, annotations, a ConfigMap's data. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  if (!isFields(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
