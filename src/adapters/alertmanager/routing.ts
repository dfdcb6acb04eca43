import { PmpError } from '../../engine/errors.ts';
import type { RouteMatch } from '../../ports/index.ts';
import { fieldLists, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { holds, matchersOf, type Labels } from './matching.ts';
import { severityFor } from './severity.ts';

/** No configuration of people's has more; one that says so was made to keep us busy. */
const mostVisits = 50_000;
const deepest = 200;

/**
 * The receivers that an alert with these labels goes to, as Alertmanager walks its tree: into the first child that matches, on to the next
 * where it says `continue`, and to the route itself where no child matches. A receiver met on two ways stands twice: it is told twice.
 * @throws PmpError alertmanager-refused for a tree that cannot be walked
 */
export function receiversFor(configuration: Configuration, labels: Labels): readonly string[] {
  const visits = { left: mostVisits };
  const walk = (route: Fields, inherited: string, depth: number): readonly string[] => {
    visits.left -= 1;
    if (visits.left < 0 || depth > deepest) throw tooLarge();
    const receiver = textOf(route['receiver']) || inherited;
    const found: string[] = [];
    for (const child of fieldLists(route['routes'])) {
      if (!holds(matchersOf(child), labels)) continue;
      found.push(...walk(child, receiver, depth + 1));
      if (child['continue'] !== true) break;
    }
    return found.length > 0 ? found : [receiver];
  };
  return walk(configuration.route, '', 0);
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
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const inside = !host.includes('.') && !host.includes(':');
  return !(inside || host === '::1' || host.startsWith('127.') || /\.svc(?:\.|$)|\.cluster\.local$/.test(host));
}
