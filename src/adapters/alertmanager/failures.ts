import { clean } from '../../engine/errors.ts';

/** A notification to PagerDuty that failed, as a log line tells it. */
export interface Failure {
  /** As the line has it; '' where it has none. */
  readonly at: string;
  /** Alertmanager's words, PagerDuty's reason among them. */
  readonly words: string;
}

/** The newest failed PagerDuty notification of a log (logfmt or JSON, any version). */
export function lastFailure(log: string): Failure | undefined {
  const lines = log.split('\n');
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const failure = failureIn(lines[index] ?? '');
    if (failure) return failure;
  }
  return undefined;
}

function failureIn(line: string): Failure | undefined {
  if (!line.includes('pagerduty')) return undefined;
  const fields = line.trimStart().startsWith('{') ? jsonFields(line) : logfmt(line);
  const words = fields.get('err') ?? fields.get('error');
  const about = `${fields.get('integration') ?? ''} ${words ?? ''}`;
  if (words === undefined || !/pagerduty(?:\[\d+\])?/.test(about)) return undefined;
  return { at: clean(fields.get('time') ?? fields.get('ts') ?? '', 40), words: clean(withoutKeys(words), 400) };
}

function logfmt(line: string): ReadonlyMap<string, string> {
  const pairs = line.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g);
  return new Map([...pairs].map(([, name, quoted, bare]) => [name ?? '', quoted === undefined ? (bare ?? '') : unquoted(quoted)]));
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, one: string) => (one === 'n' || one === 't' ? ' ' : one));
}

function jsonFields(line: string): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(line);
    const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

/** Whatever could be a key; neither side writes one into a log, but nobody promises it. */
function withoutKeys(text: string): string {
  return text.replace(/\b[A-Za-z0-9]{32}\b/g, '<key>');
}
