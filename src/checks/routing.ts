import type { Check } from '../engine/index.ts';
import type { Answers, Integration, ServiceRole } from '../model/index.ts';
import type { AlertmanagerRead, ReadWorld, ReceiverKey, RouteMatch, Silence } from '../ports/index.ts';
import { loadedAlertmanager, probe, severities } from './shared/loaded.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { hides, silenced } from './shared/silences.ts';
import { servicesSeen } from './shared/services.ts';
import { inWords } from './shared/words.ts';

const route = 'Put the route back, first under the root: run pmp-pd setup --apply-alertmanager.';

/** Whose receiver it is; undefined: nobody's that is known. */
type RoleOf = (receiver: string) => ServiceRole | undefined;

interface Wanted {
  /** Severity of the event decides the second service's urgency; undefined: there is no such service. */
  readonly bySeverity: boolean | undefined;
  readonly p3Pages: boolean;
  readonly p2: Answers['p2'];
}

/** The loaded tree, not the file: what an alert of each severity meets there, and what must never page. */
export const routing: Check = {
  id: 'routing',
  title: 'P1, P2 and P3 go where they should, and nothing else pages',

  async run(answers, world) {
    const alertmanager = await loadedAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const [roleOf, wanted, silences] = await Promise.all([
      owners(answers, world, alertmanager),
      wants(answers, world),
      alertmanager.silences(),
    ]);
    const [p1, p2, p3, none, watchdog] = await Promise.all([
      alertmanager.route(probe('P1')),
      alertmanager.route(probe('P2')),
      alertmanager.route(probe('P3')),
      alertmanager.route(probe('none')),
      alertmanager.route({ alertname: 'Watchdog', severity: 'none' }),
    ]);
    const problems = [
      ...[p1, p2, p3, none, watchdog].flatMap(differing),
      ...paging(p1, 'critical', roleOf),
      ...paging(p2, 'high', roleOf),
      ...loudness(p2, wanted),
      ...quiet(p3, roleOf, wanted),
      ...mute(none, 'severity="none"'),
      ...mute(watchdog, 'Watchdog'),
      ...silences.flatMap(silencing),
    ];
    const seen = Object.entries({ P1: p1, P2: p2, P3: p3 }).map(([severity, match]) => `${severity} → ${names(match)}`);
    return judged(problems, `${seen.join(', ')}; severity="none" and Watchdog page nobody; no silence hides them`);
  },
};

/** By the guide's names, else by whose key it uses. */
async function owners(
  { names: { criticalService, highService } }: Answers,
  { pagerduty }: ReadWorld,
  alertmanager: AlertmanagerRead,
): Promise<RoleOf> {
  const [keys, integrations] = await Promise.all([alertmanager.keys(), pagerduty.integrations([criticalService, highService])]);
  const all = integrations.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return (receiver) => {
    const named = /(?:^|\/)pagerduty-(critical|high)$/.exec(receiver)?.[1];
    if (named === 'critical' || named === 'high') return named;
    const service = ownerOf(receiver, keys, all)?.service;
    return service === undefined ? undefined : service === criticalService ? 'critical' : 'high';
  };
}

function ownerOf(receiver: string, keys: readonly ReceiverKey[], integrations: readonly Integration[]): Integration | undefined {
  const prints = keys.filter((key) => key.receiver === receiver).flatMap(({ fingerprint }) => fingerprint ?? []);
  return integrations.find(({ fingerprint }) => fingerprint !== undefined && prints.includes(fingerprint));
}

async function wants(answers: Answers, world: ReadWorld): Promise<Wanted> {
  const [account, services] = await Promise.all([world.pagerduty.account(), servicesSeen(answers, world)]);
  const second = services.find(({ role }) => role === 'high')?.found;
  return {
    bySeverity: second && second.urgency === 'severity_based',
    p3Pages: answers.integration === 'events_v2' && account.abilities.has('urgencies'),
    p2: answers.p2,
  };
}

function pagers({ receivers }: RouteMatch): RouteMatch['receivers'] {
  return receivers.filter(({ pagerduty }) => pagerduty);
}

function names({ receivers }: RouteMatch): string {
  return receivers.length === 0 ? 'nothing' : inWords(receivers.map(({ name }) => name));
}

