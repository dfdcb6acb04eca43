import { Refusal } from './yaml.ts';
import { compileRegex, labelName } from './matchers.ts';
import type { Shape } from './shapes.ts';
import type { Values } from './decode.ts';

/**
 * What Alertmanager checks of a part once its types are right, in its order and words.
 * @throws Refusal
 */
export function check(shape: Shape, values: Values, minor: number): void {
  if (shape.check !== undefined) checks[shape.check](values, minor);
}

const checks: Readonly<Record<NonNullable<Shape['check']>, (values: Values, minor: number) => void>> = {
  route: checkRoute,
  receiver: (values) => demand(filled(values['name']), 'missing name in receiver'),
  pagerduty: checkPagerDuty,
  webhook: checkWebhook,
  slack: (values) =>
    demand(!(filled(values['api_url']) && filled(values['api_url_file'])), 'at most one of api_url & api_url_file must be configured'),
  email: (values) => demand(filled(values['to']), 'missing to address in email config'),
  inhibit: checkInhibition,
  interval: checkInterval,
  root: checkRoot,
};

function demand(holds: boolean, words: string): void {
  if (!holds) throw new Refusal(words);
}

function filled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function checkRoute(values: Values, minor: number): void {
  checkLabels(values['match'], minor);
  checkLabels(values['match_re'], minor);
  for (const pattern of Object.values(names(values['match_re']))) compileRegex(String(pattern));
  checkGroupBy(strings(values['group_by']), minor);
  for (const field of ['group_interval', 'repeat_interval']) demand(values[field] !== '0s', `${field} cannot be zero`);
}

function checkLabels(value: unknown, minor: number): void {
  if (minor >= 27) return;
  for (const name of Object.keys(names(value))) demand(labelName.test(name), `invalid label name ${JSON.stringify(name)}`);
}

function checkGroupBy(labels: readonly string[], minor: number): void {
  const seen = new Set<string>();
  for (const label of labels) {
    if (label !== '...') {
      demand(minor >= 27 || labelName.test(label), `invalid label name ${JSON.stringify(label)} in group_by list`);
      demand(!seen.has(label), `duplicated label ${JSON.stringify(label)} in group_by`);
      seen.add(label);
    }
  }
  const mixed = labels.includes('...') && seen.size > 0;
  demand(!mixed, 'cannot have wildcard group_by (`...`) and other other labels at the same time');
}

function checkPagerDuty(values: Values): void {
  const has = (field: string) => filled(values[field]);
  const keys = ['routing_key', 'service_key', 'routing_key_file', 'service_key_file'];
  demand(keys.some(has), 'missing service or routing key in PagerDuty config');
  demand(!(has('routing_key') && has('routing_key_file')), 'at most one of routing_key & routing_key_file must be configured');
  demand(!(has('service_key') && has('service_key_file')), 'at most one of service_key & service_key_file must be configured');
}

function checkWebhook(values: Values, minor: number): void {
  const url = filled(values['url']);
  const file = filled(values['url_file']);
  demand(url || file, minor >= 26 ? 'one of url or url_file must be configured' : 'missing URL in webhook config');
  demand(!(url && file), 'at most one of url & url_file must be configured');
}

function checkInhibition(values: Values, minor: number): void {
  for (const field of ['source_match', 'source_match_re', 'target_match', 'target_match_re']) checkLabels(values[field], minor);
  for (const name of strings(values['equal']))
    demand(minor >= 27 || labelName.test(name), `${JSON.stringify(name)} is not a valid label name`);
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function checkInterval(values: Values): void {
  const ranges = Array.isArray(values['time_intervals']) ? (values['time_intervals'] as Values[]) : [];
  for (const range of ranges) {
    for (const day of strings(range['weekdays']).flatMap((text) => text.split(':'))) {
      demand(weekdays.includes(day.toLowerCase()), `${day} is not a valid weekday`);
    }
  }
  demand(filled(values['name']), 'missing name in time interval');
}

function checkRoot(values: Values): void {
  const receivers = parts(values['receivers']);
  const seen = new Set<unknown>();
  for (const receiver of receivers) {
    demand(!seen.has(receiver['name']), `notification config name ${JSON.stringify(receiver['name'])} is not unique`);
    seen.add(receiver['name']);
    checkGlobals(receiver, part(values['global']));
  }
  const route = values['route'];
  demand(route !== undefined, 'no routes provided');
  const root = part(route);
  demand(filled(root['receiver']), 'root route must specify a default receiver');
  const matched = ['match', 'match_re', 'matchers'].some((field) => Object.keys(names(root[field])).length > 0);
  demand(!matched, 'root route must not have any matchers');
  demand(strings(root['mute_time_intervals']).length === 0, 'root route must not have any mute time intervals');
  demand(strings(root['active_time_intervals']).length === 0, 'root route must not have any active time intervals');
  demand(root['continue'] !== true, 'cannot have continue in root route');
  checkReceivers(root, seen);
  checkTimes(root, intervalNames(values));
}

function checkGlobals(receiver: Values, global: Values): void {
  for (const slack of parts(receiver['slack_configs'])) {
    const own = filled(slack['api_url']) || filled(slack['api_url_file']);
    const shared = filled(global['slack_api_url']) || filled(global['slack_api_url_file']) || filled(global['slack_app_token']);
    demand(own || shared, 'no global Slack API URL set either inline or in a file');
  }
  for (const email of parts(receiver['email_configs'])) {
    demand(filled(email['smarthost']) || filled(global['smtp_smarthost']), 'no global SMTP smarthost set');
    demand(filled(email['from']) || filled(global['smtp_from']), 'no global SMTP from set');
  }
}

function checkReceivers(route: Values, receivers: ReadonlySet<unknown>): void {
  for (const child of parts(route['routes'])) checkReceivers(child, receivers);
  const name = route['receiver'];
  demand(!filled(name) || receivers.has(name), `undefined receiver ${JSON.stringify(name)} used in route`);
}

function intervalNames(values: Values): Set<unknown> {
  const known = new Set<unknown>();
  for (const interval of [...parts(values['mute_time_intervals']), ...parts(values['time_intervals'])]) {
    const name = interval['name'];
    demand(!known.has(name), `time interval ${JSON.stringify(name)} is not unique`);
    known.add(name);
  }
  return known;
}

function checkTimes(route: Values, known: ReadonlySet<unknown>): void {
  for (const child of parts(route['routes'])) checkTimes(child, known);
  for (const name of [...strings(route['mute_time_intervals']), ...strings(route['active_time_intervals'])]) {
    demand(known.has(name), `undefined time interval ${JSON.stringify(name)} used in route`);
  }
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function part(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}

export function parts(value: unknown): Values[] {
  return Array.isArray(value) ? value.map(part) : [];
}

function names(value: unknown): Values {
  return part(value);
}
