import type { Verdict, VerifyOptions } from '../../engine/index.ts';
import type { Answers, Instant } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';
import { drillsOf, newestDrill, pretenders, type Drill } from './drills.ts';
import { skip } from './problems.ts';
import { servicesSeen } from './services.ts';
import { inWords, span } from './words.ts';

/** What proves items 8 and 9. */
export const drillCommand = 'drill it: pmp-pd test-alert';

/** Where the proof of items 8 to 10 lies: the critical service, within the age that counts. */
export function drillPlace({ names }: Answers, { now, maxAge }: VerifyOptions) {
  return { service: names.criticalService, services: [names.criticalService, names.highService], since: now - maxAge * 1000 };
}

/** What cannot be drilled, and never was under that name, is item 1's failure; undefined: the critical service is there. */
export async function nothingToDrill(answers: Answers, world: ReadWorld): Promise<Verdict | undefined> {
  const services = await servicesSeen(answers, world);
  return services.find(({ role }) => role === 'critical')?.found === undefined
    ? skip(`service "${answers.names.criticalService}" is not there`)
    : undefined;
}

export function secondsAgo(now: Instant, then: Instant): number {
  return Math.max(0, Math.round((now - then) / 1000));
}

/** Why there is no proof: none at all, one under way, or titles that carry no mark. */
export async function noDrill(
  world: ReadWorld,
  answers: Answers,
  options: VerifyOptions,
  isOpen: (drill: Drill) => boolean,
): Promise<Verdict> {
  const { service, services, since } = drillPlace(answers, options);
  const open = await newestDrill(drillsOf(world, service, services, since), isOpen);
  if (open !== undefined) {
    const name = `drill ${open.id} (incident #${open.incident.number})`;
    return {
      status: 'fail',
      evidence: `${name} of "${service}" is still under way`,
      hint: 'Wait for its end (pmp-pd verify --wait 10m), or end it (pmp-pd test-alert --cleanup) and drill again.',
      awaits: `${name} to end`,
    };
  }
  const titled = await pretenders(world, service, services, since);
  const others =
    titled.length === 0
      ? ''
      : `; ${inWords(titled.map(({ number }) => `incident #${number}`))} says so in the title only: no alert of it carries pmp_drill`;
  return {
    status: 'fail',
    evidence: `no drill of "${service}" in the last ${span(options.maxAge * 1000)}${others}`,
    hint: `Before the launch, and then monthly, ${drillCommand}.`,
  };
}
