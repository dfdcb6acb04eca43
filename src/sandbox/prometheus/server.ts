import type { Instant } from '../../model/index.ts';
import { alwaysTrue, readConfig, readRules, Unloadable } from './config.ts';
import type { PrometheusConfig, Rule, RuleGroup } from './config.ts';

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
  /** By address: when it was last told of the alerts, how many it took, and how many sends failed. */
  told: Record<string, { at: Instant; sent: number; errors: number }>;
  /** Newest last, at most 200 lines. */
  readonly log: string[];
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

export interface ActiveAlert {
  readonly rule: Rule;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: Instant;
}

/** Alerts whose expression is true now, without the external labels, as Prometheus' own API shows them. */
export function alertsOf(run: PrometheusRun, now: Instant): readonly ActiveAlert[] {
  return run.groups.flatMap((group) => group.rules.flatMap((rule) => alertsOfRule(run, group, rule, now)));
}

export function alertsOfRule(run: PrometheusRun, group: RuleGroup, rule: Rule, now: Instant): readonly ActiveAlert[] {
  const activeAt = rule.kind === 'alerting' ? run.active[ruleKey(group, rule)] : undefined;
  if (activeAt === undefined) return [];
  const labels = { alertname: rule.name, ...rule.labels };
  return [{ rule, labels, state: now - activeAt >= rule.duration * 1000 ? 'firing' : 'pending', activeAt }];
}
