import type { Departure } from '../engine/index.ts';
import { fact, heading } from './lines.ts';
import type { Voice } from './style.ts';
import { stopped } from './text.ts';

/** Where setup departs from the guide's letter: one fact each, what the guide says, what is done instead, and why. */
export function departureLines(voice: Voice, departures: readonly Departure[]): readonly string[] {
  if (departures.length === 0) return [];
  return [heading(voice, "Where this departs from the guide's letter"), ...departures.flatMap((departure) => one(voice, departure))];
}

function one(voice: Voice, { guide, done, why }: Departure): readonly string[] {
  return fact(
    voice,
    [{ text: '  - ' }],
    [
      { text: 'The guide:', tone: 'quiet' },
      { text: stopped(voice.say(guide)) },
      { text: 'Here:', tone: 'quiet' },
      { text: stopped(voice.say(done)) },
      { text: 'Why:', tone: 'quiet' },
      { text: stopped(voice.say(why)) },
    ],
  );
}
