import type { HandoffOutcome, IncidentNote } from '../engine/index.ts';
import type { LiveIncident, SeenIncident } from '../ports/index.ts';
import { insteadWords, nameOf, spanWords, theirs, when, windowWords } from './day-two-words.ts';
import type { Voice } from './style.ts';
import { aged, count, sentence } from './text.ts';

/** One line of a list. Not ticked: a person still has to do it. */
export interface Entry {
  readonly text: string;
  /** true: there is nothing to do about it; undefined: it is information. */
  readonly done?: boolean;
  readonly url?: string;
  readonly beneath?: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The guide's two lists, filled in: what to do at the end of a shift, and at the start of the next. */
export function handoffLists(voice: Voice, outcome: HandoffOutcome): readonly Section[] {
  return [
    { title: 'At the end of the shift', entries: endOfShift(voice, outcome) },
    { title: 'At the start of the shift', entries: startOfShift(voice, outcome) },
    { title: 'Windows and replacements ahead', entries: ahead(voice, outcome) },
  ];
}

function endOfShift(voice: Voice, outcome: HandoffOutcome): readonly Entry[] {
  const { open, unreviewed, next, at, timeZone, whom } = outcome;
  return [
    open.length === 0
      ? { text: 'Review open incidents: none is open', done: true }
      : { text: `Review open incidents: ${count(open.length, 'incident')} open`, done: false },
    ...open.map((incident) => openEntry(voice, outcome, incident)),
    ...updateNotes(open),
    unreviewed.length === 0
      ? { text: 'Review P1 incidents: none of these days lacks a post-mortem note', done: true }
      : { text: `Review P1 incidents: ${count(unreviewed.length, 'incident')} without a post-mortem note`, done: false },
    ...unreviewed.map((incident) => seenEntry(voice, outcome, incident)),
    next === undefined
      ? { text: 'Transfer on-call: nobody is next in the coming two weeks', done: false }
      : {
          text: `Transfer on-call: ${nameOf(voice, whom, next.who)} takes over by schedule on ${when(next.start, timeZone, at)}; earlier with pmp-pd override`,
          done: true,
        },
    { text: 'Send this hand-off to the team', done: false },
  ];
}

function updateNotes(open: HandoffOutcome['open']): readonly Entry[] {
  const bare = open.filter(({ notes }) => notes.length === 0);
  if (open.length === 0) return [];
  if (bare.length === 0) return [{ text: 'Update incident notes: each open incident has some', done: true }];
  return [
    {
      text: `Update incident notes: ${sentence(bare.map(({ number }) => `#${number}`))} ${bare.length === 1 ? 'has' : 'have'} none`,
      done: false,
    },
  ];
}

function startOfShift(voice: Voice, outcome: HandoffOutcome): readonly Entry[] {
  const { current, next, recent, since, dashboards, whom, timeZone, at, open } = outcome;
  const zone = (who: string) => whom.get(who)?.timeZone;
  const now =
    current === undefined
      ? { text: 'Nobody is on call now', done: false }
      : {
          text: `On call now: ${nameOf(voice, whom, current.who)}${current.until === undefined ? '' : ` until ${when(current.until, timeZone, at)}${theirs(current.until, timeZone, zone(current.who), at)}`}`,
        };
  return [
    now,
    ...(next === undefined ? [] : [nextEntry(voice, outcome, next)]),
    recent.length === 0
      ? { text: `Review recent incidents: none since ${when(since, timeZone, at)}`, done: true }
      : { text: `Review recent incidents: ${count(recent.length, 'incident')} since ${when(since, timeZone, at)}`, done: false },
    ...recent.map((incident) => seenEntry(voice, outcome, incident)),
    ...dashboards.map(({ title, url }) => ({ text: `Check ${title.toLowerCase()}`, done: false, url: voice.say(url, 500) })),
    { text: `Watch for new alerts: ${open.length === 0 ? 'none is open' : `${open.length} open`} now`, done: open.length === 0 },
  ];
}

function nextEntry(voice: Voice, { whom, timeZone, at }: HandoffOutcome, next: NonNullable<HandoffOutcome['next']>): Entry {
  const name = nameOf(voice, whom, next.who);
  const time = `${spanWords(next, timeZone, at)}${theirs(next.start, timeZone, whom.get(next.who)?.timeZone, at)}`;
  return next.reachedBy.length === 0
    ? { text: `Next: ${name}, ${time}; nothing rings for a page of high urgency`, done: false }
    : { text: `Next: ${name}, ${time}; reached by ${sentence(next.reachedBy)}`, done: true };
}

function ahead(voice: Voice, { windows, replacements, timeZone, at, whom }: HandoffOutcome): readonly Entry[] {
  const all = [
    ...windows.map((one) => ({
      text: `Window "${voice.say(one.description, 120)}"${one.status === 'open' ? ', open now' : ''}: ${windowWords(voice, one, timeZone, at)}; nobody is paged`,
    })),
    ...replacements.map((one) => ({
      text: `${nameOf(voice, whom, one.who)}: ${spanWords(one, timeZone, at)}, ${insteadWords(voice, whom, one)}`,
    })),
  ];
  return all.length === 0 ? [{ text: 'None in the coming two weeks' }] : all;
}

function openEntry(voice: Voice, outcome: HandoffOutcome, incident: LiveIncident & { readonly notes: readonly IncidentNote[] }): Entry {
  const { whom } = outcome;
  const assigned = incident.assignees.length === 0 ? '' : `, with ${sentence(incident.assignees.map((who) => nameOf(voice, whom, who)))}`;
  const base = seenEntry(voice, outcome, incident);
  const notes = incident.notes.slice(-5).map((note) => noteWords(voice, outcome, note));
  return { ...base, text: `${base.text}${assigned}`, beneath: notes };
}

function seenEntry(voice: Voice, { at }: HandoffOutcome, incident: SeenIncident): Entry {
  const age = aged((at - incident.created) / 1000);
  return {
    text: `#${incident.number} ${voice.say(incident.title, 160)} (${incident.urgency}, ${incident.status}, ${age} old)`,
    url: voice.say(incident.url, 300),
  };
}

function noteWords(voice: Voice, { whom, timeZone, at }: HandoffOutcome, note: IncidentNote): string {
  const who = note.who === undefined ? '' : ` ${nameOf(voice, whom, note.who)}`;
  return `${when(note.at, timeZone, at)}${who}: ${voice.say(note.text, 400)}`;
}
