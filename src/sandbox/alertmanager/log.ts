import type { Instant } from '../../model/index.ts';
import type { Replica } from './server.ts';
import { minorOf } from './version.ts';

const longest = 200;
const places: Readonly<Record<string, readonly [older: string, newer: string]>> = {
  configuration: ['coordinator.go:118', 'coordinator.go:112'],
  dispatcher: ['dispatch.go:352', 'dispatch.go:360'],
};

type Fields = Readonly<Record<string, string | number>> & { readonly component: string };

/** One line as that version writes it: logfmt before 0.28, slog's text since. */
export function lineOf(version: string, now: Instant, level: 'info' | 'error', message: string, fields: Fields): string {
  const time = new Date(now).toISOString();
  const { component, ...rest } = fields;
  const [older, newer] = places[component] ?? ['main.go:1', 'main.go:1'];
  const pairs = Object.entries(rest).map(([name, value]) => ` ${name}=${quoted(String(value))}`);
  const said = quoted(message);
  return minorOf(version) >= 28
    ? `time=${time} level=${level.toUpperCase()} source=${newer} msg=${said} component=${component}${pairs.join('')}`
    : `ts=${time} caller=${older} level=${level} component=${component} msg=${said}${pairs.join('')}`;
}

/** logfmt: quotes only where they are needed. */
const quoted = (text: string): string => (/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text));

/** Appends to the replica's log. */
export function logLine(replica: Replica, now: Instant, level: 'info' | 'error', message: string, fields: Fields): void {
  replica.log.push(lineOf(replica.version, now, level, message, fields));
  if (replica.log.length > longest) replica.log.shift();
}
