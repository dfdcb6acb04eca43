import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { documentText, sandboxStatusJson, sandboxStatusText } from '../../src/report/index.ts';
import { status } from './status-view.ts';
import { at, screen } from './support.ts';

const open = {
  number: 7,
  title: 'Disk full',
  service: 'PMP Study - Critical',
  status: 'triggered',
  urgency: 'high',
  since: at('2026-01-05T12:00:00Z'),
  assigned: ['Ada Example'],
  level: 1,
  levels: 3,
  next: { what: 'escalate', at: at('2026-01-05T12:10:00Z') },
} as const;
const past = {
  number: 6,
  title: 'Old',
  service: 'PMP Study - High',
  status: 'acknowledged',
  urgency: 'low',
  since: at('2026-01-04T12:00:00Z'),
  assigned: [],
} as const;

it('open incidents stand in the status of the sandbox: who has them, and what comes next', () => {
  const text = sandboxStatusText({ ...status, incidents: [past, open] }, screen(200));
  expect(text).toContain('Open incidents');
  expect(text).toContain(
    'Disk full: triggered since 2026-01-05 12:00 UTC, high urgency, with Ada Example, level 1 of 3; escalate at 2026-01-05 12:10 UTC',
  );
  expect(text).toContain('Old: acknowledged since 2026-01-04 12:00 UTC, low urgency, with nobody');
  expect(sandboxStatusText({ ...status, incidents: [] }, screen(200))).not.toContain('Open incidents');
});

it('and in its document, as the shipped schema has it', () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats(ajv);
  const file = new URL('../../templates/schema/sandbox-status.schema.json', import.meta.url);
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  const document = JSON.parse(documentText(sandboxStatusJson({ ...status, incidents: [past, open] })));
  expect([validate(document), validate.errors]).toEqual([true, null]);
  expect(document.incidents[1]).toMatchObject({ number: 7, level: 1, next: { what: 'escalate', at: '2026-01-05T12:10:00.000Z' } });
});
