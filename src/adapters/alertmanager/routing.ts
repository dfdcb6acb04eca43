import { PmpError } from '../../engine/errors.ts';
import type { RouteMatch } from '../../ports/index.ts';
import { staysInside } from '../inside.ts';
import { fieldLists, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { routeText, type GroupBy } from './group-key.ts';
import { holds, matchersOf, type Labels } from './matching.ts';
import { milliseconds } from './normal.ts';
import { severityFor } from './severity.ts';

/** No configuration of people's has more; one that says so was made to keep us busy. */
const mostVisits = 50_000;
const deepest = 200;

/** A route that an alert goes by, to its receiver. */
export interface Taken {
  readonly receiver: string;
  /** The matchers of every route on the way to it, as Alertmanager writes them. */
  readonly path: string;
  readonly groupBy: GroupBy;
  /** Milliseconds; undefined: no duration that can be read. */
  readonly groupWait: number | undefined;
  readonly groupInterval: number | undefined;
  readonly repeatInterval: number | undefined;
  /** Names of time intervals. A child does not inherit them. */
  readonly mute: readonly string[];
  readonly active: readonly string[];
}

type Inherited = Pick<Taken, 'receiver' | 'groupBy' | 'groupWait' | 'groupInterval' | 'repeatInterval'> & { readonly path?: string };

const byDefault: Inherited = { receiver: '', groupBy: [], groupWait: 30_000, groupInterval: 300_000, repeatInterval: 14_400_000 };

/**
 * The routes that an alert with these labels goes by, as Alertmanager walks its tree: into the first child that matches, on to the next
 * where it says `continue`, and to the route itself where no child matches. A receiver met on two ways stands twice: it is told twice.
 * @throws PmpError alertmanager-refused for a tree that cannot be walked
 */
export function routesFor(configuration: Configuration, labels: Labels): readonly Taken[] {
  const visits = { left: mostVisits };
  const walk = (route: Fields, inherited: Inherited, depth: number): readonly Taken[] => {
    visits.left -= 1;
    if (visits.left < 0 || depth > deepest) throw tooLarge();
    const own = takenBy(route, inherited);
    const found: Taken[] = [];
    for (const child of fieldLists(route['routes'])) {
      if (!holds(matchersOf(child), labels)) continue;
      found.push(...walk(child, own, depth + 1));
      if (child['continue'] !== true) break;
    }
    return found.length > 0 ? found : [own];
  };
  return walk(configuration.route, byDefault, 0);
}

function takenBy(route: Fields, inherited: Inherited): Taken {
  const time = (field: string, otherwise: number | undefined): number | undefined => {
    const text = textOf(route[field]);
    return text === undefined ? otherwise : milliseconds(text);
  };
  const names = (field: string) => listOf(route[field]).flatMap((name) => textOf(name) ?? []);
  return {
    receiver: textOf(route['receiver']) || inherited.receiver,
    path: inherited.path === undefined ? routeText(route) : `${inherited.path}/${routeText(route)}`,
    groupBy: grouping(names('group_by')) ?? inherited.groupBy,
    groupWait: time('group_wait', inherited.groupWait),
    groupInterval: time('group_interval', inherited.groupInterval),
    repeatInterval: time('repeat_interval', inherited.repeatInterval),
    mute: names('mute_time_intervals'),
    active: names('active_time_intervals'),
  };
}

/** An empty list says nothing; three dots are every label. */
function grouping(by: readonly string[]): GroupBy | undefined {
  if (by.length === 0) return undefined;
  return by.includes('...') ? 'all' : by;
}

/** The receivers of those routes. */
export function receiversFor(configuration: Configuration, labels: Labels): readonly string[] {
  return routesFor(configuration, labels).map(({ receiver }) => receiver);
}

function tooLarge(): PmpError {
  return new PmpError('alertmanager-refused', {
    message: 'The loaded route tree is too large to walk',
    cause: `it holds more than ${mostVisits} routes, is more than ${deepest} deep, or contains itself`,
    fix: 'Ask Alertmanager itself: `amtool config routes test --config.file=<file> severity=P1`.',
  });
}

type Met = RouteMatch['receivers'][number];

/** What a receiver does with an alert of these labels. @param addressOf a webhook's address, where the loaded configuration hides it */
export function receiverMet(
  configuration: Configuration,
  name: string,
  labels: Labels,
  addressOf: (receiver: string, index: number) => string | undefined = () => undefined,
): Met {
  const receiver = configuration.receivers.find((one) => one['name'] === name) ?? {};
  const pagers = fieldLists(receiver['pagerduty_configs']);
  const integrations = Object.entries(receiver).filter(([field, value]) => field.endsWith('_configs') && listOf(value).length > 0);
  const hooks = fieldLists(receiver['webhook_configs']);
  const elsewhere = integrations.some(([field]) => field !== 'webhook_configs');
  const severity = pagers[0] && severityFor(pagers[0], labels);
  return {
    name,
    pagerduty: pagers.length > 0,
    leavesCluster: elsewhere || hooks.some((hook, index) => leaves(hook, addressOf(name, index))),
    sendResolved:
      integrations.length > 0 && integrations.every(([, value]) => fieldLists(value).every((one) => one['send_resolved'] !== false)),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** An address that cannot be seen (a file, `<secret>`) is somebody's service outside until something tells otherwise. */
function leaves(hook: Fields, known: string | undefined): boolean {
  const address = known ?? textOf(hook['url']);
  if (address === undefined || !URL.canParse(address)) return true;
  return staysInside(new URL(address)) === undefined;
}
