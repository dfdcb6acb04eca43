import { PmpError } from '../../engine/errors.ts';
import { heartbeatSecretKey, secretKeys, type AlertmanagerSettings, type ServiceRole } from '../../model/index.ts';

/** What the Alertmanager in the cluster can do, beside what the answers want. */
export interface Dialect {
  /** 'inline' below 0.25, which reads no key files. */
  readonly keys: 'file' | 'inline';
  /** 'inline' below 0.26, which reads no webhook address from a file. */
  readonly webhook: 'file' | 'inline';
  /** The `source` field, 0.25 and later. */
  readonly source: boolean;
}

/** How every Alertmanager since 0.26 is written to; what a file on disk always is. */
export const currentDialect: Dialect = { keys: 'file', webhook: 'file', source: true };

/** Values for a dialect that cannot read files. They only ever reach the cluster's own Secret. */
export interface InlineValues {
  readonly keys: Readonly<Record<ServiceRole, string>>;
  readonly watchdogUrl?: string;
}

/** What depends on the configuration that ours is put into. */
export interface Surroundings {
  /** Its own `null` or `watchdog` receiver is used and not written again. */
  readonly ownNull: boolean;
  readonly ownWatchdog: boolean;
  /** Its `global.pagerduty_url`, which our receivers must not inherit. */
  readonly globalUrl?: string;
}

export const alone: Surroundings = { ownNull: true, ownWatchdog: true };

export const usEventsUrl = 'https://events.pagerduty.com/v2/enqueue';

/** The address a receiver sends v2 events to: the host of the settings with the path of the Events API. */
export function enqueueUrl(settings: AlertmanagerSettings): string {
  if (settings.url === undefined) return usEventsUrl;
  const url = new URL(settings.url);
  return url.pathname === '/' || url.pathname === '' ? new URL('/v2/enqueue', url).href : url.href;
}

/** The template's conditions that hold. */
export function conditions(settings: AlertmanagerSettings, dialect: Dialect, around: Surroundings): ReadonlySet<string> {
  const v2 = settings.keyStyle === 'routing_key';
  const inherited = around.globalUrl ?? usEventsUrl;
  const flags: readonly (readonly [boolean, string, string?])[] = [
    [v2, 'v2', 'v1'],
    [settings.p2Severity === 'error', 'loud', 'quiet'],
    [settings.p3Pages, 'p3-pages', 'p3-mute'],
    [settings.heartbeat, 'heartbeat'],
    [dialect.keys === 'file', 'key-files', 'key-inline'],
    [dialect.webhook === 'file', 'url-file', 'url-inline'],
    [dialect.source, 'source'],
    [enqueueUrl(settings) !== inherited, 'url'],
    [around.ownNull, 'own-null'],
    [around.ownWatchdog, 'own-watchdog'],
  ];
  return new Set(flags.flatMap(([holds, yes, no]) => (holds ? [yes] : no === undefined ? [] : [no])));
}

/** The words of alertmanager.yml and pmp-rules.yml that the answers fill in. */
export function words(settings: AlertmanagerSettings, inline?: InlineValues): Readonly<Record<string, string>> {
  return {
    KEY_DIR: quotedPath(settings.keyDir),
    KEY_CRITICAL: secretKeys.critical,
    KEY_HIGH: secretKeys.high,
    INLINE_CRITICAL: JSON.stringify(inline?.keys.critical ?? ''),
    INLINE_HIGH: JSON.stringify(inline?.keys.high ?? ''),
    HEARTBEAT_DIR: quotedPath(settings.heartbeatDir),
    HEARTBEAT_KEY: heartbeatSecretKey,
    WATCHDOG_URL: JSON.stringify(inline?.watchdogUrl ?? ''),
    URL: address(enqueueUrl(settings)),
    SUMMARY: annotation(settings.annotations.summary),
    RUNBOOK: annotation(settings.annotations.runbook),
    GRAPHS: annotation(settings.annotations.graphs),
    RUNBOOK_BASE: address(settings.runbookBase),
    GRAPHS_BASE: address(settings.graphsBase),
  };
}

/** Keeps the lines whose conditions hold, with what is indented under them, and fills in the words. @throws PmpError for a word nobody knows. */
export function fill(template: string, holding: ReadonlySet<string>, known: Readonly<Record<string, string>>): string {
  const kept: string[] = [];
  let skippedIndent: number | undefined;
  for (const line of template.split('\n')) {
    const indent = line.search(/\S/);
    if (skippedIndent !== undefined && (indent > skippedIndent || (indent === -1 && line !== ''))) continue;
    skippedIndent = undefined;
    const condition = /^(?<text>.*\S)\s+#when (?<names>[a-z0-9 -]+)$/.exec(line);
    const names = condition?.groups?.['names']?.trim().split(/ +/) ?? [];
    if (names.every((name) => holding.has(name))) kept.push(condition?.groups?.['text'] ?? line);
    else skippedIndent = indent;
  }
  return substitute(kept.join('\n'), known);
}

function substitute(text: string, known: Readonly<Record<string, string>>): string {
  return text
    .split('\n')
    .map((line) =>
      line.trimStart().startsWith('#') ? line : line.replace(/__([A-Z]+(?:_[A-Z]+)*)__/g, (_, word: string) => wordOf(word, known)),
    )
    .join('\n');
}

function wordOf(word: string, known: Readonly<Record<string, string>>): string {
  const value = known[word];
  if (value !== undefined) return value;
  throw new PmpError('file', {
    message: `A template holds the word __${word}__, which pmp-pd does not know`,
    fix: 'Correct the spelling of the word in templates/, or install pmp-pd anew.',
  });
}

/** Fit for single quotes in YAML. */
function quotedPath(path: string): string {
  return path.replace(/\/+$/, '').replaceAll("'", "''");
}

/** An address can stand in single and double quotes and beside Go's template braces. */
function address(url: string): string {
  return url.replace(/["'`\\{}\s]/g, (character) => encodeURIComponent(character).replace("'", '%27'));
}

/** A name that can stand between Go's raw-string quotes and as a YAML key. */
function annotation(name: string): string {
  if (/^[A-Za-z_][\w.-]*$/.test(name)) return name;
  throw new PmpError('answers-invalid', {
    message: `"${name.replace(/[^\x20-\x7E]/g, '?')}" cannot be the name of an annotation`,
    fix: 'Use letters, digits and underscores in alertmanager.annotations.',
  });
}
