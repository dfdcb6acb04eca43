import { expect } from 'vitest';
import type { DrillNews } from '../../src/engine/index.ts';
import type { TestAlertOptions } from '../../src/commands/index.ts';
import type { Drilled, Signal } from '../support/in-process.ts';
import { loadIn, stillHeld, stillOpen, type Ready } from './ground.ts';

/** A moment of a drill at which somebody presses Ctrl-C. */
export interface Moment {
  readonly name: string;
  readonly at: (news: DrillNews) => boolean;
}

const hop = (name: string): Moment => ({ name, at: (news) => news.type === 'hop' && news.hop.hop === name });
const watching = (words: string): Moment => ({
  name: `waiting ${words}`,
  at: (news) => news.type === 'watching' && news.what.includes(words),
});

/** Every phase: between firing and seeing, while it rings, while it climbs, after the answer, and while it ends. */
export const moments: readonly Moment[] = [
  hop('accepted'),
  watching('for the incident to open'),
  hop('incident_opened'),
  hop('person_notified'),
  watching('to acknowledge'),
  hop('acknowledged'),
  watching('to see whether anybody further'),
  hop('snoozed'),
  hop('noted'),
  { name: 'ending', at: ({ type }) => type === 'cleaning' },
  hop('resolved'),
  watching('for the incident to close'),
];
export const climbing: readonly Moment[] = [watching('levels to be called'), hop('escalated'), watching('for the last level')];

const codes: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** One signal at that moment. */
export async function stoppedAt(made: Ready, moment: Moment, signal: Signal, more: Partial<TestAlertOptions> = {}): Promise<Drilled> {
  const sent = { yes: false };
  const drilled = await made.run.testAlert(more, (news, send) => {
    if (sent.yes || !moment.at(news)) return;
    sent.yes = true;
    send(signal);
  });
  expect(sent.yes).toBe(true);
  expect(drilled.code).toBe(codes[signal]);
  expect(drilled.outcome?.error?.id).toBe(signal === 'SIGINT' ? 'interrupted' : 'terminated');
  expect(drilled.outcome?.leftBehind).toEqual([]);
  return drilled;
}

export const nothing = { incidents: [], alerts: 0, cores: 0, later: [] };

/** Now, and when everything that was under way has had its time. */
export async function whatIsLeft(made: Ready) {
  const now = { incidents: stillOpen(made), alerts: await stillHeld(made), cores: loadIn(made) };
  made.sandbox.doAction('advance', '15m');
  return { ...now, later: stillOpen(made) };
}
