import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { createYaml } from '../../src/adapters/yaml.ts';
import { answersSchema } from '../../src/answers/index.ts';
import { schemaFile, schemaText } from '../tools/answers-schema.ts';
import { minimal, parse } from './team.ts';

const template = (name: string): string => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');

function errorsOf(text: string): readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(answersSchema());
  validate(createYaml().read(text).value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

/** Paths of properties without a description, list entries aside. */
function silent(node: unknown, path: string): readonly string[] {
  const { properties = {}, anyOf = [] } = node as { properties?: Record<string, { description?: string }>; anyOf?: readonly unknown[] };
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => [
      ...(inner.description ? [] : [`${path}.${key}`]),
      ...silent(inner, `${path}.${key}`),
    ]),
    ...anyOf.flatMap((branch) => silent(branch, path)),
  ];
}

describe('the JSON Schema that gives editors completion', () => {
  test('is the one in templates/', () => {
    if (process.env['UPDATE']) writeFileSync(schemaFile, schemaText());
    expect(readFileSync(schemaFile, 'utf8')).toBe(schemaText());
  });

  test('accepts the minimal answers and the example', () => {
    expect(errorsOf(minimal)).toEqual([]);
    expect(errorsOf(template('pmp-pd.example.yaml'))).toEqual([]);
  });

  test('marks a misspelt key, a wrong word and a missing role', () => {
    expect(errorsOf(minimal.replace('region: eu', 'regio: eu')).join()).toContain('/people/2 must NOT have additional properties');
    expect(errorsOf(`${minimal}p2: loud\n`).join()).toContain('/p2 must be equal to one of the allowed values');
    expect(errorsOf(minimal.replace(/^cto.*$/m, '')).join()).toContain("must have required property 'cto'");
  });

  test('explains every key', () => {
    const known = silent(answersSchema(), '').filter((path) => !/^\.(?:people|windows)\./.test(path));
    expect(known).toEqual(['.alertmanager.annotations.summary', '.alertmanager.annotations.runbook', '.alertmanager.annotations.graphs']);
  });
});

describe('the example answers', () => {
  test('work, with two engineers in each region, everything on, and no date that can go stale', () => {
    const { answers, warnings } = parse(template('pmp-pd.example.yaml'), { file: 'pmp-pd.example.yaml' });
    const regions = answers.engineers.map((email) => answers.people.find((person) => person.email === email)?.region);
    expect(regions.map(String).toSorted()).toEqual(['eu', 'eu', 'us-east', 'us-east', 'us-west', 'us-west']);
    expect(answers.alertmanager.apply).toBe(true);
    expect(Array.isArray(answers.windows) && answers.windows.map(({ when }) => when.kind)).toEqual(['rule', 'rule', 'rule']);
    expect(answers.webhook?.url).toMatch(/^https:/);
    expect(answers.start).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('people read from the example CSV alone make a whole team', () => {
    const roles = minimal.slice(minimal.indexOf('engineers:'));
    const { answers } = parse(`people_file: people.csv\n${roles}`, { csv: template('people.example.csv') });
    expect(answers.people.map(({ name }) => name)).toEqual(['Ada Example', 'Ben Example', 'Cleo Example', 'Grace Example', 'Alan Example']);
    expect(answers.people[3]?.phone).toEqual({ countryCode: 1, digits: '2025550107' });
  });
});
