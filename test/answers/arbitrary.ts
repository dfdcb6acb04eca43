import * as fc from 'fast-check';
import { guide, type Draft } from '../../src/answers/index.ts';
import type { Person, WindowAnswer } from '../../src/model/index.ts';
import { minimal, parse } from './team.ts';

const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const visible = fc
  .string({
    minLength: 1,
    maxLength: 40,
    unit: fc.oneof(fc.constantFrom(...'abz09: #-{}[],&*!|>%@`"\'\\/~é日😀'), fc.string({ minLength: 1, maxLength: 1 })),
  })
  .map((text) => text.replace(/[^\P{C}]/gu, '').trim())
  .filter((text) => text !== '');
const minutes = fc.integer({ min: 3, max: 1440 });
const level = fc.record({ respond: minutes, escalate: minutes });
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const when: fc.Arbitrary<WindowAnswer['when']> = fc.oneof(
  fc.record({ kind: fc.constant('date' as const), start: time.map((t) => `2026-12-05T${t}`) }),
  fc.record({
    kind: fc.constant('rule' as const),
    rule: fc.record({
      ordinal: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, -1 as const, undefined),
      weekday: fc.integer({ min: 1, max: 7 }),
      time,
    }),
    next: fc.integer({ min: 1, max: 12 }),
  }),
);
const window = fc.record({
  name: visible,
  services: fc.constantFrom<WindowAnswer['services']>(['critical', 'high'], ['high'], ['critical']),
  minutes: fc.integer({ min: 1, max: 44_640 }),
  when,
});
const cluster = fc.oneof(
  fc.constant(undefined),
  fc.record(
    { context: visible, namespace: fc.constantFrom('monitoring', 'on'), secret: fc.constantFrom('pagerduty-secrets', 'null', 'keys.v2') },
    { requiredKeys: [] },
  ),
);
const people: readonly Person[] = parse(minimal).answers.people;

/** Answers of every kind that the interview or the file accepts. */
export const drafts: fc.Arbitrary<Draft> = fc
  .record(
    {
      timeZone: fc.constantFrom(...zones),
      criticalService: visible,
      start: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
      integration: fc.constantFrom('events_v2' as const, 'prometheus' as const),
      p2: fc.constantFrom('error' as const, 'quiet' as const),
      level1: fc.constantFrom('primary' as const, 'follow-sun' as const, 'both' as const),
      gaps: fc.constantFrom('fill' as const, 'accept' as const),
      overlap: fc.constantFrom('us-east' as const, 'eu' as const),
      loops: fc.integer({ min: 0, max: 9 }),
      critical: fc.tuple(level, level, level),
      high: fc.tuple(level, level),
      adopt: fc.boolean(),
      kubernetes: cluster,
      runbookBase: fc.webUrl(),
      apply: fc.boolean(),
      keyDir: fc.constantFrom('/keys', '/etc/alertmanager/secrets/pagerduty-secrets'),
      windows: fc.oneof(fc.constant('none' as const), fc.uniqueArray(window, { maxLength: 3, minLength: 1, selector: ({ name }) => name })),
      webhook: fc.webUrl({ validSchemes: ['https'] }),
      from: fc.constantFrom('grace@example.com'),
      names: fc.uniqueArray(visible, { minLength: 5, maxLength: 5, selector: (name) => name.toLowerCase() }),
    },
    { requiredKeys: ['names'] },
  )
  .map(({ criticalService, critical, high, runbookBase, apply, keyDir, webhook, names, ...rest }) => ({
    ...rest,
    people: people.map((person, index) => ({ ...person, name: names[index] ?? person.name })),
    engineers: parse(minimal).answers.engineers,
    lead: 'grace@example.com',
    cto: 'alan@example.com',
    names:
      criticalService === undefined || criticalService.toLowerCase() === guide.names.highService.toLowerCase() ? {} : { criticalService },
    escalation: { critical, high },
    alertmanager: { runbookBase, apply, keyDir },
    ...(webhook === undefined ? {} : { webhook: { url: webhook } }),
  }));
