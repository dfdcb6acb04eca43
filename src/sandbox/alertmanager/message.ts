import { createHash } from 'node:crypto';
import { part, parts } from './checks.ts';
import type { Values } from './decode.ts';
import type { TellAlert } from './groups.ts';
import { fingerprint } from './memory.ts';
import type { Labels } from './memory.ts';
import type { Surroundings } from './server.ts';
import { expand, GoTime, Kv, libraryOf, List, Struct, TemplateError } from './template/index.ts';
import type { Library } from './template/index.ts';
import { dataOf, parseYaml, Refusal, tagOf } from './yaml.ts';

/** What a notification is about. */
export interface Telling {
  readonly receiver: string;
  /** Alertmanager's group key, in words. */
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly TellAlert[];
  /** Base address that links in it lead to. */
  readonly externalUrl: string;
  readonly minor: number;
}

/** Why no message can be made, in Alertmanager's words. */
export class Unsendable extends Error {}

export interface Message {
  readonly url: string;
  readonly v1: boolean;
  readonly body: unknown;
}

/** v1's address cannot be configured. */
export const v1Url = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';

export const dedupKey = (groupKey: string): string => createHash('sha256').update(groupKey).digest('hex');

/** The event that a `pagerduty_configs` entry sends. @throws Unsendable */
export function messageOf(config: Values, telling: Telling, around: Surroundings, templates: readonly string[]): Message {
  const library = libraryIn(templates);
  const data = dataFor(telling);
  const resolves = telling.alerts.every(({ resolved }) => resolved);
  const details = detailsOf(config, data, library, telling.minor);
  const v1 = filled(config['service_key']) || filled(config['service_key_file']);
  const fill = (value: unknown): string => (typeof value === 'string' ? expand(value, data, library) : '');
  const made = { config, telling, details, resolves, fill, around };
  try {
    return v1 ? { url: v1Url, v1, body: v1Body(made) } : { url: String(config['url']), v1, body: v2Body(made) };
  } catch (error) {
    if (error instanceof TemplateError) throw new Unsendable(`failed to template PagerDuty ${v1 ? 'v1' : 'v2'} message: ${error.message}`);
    throw error;
  }
}

const filled = (value: unknown): boolean => typeof value === 'string' && value !== '';

function libraryIn(templates: readonly string[]): Library {
  try {
    return libraryOf(templates);
  } catch (error) {
    if (error instanceof TemplateError) throw new Unsendable(error.message);
    throw error;
  }
}

interface Made {
  readonly config: Values;
  readonly telling: Telling;
  readonly details: Readonly<Record<string, unknown>>;
  readonly resolves: boolean;
  readonly fill: (value: unknown) => string;
  readonly around: Surroundings;
}

function keyIn({ config, fill, around }: Made, kind: 'routing' | 'service'): string {
  const inline = config[`${kind}_key`];
  const file = config[`${kind}_key_file`];
  const read = filled(inline) || typeof file !== 'string' ? inline : around.read(file)?.trim();
  if (read === undefined) throw new Unsendable(`failed to read ${kind} key from file: open ${String(file)}: no such file or directory`);
  return fill(read);
}

function v1Body(made: Made): unknown {
  const { config, telling, details, resolves, fill } = made;
  const key = keyIn(made, 'service');
  const body = {
    service_key: key,
    incident_key: dedupKey(telling.groupKey),
    event_type: resolves ? 'resolve' : 'trigger',
    description: shortened(fill(config['description']), telling.minor),
    event_action: '',
    payload: null,
    ...(resolves ? {} : present({ client: fill(config['client']), client_url: fill(config['client_url']) })),
    details,
  };
  if (key === '') throw new Unsendable('service key cannot be empty');
  return body;
}

