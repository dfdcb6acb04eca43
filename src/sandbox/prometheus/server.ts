import type { Instant } from '../../model/index.ts';
import { alwaysTrue, readConfig, readRules, Unloadable } from './config.ts';
import type { PrometheusConfig, Rule, RuleGroup } from './config.ts';
import { isCpuRule, loadedPods, withLabels } from './load.ts';
import type { PodLoad } from './load.ts';

/** One running Prometheus: what it has loaded, and since when its alerts are active. Plain JSON. */
export interface PrometheusRun {
  /** "3.5.0" */
  readonly version: string;
  readonly pod: string;
  readonly startedAt: Instant;
  readonly configFile: string;
  /** POST /-/reload is answered. */
  readonly lifecycle: boolean;
  config: PrometheusConfig;
  groups: readonly RuleGroup[];
  reloadSuccessful: boolean;
  reloadedAt: Instant;
  /** By rule (`ruleKey`): since when its expression has been true. */
  active: Readonly<Record<string, Instant>>;
  /** By rule: the pods for which its expression is true, by `podKey`; ends where keep_firing_for is over. */
  loaded?: Record<string, Record<string, LoadedPod>>;
  /** When that was last looked at. */
  evaluated?: Instant;
  /** Alerts that ended at the last evaluation, and have not been sent so. */
  ended?: readonly ActiveAlert[];
  /** By address: when it was last told of the alerts, how many it took, how many sends failed, and when it heard of each alert of a load. */
  told: Record<string, { at: Instant; sent: number; errors: number; heard?: Record<string, Instant> }>;
  /** Newest last, at most 200 lines. */
  readonly log: string[];
}

interface LoadedPod {
  readonly labels: Readonly<Record<string, string>>;
  readonly since: Instant;
  /** When the expression was last true. */
  readonly last: Instant;
}

export interface PrometheusSurroundings {
  readonly now: Instant;
  /** Mounted files as the container sees them now, by path. */
  readonly files: readonly string[];
  read(path: string): string | undefined;
  /** Addresses ("http://host:9093/api/v2/alerts") of the Alertmanagers that it sends to. */
  readonly alertmanagers: (config: PrometheusConfig) => readonly string[];
}

interface Loaded {
  readonly config: PrometheusConfig;
  readonly groups: readonly RuleGroup[];
}

/** @throws Unloadable */
function loadAll(file: string, around: PrometheusSurroundings): Loaded {
  const text = around.read(file);
  if (text === undefined) throw new Unloadable(`open ${file}: no such file or directory`);
  const config = readConfig(text);
  const files = around.files.filter((path) => config.ruleFiles.some((pattern) => glob(pattern).test(path))).sort();
  return { config, groups: files.flatMap((path) => readRules(path, around.read(path) ?? '', config.interval)) };
}

/** A star stands for anything within one folder. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]')}$`,
  );

/** @returns the run, or the last line of its log where it does not start */
export function startPrometheus(
  about: Pick<PrometheusRun, 'pod' | 'version' | 'configFile' | 'lifecycle'>,
  around: PrometheusSurroundings,
): PrometheusRun | string {
  const { now } = around;
  try {
    const loaded = loadAll(about.configFile, around);
    const run: PrometheusRun = {
      ...about,
      ...loaded,
      startedAt: now,
      reloadSuccessful: true,
      reloadedAt: now,
      active: activeIn(loaded.groups, {}, now),
      told: {},
      log: [],
    };
    say(run, now, 'INFO', `msg="Completed loading of configuration file" filename=${about.configFile}`);
    say(run, now, 'INFO', 'msg="Server is ready to receive web requests."');
    return run;
  } catch (thrown) {
    if (thrown instanceof Unloadable) return lineOf(now, 'ERROR', errorOf(about.configFile, thrown));
    throw thrown;
  }
}

const errorOf = (file: string, { message }: Unloadable): string =>
  `msg="Error loading config" file=${file} err=${JSON.stringify(`couldn't load configuration (--config.file=${JSON.stringify(file)}): ${message}`)}`;

const lineOf = (now: Instant, level: string, words: string): string =>
  `time=${new Date(now).toISOString()} level=${level} source=main.go:1554 ${words}`;

function say(run: PrometheusRun, now: Instant, level: string, words: string): void {
  run.log.push(lineOf(now, level, words));
  if (run.log.length > 200) run.log.shift();
}

export const ruleKey = (group: RuleGroup, rule: Rule): string => `${group.file};${group.name};${rule.name};${JSON.stringify(rule.labels)}`;

function activeIn(
  groups: readonly RuleGroup[],
  before: Readonly<Record<string, Instant>>,
  now: Instant,
): Readonly<Record<string, Instant>> {
  const keys = groups.flatMap((group) => group.rules.filter(alwaysTrue).map((rule) => ruleKey(group, rule)));
  return Object.fromEntries(keys.map((key) => [key, before[key] ?? now]));
}