function paging(match: RouteMatch, role: ServiceRole, roleOf: RoleOf): readonly Problem[] {
  const severity = severities[role];
  const found = pagers(match);
  const of = (wanted: ServiceRole | undefined) => found.filter(({ name }) => roleOf(name) === wanted);
  if (found.length === 0) return [{ status: 'fail', what: `${severity} alerts page nobody: they go to ${names(match)}`, hint: route }];
  if (of(role).length === 0 && of(undefined).length > 0)
    return [
      { status: 'unknown', what: `whether ${names(match)} is the right receiver for ${severity} is not known: its key cannot be seen` },
    ];
  const other = of(role === 'critical' ? 'high' : 'critical');
  if (of(role).length === 0)
    return [
      {
        status: 'fail',
        what: `${severity} alerts go to ${inWords(other.map(({ name }) => name))}, the other service's receiver`,
        hint: route,
      },
    ];
  if (found.length === 1) return [];
  const what = `${severity} alerts go to ${inWords(found.map(({ name }) => name))}: each opens an incident of its own`;
  return [{ status: 'warn', what, hint: 'Remove "continue: true" from the first of the routes, or one of the receivers.' }];
}

/** Low urgency never escalates, so that a P2 sent as a warning is never anybody's but the first one's. */
function loudness(match: RouteMatch, { bySeverity, p2 }: Wanted): readonly Problem[] {
  const sent = pagers(match).flatMap(({ severity }) => severity ?? []);
  const loud = sent.some((severity) => isLoud(severity));
  if (bySeverity !== true || sent.length === 0 || loud === (p2 === 'error')) return [];
  if (loud) return [{ status: 'warn', what: 'P2 is sent as an error, so it rings and escalates; the answers say p2: quiet', hint: route }];
  return [
    {
      status: 'fail',
      what: `P2 is sent with severity ${sent.join(', ')}: low urgency, which never escalates`,
      hint: `${route} ("p2: quiet" in the answers, where it is meant.)`,
    },
  ];
}

function quiet(match: RouteMatch, roleOf: RoleOf, { bySeverity, p3Pages }: Wanted): readonly Problem[] {
  const found = pagers(match);
  const critical = found.filter(({ name }) => roleOf(name) === 'critical');
  if (critical.length > 0)
    return [
      {
        status: 'fail',
        what: `P3 alerts go to ${critical.map(({ name }) => name).join(', ')}: a warning would ring like a P1`,
        hint: route,
      },
    ];
  if (found.length === 0)
    return p3Pages ? [{ status: 'warn', what: `P3 alerts reach nobody: they go to ${names(match)}`, hint: route }] : [];
  if (bySeverity === undefined) return [];
  const rings = !bySeverity || found.some(({ severity }) => severity !== undefined && isLoud(severity));
  return rings ? [{ status: 'warn', what: `P3 alerts ring as loudly as P2 (${names(match)})`, hint: route }] : [];
}

function isLoud(severity: string): boolean {
  return severity === 'critical' || severity === 'error';
}

function mute(match: RouteMatch, which: string): readonly Problem[] {
  const found = pagers(match);
  if (found.length === 0) return [];
  return [
    {
      status: 'fail',
      what: `${which} pages: it goes to ${inWords(found.map(({ name }) => name))}`,
      hint: 'Give it a route to a receiver that pages nobody, before the others: run pmp-pd setup --apply-alertmanager.',
    },
  ];
}

function differing({ differs }: RouteMatch): readonly Problem[] {
  if (differs === undefined) return [];
  return [
    {
      status: 'fail',
      what: `replicas route differently: ${differs}`,
      hint: 'Reload the one that lags behind, and look at its log: it may have refused the configuration.',
      awaits: 'every replica to load the same configuration',
    },
  ];
}

/** One that hides alerts of a severity whatever they are called hides the route; one for a single alert is somebody's work. */
function silencing(silence: Silence): readonly Problem[] {
  const hidden = (['P1', 'P2', 'P3'] as const).filter((severity) => hides(silence, probe(severity)));
  return hidden.length === 0 ? [] : [silenced(silence, inWords(hidden))];
}
