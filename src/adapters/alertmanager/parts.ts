import { clean } from '../../engine/errors.ts';
import type { AlertmanagerSettings, Parts } from '../../model/index.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { duration, matchers } from './normal.ts';
import { usEventsUrl } from './template.ts';

/** Our routes by what they match; the names are what a person reads in a plan. */
const routeNames: readonly (readonly [name: string, matchers: string])[] = [
  ['route Watchdog', 'alertname="Watchdog"'],
  ['route InfoInhibitor', 'alertname="InfoInhibitor"'],
  ['route without severity', 'alertname!="Watchdog", severity="none"'],
  ['drill route', 'pmp_drill!=""'],
  ['route P1', 'severity=~"P1|critical"'],
  ['route P2', 'severity=~"P2|high"'],
  ['route P3', 'severity=~"P3|warning"'],
];
const inhibitionNames: readonly (readonly [name: string, matchers: string])[] = [
  ['inhibition by P1', 'severity=~"P1|critical"'],
  ['inhibition by P2', 'severity=~"P2|high"'],
];
export const ourRouteMatchers: ReadonlySet<string> = new Set(routeNames.map(([, match]) => match));
export const pagers = ['pagerduty-critical', 'pagerduty-high'] as const;

const keyFields = ['service_key', 'service_key_file', 'routing_key', 'routing_key_file'] as const;
const handledElsewhere: ReadonlySet<string> = new Set([...keyFields, 'send_resolved', 'url', 'details', 'links']);

/** Every part of a configuration that pmp-pd can name, as text; what is not there is left out. Never holds a key. */
export function extractParts(configuration: Configuration, settings: AlertmanagerSettings): Parts {
  const parts: Record<string, string | undefined> = {
    ...routeParts(configuration),
    ...inhibitionParts(configuration),
    ...receiverParts(configuration, settings),
    ...sharedParts(configuration, settings),
  };
  return Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [[name, shown(value)] as const])));
}

/** Fit for a terminal: what is in force was written by others. The TAB that guards free text stays visible, so that its loss is a difference. */
function shown(value: string): string {
  return clean(value.replace(/^\t/, '<TAB>'), 4000);
}

function routeParts({ routes }: Configuration): Record<string, string> {
  const parts: Record<string, string> = {};
  const indices: number[] = [];
  for (const [name, match] of routeNames) {
    const index = routes.findIndex((route) => matchers(route) === match);
    const route = routes[index];
    if (!route) continue;
    indices.push(index);
    parts[name] = target(route);
    if (timed(route)) parts[`${name}: timing`] = timing(route);
    for (const child of fieldLists(route['routes'])) parts[`${name}: ${matchers(child)}`] = target(child);
  }
  if (indices.length > 0) parts['order of routes'] = order(routes, indices);
  return parts;
}

/** A route before ours takes nothing away where it goes on to the next; the operator puts such routes first. */
function order(routes: readonly Fields[], indices: readonly number[]): string {
  const inOrder = indices.every((index, position) => index > (indices[position - 1] ?? -1));
  const taking = routes.slice(0, indices.at(-1)).filter((route, index) => !indices.includes(index) && route['continue'] !== true);
  if (inOrder && taking.length === 0) return 'ours first';
  return `ours stand at ${indices.map((index) => index + 1).join(', ')}`;
}

function target(route: Fields): string {
  const goOn = route['continue'] === true ? ', then on to the next routes' : '';
  const muted = [...listOf(route['mute_time_intervals']), ...listOf(route['active_time_intervals'])].length > 0 ? ', at certain times' : '';
  return `→ ${textOf(route['receiver']) ?? 'the receiver above'}${goOn}${muted}`;
}

function timed(route: Fields): boolean {
  return ['group_by', 'group_wait', 'group_interval', 'repeat_interval'].some((field) => route[field] !== undefined);
}

function timing(route: Fields): string {
  const groupBy = listOf(route['group_by']).map((label) => textOf(label) ?? '?');
  const times = [duration(route['group_wait']), duration(route['group_interval']), duration(route['repeat_interval'])];
  return `group by ${groupBy.join(', ')}; wait ${times[0]}, interval ${times[1]}, repeat ${times[2]}`;
}

function inhibitionParts({ inhibitRules }: Configuration): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const [name, severity] of inhibitionNames) {
    const rule = inhibitRules.find((one) => isOurInhibition(one) && matchers(one, 'source_').split(', ').includes(severity));
    if (rule) parts[name] = inhibition(rule);
  }
  return parts;
}

