import { clean } from '../../engine/errors.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Configuration, type Fields } from './config.ts';

/** Why Alertmanager would refuse a configuration, in words; undefined: nothing of what usually goes wrong is wrong. Holds no key. */
export function refusalOf(configuration: Configuration): string | undefined {
  const { route, receivers, rest } = configuration;
  const names = receivers.map((one) => textOf(one['name']) ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const intervals = [...fieldLists(rest['time_intervals']), ...fieldLists(rest['mute_time_intervals'])].map((one) => textOf(one['name']));
  const faults = [
    textOf(route['receiver']) ? undefined : 'the root route names no receiver',
    conditional(route) ? 'the root route has matchers' : undefined,
    names.includes('') ? 'a receiver has no name' : undefined,
    twice === undefined ? undefined : `there are two receivers "${twice}"`,
    ...receivers.map(ofReceiver),
    ...under(route, 0).map((one) => ofRoute(one, new Set(names), new Set(intervals))),
  ];
  const first = faults.find((fault) => fault !== undefined);
  return first === undefined ? undefined : clean(first, 200);
}

function conditional(route: Fields): boolean {
  return listOf(route['matchers']).length > 0 || ['match', 'match_re'].some((field) => Object.keys(fieldsOf(route[field])).length > 0);
}

/** A tree that contains itself ends somewhere. */
function under(route: Fields, depth: number): readonly Fields[] {
  return depth > 50 ? [] : [route, ...fieldLists(route['routes']).flatMap((child) => under(child, depth + 1))];
}

function ofReceiver(receiver: Fields): string | undefined {
  const name = textOf(receiver['name']) ?? '';
  for (const pager of fieldLists(receiver['pagerduty_configs'])) {
    const has = (field: string) => Boolean(textOf(pager[field]));
    if (!['routing_key', 'routing_key_file', 'service_key', 'service_key_file'].some(has))
      return `receiver "${name}" has a PagerDuty block without a key`;
    for (const style of ['routing_key', 'service_key'])
      if (has(style) && has(`${style}_file`)) return `receiver "${name}" has both ${style} and ${style}_file`;
  }
  for (const hook of fieldLists(receiver['webhook_configs'])) {
    const set = ['url', 'url_file'].filter((field) => Boolean(textOf(hook[field])));
    if (set.length !== 1) return `receiver "${name}" has a webhook with ${set.length === 0 ? 'no address' : 'both url and url_file'}`;
  }
  return undefined;
}

function ofRoute(route: Fields, receivers: ReadonlySet<string>, intervals: ReadonlySet<string | undefined>): string | undefined {
  const receiver = textOf(route['receiver']);
  if (receiver && !receivers.has(receiver)) return `a route names receiver "${receiver}", which is not there`;
  for (const field of ['group_wait', 'group_interval', 'repeat_interval']) {
    const time = textOf(route[field]);
    if (time === undefined || time === '') continue;
    if (!/^(?:0|(?:\d+(?:ms|[smhdwy]))+)$/.test(time)) return `${field} "${time}" is no duration`;
    if (field !== 'group_wait' && /^0+(?:ms|[smhdwy])?$/.test(time)) return `${field} is zero`;
  }
  const named = [...listOf(route['mute_time_intervals']), ...listOf(route['active_time_intervals'])].map(textOf);
  const unknown = named.find((name) => !intervals.has(name));
  return unknown === undefined ? undefined : `a route names time interval "${unknown}", which is not there`;
}
