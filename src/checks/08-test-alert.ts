import type { Check, Verdict } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import { drillsOf, isOver, isUnderWay, newestDrill, type Drill } from './shared/drills.ts';
import { drillCommand, drillPlace, noDrill, nothingToDrill, secondsAgo } from './shared/drill-words.ts';
import { nameOf, peopleOf } from './shared/on-call.ts';
import { ago, inWords, span } from './shared/words.ts';

/** Item 8. The newest drill of the critical service rang somebody. */
export const testAlert: Check = {
  id: '08-test-alert',
  item: 8,
  title: 'Test alert triggered and received',

  async run(answers, world, options) {
    const nothing = await nothingToDrill(answers, world);
    if (nothing !== undefined) return nothing;
    const { now } = options;
    const { service, services, since } = drillPlace(answers, options);
    const rang = (drill: Drill) => drill.entries.some(({ type }) => type === 'notify');
    // One that is still under way counts as soon as it has rung.
    const newest = await newestDrill(drillsOf(world, service, services, since), (drill) => isOver(drill, now) || rang(drill));
    if (newest === undefined) return noDrill(world, answers, options, (drill) => isUnderWay(drill, now));
    return rang(newest) ? received(newest, world, now) : silent(newest, now);
  },
};

async function received({ id, incident, entries, note }: Drill, world: ReadWorld, now: Instant): Promise<Verdict> {
  const notified = entries.filter(({ type }) => type === 'notify');
  const [first] = notified;
  const who = [...new Set(notified.flatMap((entry) => entry.who ?? []))];
  const people = await peopleOf(world, who);
  const channels = (email: string) =>
    inWords([...new Set(notified.flatMap((entry) => (entry.who === email ? (entry.channel ?? []) : [])))]);
  const rung = who.length === 0 ? 'somebody' : inWords(who.map((email) => `${nameOf(people, email)} (${channels(email)})`));
  const path = note?.via === 'events' ? ', straight to PagerDuty: Alertmanager had no part in it' : '';
  return {
    status: 'pass',
    evidence: `drill ${id} (incident #${incident.number}, ${ago(now, incident.created)}) rang ${rung}, the first after ${span((first?.at ?? incident.created) - incident.created)}${path}`,
    ageSeconds: secondsAgo(now, incident.created),
  };
}

function silent({ id, incident }: Drill, now: Instant): Verdict {
  return {
    status: 'fail',
    evidence: `drill ${id} opened incident #${incident.number} ${ago(now, incident.created)}, and nobody was notified`,
    hint: `Look at 04-contact-methods and reachability, then ${drillCommand}.`,
    ageSeconds: secondsAgo(now, incident.created),
  };
}
