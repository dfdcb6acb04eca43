import { createYaml } from '../../src/adapters/yaml.ts';
import { parseAnswers, type ParseOptions } from '../../src/answers/index.ts';
import { PmpError } from '../../src/engine/index.ts';

/** The minimal answers of product.md. */
export const minimal = `people:
  - { name: Ada Example, email: ada@example.com, time_zone: America/New_York, phone: "+1 202 555 0101", region: us-east }
  - { name: Ben Example, email: ben@example.com, time_zone: America/Los_Angeles, region: us-west }
  - { name: Cleo Example, email: cleo@example.com, time_zone: Europe/Berlin, region: eu }
  - { name: Grace Example, email: grace@example.com, time_zone: America/New_York }
  - { name: Alan Example, email: alan@example.com, time_zone: America/New_York }
engineers: [ada@example.com, ben@example.com, cleo@example.com]   # rotation order
lead: grace@example.com
cto: alan@example.com
`;

/** A Wednesday. */
export const now = Date.parse('2026-11-18T15:00:00Z');

export const options: ParseOptions = { yaml: createYaml(), file: 'pmp-pd.yaml', region: 'us', now };

export function parse(text: string, more: Partial<ParseOptions> = {}) {
  return parseAnswers(text, { ...options, ...more });
}

/** All that a refusal says, as a person reads it. */
export function refusal(text: string, more: Partial<ParseOptions> = {}): string {
  try {
    parse(text, more);
  } catch (thrown) {
    if (thrown instanceof PmpError)
      return [thrown.id, thrown.facts.message, thrown.facts.cause ?? '', ...(thrown.facts.problems ?? []), thrown.facts.fix].join('\n');
    throw thrown;
  }
  return 'accepted';
}
