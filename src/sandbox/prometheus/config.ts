import { load } from 'js-yaml';

/** What Prometheus says when it will not take a text. */
export class Unloadable extends Error {}

/** Alertmanagers that a configuration names, one entry a list of them. */
export interface AlertmanagerTargets {
  readonly scheme: string;
  /** "" or "/alertmanager" */
  readonly prefix: string;
  /** "alertmanager.monitoring.svc:9093" */
  readonly fixed: readonly string[];
  /** Names in the cluster's DNS that mean every address behind them. */
  readonly names: readonly { readonly name: string; readonly port: number }[];
}

export interface PrometheusConfig {
  /** Milliseconds between evaluations. */
  readonly interval: number;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly ruleFiles: readonly string[];
  readonly alertmanagers: readonly AlertmanagerTargets[];
}

export interface Rule {
  readonly kind: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  /** Seconds. */
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly rules: readonly Rule[];
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const tree = (value: unknown): Tree => (isTree(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOr = (value: unknown, usual: string): string => (typeof value === 'string' ? value : usual);
const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tree(value)).map(([name, each]) => [name, String(each)]));

function yamlOf(text: string): unknown {
  try {
    return load(text) ?? {};
  } catch (thrown) {
    throw new Unloadable(`yaml: ${(thrown as Error).message.split('\n')[0] ?? 'invalid'}`);
  }
}

const units: readonly (readonly [unit: string, milliseconds: number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A scalar as text. */
const plain = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Prometheus' duration in milliseconds. @throws Unloadable */
function span(value: unknown, usual: number): number {
  if (value === undefined || value === null || value === '') return usual;
  const found = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(plain(value));
  if (value === 0 || value === '0') return 0;
  if (found === null) throw new Unloadable(`not a valid duration string: ${JSON.stringify(plain(value))}`);
  return units.reduce((sum, [, size], index) => sum + Number(found[index + 1] ?? 0) * size, 0);
}

/** Of prometheus.yml, what alerting needs. @throws Unloadable */
export function readConfig(text: string): PrometheusConfig {
  const parsed = yamlOf(text);
  if (!isTree(parsed)) throw new Unloadable('yaml: unmarshal errors: cannot unmarshal into config.plain');
  const global = tree(parsed['global']);
  return {
    interval: span(global['evaluation_interval'], 60_000),
    externalLabels: texts(global['external_labels']),
    ruleFiles: list(parsed['rule_files']).map(String),
    alertmanagers: list(tree(parsed['alerting'])['alertmanagers']).map((each) => targetsIn(tree(each))),
  };
}

function targetsIn(each: Tree): AlertmanagerTargets {
  const fixed = list(each['static_configs']).flatMap((one) => list(tree(one)['targets']).map(String));
  const named = list(each['dns_sd_configs']).flatMap((one) => {
    const { names, port } = tree(one);
    return list(names).map((name) => ({ name: String(name), port: typeof port === 'number' ? port : 9093 }));
  });
  const path = textOr(each['path_prefix'], '').replace(/\/+$/, '');
  return { scheme: textOr(each['scheme'], 'http'), prefix: path, fixed, names: named };
}

/** A file of rules. @throws Unloadable, as `promtool check rules` would say it */
export function readRules(file: string, text: string, interval: number): readonly RuleGroup[] {
  try {
    const parsed = tree(yamlOf(text));
    onlyFields(parsed, ['groups'], 'rulefmt.RuleGroups');
    const groups = list(parsed['groups']).map((each) => groupIn(tree(each), file, interval));
    const twice = groups.find((group, index) => groups.findIndex(({ name }) => name === group.name) !== index);
    if (twice) throw new Unloadable(`groupname: ${JSON.stringify(twice.name)} is repeated in the same file`);
    return groups;
  } catch (thrown) {
    throw thrown instanceof Unloadable ? new Unloadable(`${file}: ${thrown.message}`) : thrown;
  }
}

function onlyFields(value: Tree, known: readonly string[], type: string): void {
  const stranger = Object.keys(value).find((field) => !known.includes(field));
  if (stranger !== undefined) throw new Unloadable(`yaml: unmarshal errors:\n  field ${stranger} not found in type ${type}`);
}

function groupIn(group: Tree, file: string, interval: number): RuleGroup {
  onlyFields(group, ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules', 'partial_response_strategy'], 'rulefmt.RuleGroup');
  const name = textOr(group['name'], '');
  if (name === '') throw new Unloadable('Groupname must not be empty');
  const shared = texts(group['labels']);
  const rules = list(group['rules']).map((each, index) => ruleIn(tree(each), `group ${JSON.stringify(name)}, rule ${index + 1}`, shared));
  return { name, file, interval: span(group['interval'], interval), rules };
}

const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function ruleIn(rule: Tree, where: string, shared: Readonly<Record<string, string>>): Rule {
  onlyFields(rule, ruleFields, 'rulefmt.Rule');
  const [alert, record] = [textOr(rule['alert'], ''), textOr(rule['record'], '')];
  const name = alert || record;
  const refuse = (words: string): never => {
    throw new Unloadable(`${where}, ${JSON.stringify(name)}: ${words}`);
  };
  if (alert !== '' && record !== '') refuse("only one of 'record' and 'alert' must be set");
  if (name === '') refuse("one of 'record' or 'alert' must be set");
  const query = (rule['expr'] === undefined ? '' : plain(rule['expr'])).trim();
  if (query === '') refuse("field 'expr' must be set in rule");
  if (!balanced(query)) refuse(`could not parse expression: 1:1: parse error: unclosed left parenthesis`);
  if (record !== '' && rule['annotations'] !== undefined) refuse("invalid field 'annotations' in recording rule");
  if (record !== '' && rule['for'] !== undefined) refuse("invalid field 'for' in recording rule");
  return {
    kind: alert === '' ? 'recording' : 'alerting',
    name,
    query,
    duration: span(rule['for'], 0) / 1000,
    keepFiringFor: span(rule['keep_firing_for'], 0) / 1000,
    labels: { ...shared, ...texts(rule['labels']) },
    annotations: texts(rule['annotations']),
  };
}

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function balanced(query: string): boolean {
  const open: string[] = [];
  for (const char of query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/g, '')) {
    if ('([{'.includes(char)) open.push(char);
    else if (char in pairs && open.pop() !== pairs[char]) return false;
  }
  return open.length === 0;
}

/** The sandbox has no metrics: only an expression that is always true, as Watchdog's, is. */
export const alwaysTrue = ({ query }: Rule): boolean => /^vector\(\s*[1-9]\d*\s*\)$/.test(query);