/** Ours tell drills apart; nobody else's know the label. */
export function isOurInhibition(rule: Fields): boolean {
  return (
    matchers(rule, 'source_').split(', ').includes('pmp_drill=""') &&
    inhibitionNames.some(([, severity]) => matchers(rule, 'source_').includes(severity))
  );
}

function inhibition(rule: Fields): string {
  const equal = listOf(rule['equal']).map((label) => textOf(label) ?? '?');
  return `${matchers(rule, 'source_')} mutes ${matchers(rule, 'target_')} where ${equal.join(', ')} are equal`;
}

function receiverParts(configuration: Configuration, settings: AlertmanagerSettings): Record<string, string | undefined> {
  const parts: Record<string, string | undefined> = {};
  for (const name of pagers) {
    const pager = pagerOf(configuration, name);
    if (!pager) continue;
    // Every plain field, so that whatever somebody adds to the template is compared as well.
    for (const [field, value] of Object.entries(pager))
      if (!handledElsewhere.has(field)) parts[`receiver ${name}: ${field}`] = textOf(value);
    parts[`receiver ${name}`] = integrations(configuration, name);
    parts[`receiver ${name}: key`] = keyPart(pager);
    parts[`send_resolved: ${name}`] = textOf(pager['send_resolved']) ?? 'true';
    if (settings.keyStyle === 'routing_key')
      parts[`receiver ${name}: url`] = textOf(pager['url']) ?? textOf(configuration.global['pagerduty_url']) ?? usEventsUrl;
  }
  if (settings.heartbeat) parts['receiver watchdog'] = watchdog(configuration);
  return parts;
}

/** "pagerduty_configs 1": a second integration beside ours would page twice. */
function integrations({ receivers }: Configuration, name: string): string {
  const receiver = receivers.find((one) => one['name'] === name) ?? {};
  const kinds = Object.entries(receiver).filter(([field, value]) => field.endsWith('_configs') && listOf(value).length > 0);
  return kinds.map(([field, value]) => `${field} ${listOf(value).length}`).join(', ');
}

/** The PagerDuty block of a receiver of ours. */
function pagerOf(configuration: Configuration, name: string): Fields | undefined {
  const receiver = configuration.receivers.find((one) => one['name'] === name);
  return fieldLists(receiver?.['pagerduty_configs'])[0];
}

function keyPart(pager: Fields): string | undefined {
  const set = keyFields.filter((field) => pager[field] !== undefined && pager[field] !== '');
  if (set.length === 0) return undefined;
  return set
    .map((field) =>
      field.endsWith('_file') ? `${field} ${textOf(pager[field]) ?? '?'}` : `${field} ${inlineWords(textOf(pager[field]) ?? '')}`,
    )
    .join(' and ');
}

/** An inline key in words; only text that cannot be a key is shown. */
function inlineWords(value: string): string {
  return /^\$[{(]?[A-Z_][A-Z0-9_]*[)}]?$/.test(value)
    ? `the literal text ${value}, which Alertmanager never expands`
    : 'in the configuration itself';
}

function watchdog({ receivers }: Configuration): string | undefined {
  const receiver = receivers.find((one) => one['name'] === 'watchdog');
  const hook = fieldLists(receiver?.['webhook_configs'])[0];
  if (!hook) return receiver && 'no webhook';
  const file = textOf(hook['url_file']);
  const address = file !== undefined && file !== '' ? `url_file ${file}` : 'an address in the configuration itself';
  return `${address}, send_resolved ${textOf(hook['send_resolved']) ?? 'true'}`;
}

/** Details and links, which both receivers carry alike. */
function sharedParts(configuration: Configuration, settings: AlertmanagerSettings): Record<string, string | undefined> {
  const present = pagers.map((name) => pagerOf(configuration, name));
  const both = (read: (pager: Fields) => string | undefined): string | undefined => {
    const values = present.map((pager) => pager && read(pager));
    if (values.every((value) => value === undefined)) return undefined;
    return new Set(values).size === 1 ? values[0] : `differs: ${values.map((value) => value ?? 'absent').join(' | ')}`;
  };
  const parts: Record<string, string | undefined> = {};
  for (const name of new Set(present.flatMap((pager) => Object.keys(fieldsOf(pager?.['details'])))))
    parts[name === 'pmp_drill' ? 'drill route: detail pmp_drill' : `details: ${name}`] = both((pager) =>
      textOf(fieldsOf(pager['details'])[name]),
    );
  if (settings.keyStyle === 'service_key') return parts;
  for (const name of new Set(present.flatMap((pager) => fieldLists(pager?.['links']).map((link) => textOf(link['text']) ?? ''))))
    parts[`links: ${name}`] = both((pager) => textOf(fieldLists(pager['links']).find((link) => link['text'] === name)?.['href']));
  return parts;
}