function v2Body(made: Made): unknown {
  const { config, telling, details, resolves, fill } = made;
  const key = keyIn(made, 'routing');
  const images = parts(config['images'])
    .map(({ src, alt, href }) => ({ src: fill(src), alt: fill(alt), href: fill(href) }))
    .filter(({ src }) => src !== '');
  const links = parts(config['links'])
    .map(({ href, text }) => ({ href: fill(href), text: fill(text) }))
    .filter(({ href }) => href !== '');
  const body = {
    routing_key: key,
    dedup_key: dedupKey(telling.groupKey),
    event_action: resolves ? 'resolve' : 'trigger',
    payload: {
      summary: shortened(fill(config['description']), telling.minor),
      source: fill(config['source'] ?? config['client']),
      severity: fill(filled(config['severity']) ? config['severity'] : 'error'),
      ...present({ class: fill(config['class']), component: fill(config['component']), group: fill(config['group']) }),
      custom_details: details,
    },
    ...present({ client: fill(config['client']), client_url: fill(config['client_url']) }),
    ...(images.length > 0 ? { images } : {}),
    ...(links.length > 0 ? { links } : {}),
  };
  if (key === '') throw new Unsendable('routing key cannot be empty');
  return body;
}

/** What is empty is left out. */
function present(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

const longest = 1024;

function shortened(text: string, minor: number): string {
  const points = [...text];
  if (points.length <= longest) return text;
  const end = minor < 25 ? '...' : '…';
  return points.slice(0, longest - end.length).join('') + end;
}

/** By name. From 0.30 on what comes out is read again as YAML. */
function detailsOf(config: Values, data: Struct, library: Library, minor: number): Readonly<Record<string, unknown>> {
  const one = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => one(name, each));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(part(value)).map(([key, each]) => [key, one(name, each)]));
    if (typeof value !== 'string') return value;
    try {
      const text = expand(value, data, library);
      return minor >= 30 ? reread(text) : text;
    } catch (error) {
      if (error instanceof TemplateError)
        throw new Unsendable(`${JSON.stringify(name)}: failed to template ${JSON.stringify(value)}: ${error.message}`);
      throw error;
    }
  };
  const entries = Object.entries(part(config['details'])).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, one(name, value)]));
}

function reread(text: string): unknown {
  try {
    const node = parseYaml(text);
    if (node === undefined) return text.includes('\t') ? text : null;
    return tagOf(node) === '!!str' ? text : dataOf(node);
  } catch (error) {
    if (error instanceof Refusal) return text;
    throw error;
  }
}

function dataFor(telling: Telling): Struct {
  const alerts = telling.alerts.map(alertOf);
  const status = telling.alerts.every(({ resolved }) => resolved) ? 'resolved' : 'firing';
  const only = (wanted: string): readonly Struct[] => alerts.filter(({ fields }) => fields['Status'] === wanted);
  const list = (items: readonly Struct[]): List =>
    new List(items, { Firing: () => list(only('firing')), Resolved: () => list(only('resolved')) });
  return new Struct('*template.Data', {
    Receiver: telling.receiver,
    Status: status,
    Alerts: list(alerts),
    GroupLabels: new Kv(telling.groupLabels),
    CommonLabels: new Kv(common(telling.alerts.map(({ labels }) => labels))),
    CommonAnnotations: new Kv(common(telling.alerts.map(({ annotations }) => annotations))),
    ExternalURL: telling.externalUrl,
  });
}

function alertOf(alert: TellAlert): Struct {
  return new Struct('template.Alert', {
    Status: alert.resolved ? 'resolved' : 'firing',
    Labels: new Kv(alert.labels),
    Annotations: new Kv(alert.annotations),
    StartsAt: new GoTime(alert.startsAt),
    EndsAt: new GoTime(alert.resolved ? alert.endsAt : undefined),
    GeneratorURL: alert.generatorURL ?? '',
    Fingerprint: fingerprint(alert.labels),
  });
}

/** What all have alike. */
function common([first = {}, ...rest]: readonly Labels[]): Labels {
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((other) => other[name] === value)));
}