/** Reads configuration and rules again. @returns its reason where it refuses; then the old ones stay in force */
export function reloadPrometheus(run: PrometheusRun, around: PrometheusSurroundings): string | undefined {
  const { now } = around;
  try {
    const loaded = loadAll(run.configFile, around);
    Object.assign(run, loaded, { reloadSuccessful: true, reloadedAt: now, active: activeIn(loaded.groups, run.active, now) });
    say(run, now, 'INFO', `msg="Completed loading of configuration file" filename=${run.configFile}`);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Unloadable)) throw thrown;
    run.reloadSuccessful = false;
    say(run, now, 'ERROR', errorOf(run.configFile, thrown));
    return thrown.message;
  }
}

/** When rules that load can make true are to be evaluated after the last time; undefined: there are none. */
export function nextEvaluation(run: PrometheusRun, now: Instant): Instant | undefined {
  const due = run.groups
    .filter((group) => group.rules.some((rule) => rule.kind === 'alerting' && isCpuRule(rule)))
    .map((group) => run.reloadedAt + (Math.floor(((run.evaluated ?? now) - run.reloadedAt) / group.interval) + 1) * group.interval);
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Whether an alert of a load is pending or firing, or has just ended. */
export const isAlarmed = (run: PrometheusRun): boolean =>
  Object.values(run.loaded ?? {}).some((pods) => Object.keys(pods).length > 0) || (run.ended ?? []).length > 0;

/** Evaluates the rules that load can make true; outside a group's beat nothing changes. */
export function evaluateLoad(run: PrometheusRun, loads: readonly PodLoad[], now: Instant): void {
  run.evaluated = now;
  const before = run.loaded ?? {};
  const after: Record<string, Record<string, LoadedPod>> = {};
  const ended: ActiveAlert[] = [];
  for (const group of run.groups) {
    const beat = run.reloadedAt + Math.floor((now - run.reloadedAt) / group.interval) * group.interval;
    for (const rule of group.rules.filter((each) => each.kind === 'alerting' && isCpuRule(each))) {
      const key = ruleKey(group, rule);
      const old = before[key] ?? {};
      const found = loadedPods(rule, loads, beat).map((labels) => [podKey(labels), labels] as const);
      const on = Object.fromEntries(found.map(([pod, labels]) => [pod, { labels, since: old[pod]?.since ?? beat, last: beat }]));
      const kept = Object.entries(old).filter(
        ([pod, each]) => !(pod in on) && fires(rule, each) && beat - each.last < rule.keepFiringFor * 1000,
      );
      const gone = Object.entries(old).filter(([pod, each]) => !(pod in on) && fires(rule, each) && kept.every(([name]) => name !== pod));
      ended.push(...gone.map(([, each]) => alertOf(rule, each, 'firing')));
      after[key] = { ...Object.fromEntries(kept), ...on };
    }
  }
  run.loaded = after;
  run.ended = [...(run.ended ?? []), ...ended];
}

const podKey = (labels: Readonly<Record<string, string>>): string => `${labels['namespace']}/${labels['pod']}`;
const fires = (rule: Rule, { since, last }: LoadedPod): boolean => last - since >= rule.duration * 1000;

function alertOf(rule: Rule, { labels, since }: LoadedPod, state: ActiveAlert['state']): ActiveAlert {
  const all = { alertname: rule.name, ...labels, ...withLabels(rule.labels, labels) };
  return { rule, labels: all, annotations: withLabels(rule.annotations, labels), state, activeAt: since };
}

export interface ActiveAlert {
  readonly rule: Rule;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: Instant;
}

/** Alerts whose expression is true now, without the external labels, as Prometheus' own API shows them. */
export function alertsOf(run: PrometheusRun, now: Instant): readonly ActiveAlert[] {
  return run.groups.flatMap((group) => group.rules.flatMap((rule) => alertsOfRule(run, group, rule, now)));
}

export function alertsOfRule(run: PrometheusRun, group: RuleGroup, rule: Rule, now: Instant): readonly ActiveAlert[] {
  const busy = Object.values(run.loaded?.[ruleKey(group, rule)] ?? {});
  if (busy.length > 0) return busy.map((each) => alertOf(rule, each, fires(rule, each) ? 'firing' : 'pending'));
  const activeAt = rule.kind === 'alerting' ? run.active[ruleKey(group, rule)] : undefined;
  if (activeAt === undefined) return [];
  const labels = { alertname: rule.name, ...rule.labels };
  const { annotations } = rule;
  return [{ rule, labels, annotations, state: now - activeAt >= rule.duration * 1000 ? 'firing' : 'pending', activeAt }];
}
