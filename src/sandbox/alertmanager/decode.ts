import { Refusal, dataOf, tagOf, truth } from './yaml.ts';
import type { Node } from './yaml.ts';
import { parseDuration } from './duration.ts';
import { parseMatchers } from './matchers.ts';
import type { Field, Shape } from './shapes.ts';
import { check } from './checks.ts';

/** A decoded part of the configuration: only what the text has set. Secrets are still in it. */
export interface Values {
  [field: string]: unknown;
}

/**
 * Fills a shape from YAML as yaml.v2 does in strict mode: wrong types and unknown fields are collected and named together, by line; a check that
 * fails stops at once.
 * @throws Refusal
 */
export function decode(node: Node, shape: Shape, minor: number): Values {
  const decoder = new Decoder(minor);
  const values = decoder.shape(node, shape);
  if (decoder.errors.length > 0) throw new Refusal(`yaml: unmarshal errors:\n${decoder.errors.map((error) => `  ${error}`).join('\n')}`);
  return values;
}

/** Whether that version knows the field. */
export function known(field: Field | undefined, minor: number): field is Field {
  return field !== undefined && minor >= (field.since ?? 0) && minor < (field.until ?? Infinity);
}

class Decoder {
  readonly errors: string[] = [];

  constructor(private readonly minor: number) {}

  shape(node: Node, shape: Shape): Values {
    const before = this.errors.length;
    const values: Values = {};
    if (node.kind === 'map') this.fields(node, shape, values);
    else if (tagOf(node) !== '!!null') this.mismatch(node, shape.go);
    if (this.errors.length === before && (node.kind === 'map' || shape.check !== 'root')) check(shape, values, this.minor);
    return values;
  }

  private fields(node: Node & { readonly kind: 'map' }, shape: Shape, values: Values): void {
    for (const { key, line, value } of node.entries) {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      if (!known(field, this.minor)) this.errors.push(`line ${line}: field ${key} not found in type ${shape.go}`);
      else if (Object.hasOwn(values, key)) this.errors.push(`line ${line}: field ${key} already set in type ${shape.go}`);
      else values[key] = this.value(value, field);
    }
  }

  private value(node: Node, field: Field): unknown {
    const { type } = field;
    if (typeof type === 'object') {
      if ('go' in type) return tagOf(node) === '!!null' ? undefined : this.shape(node, type);
      return this.list(node, type[0]);
    }
    if (type === 'anything') return dataOf(node);
    if (type === 'anything by name' || type === 'strings by name') return this.byName(node, type);
    if (type === 'strings' || type === 'matchers') return this.strings(node, type);
    return this.scalar(node, type);
  }

  private list(node: Node, shape: Shape): Values[] {
    if (node.kind === 'seq') return node.items.map((item) => this.shape(item, shape));
    if (tagOf(node) !== '!!null') this.mismatch(node, listName(shape));
    return [];
  }

  private byName(node: Node, type: string): Record<string, unknown> {
    if (node.kind !== 'map') {
      if (tagOf(node) !== '!!null') this.mismatch(node, type === 'strings by name' ? 'map[string]string' : 'map[string]interface {}');
      return {};
    }
    const one = (value: Node) => (type === 'strings by name' ? this.scalar(value, 'string') : dataOf(value));
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, one(value)]));
  }

  private strings(node: Node, type: string): unknown {
    if (node.kind === 'scalar' && tagOf(node) === '!!null') return [];
    if (node.kind !== 'seq') {
      this.mismatch(node, type === 'strings' ? '[]string' : '[]string');
      return [];
    }
    const before = this.errors.length;
    const texts = node.items.map((item) => String(this.scalar(item, 'string')));
    return type === 'matchers' && this.errors.length === before ? parseMatchers(texts, this.minor) : texts;
  }

  private scalar(node: Node, type: string): string | boolean | number | undefined {
    const tag = tagOf(node);
    if (node.kind !== 'scalar') return this.mismatch(node, goName(type));
    if (tag === '!!null' && type !== 'duration') return undefined;
    if (type === 'bool') return tag === '!!bool' ? truth(node.text) : this.mismatch(node, 'bool');
    if (type === 'int') return tag === '!!int' ? Number(node.text) : this.mismatch(node, 'uint64');
    if (type === 'duration') return parseDuration(node.text);
    if (type === 'url' || type === 'secretUrl') return checkedUrl(node.text, type, this.minor);
    return node.text;
  }

  private mismatch(node: Node, into: string): undefined {
    const value = node.kind === 'scalar' ? ` \`${node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text}\`` : '';
    this.errors.push(`line ${node.line}: cannot unmarshal ${tagOf(node)}${value} into ${into}`);
    return undefined;
  }
}

function goName(type: string): string {
  return type === 'int' ? 'uint64' : type === 'bool' ? 'bool' : 'string';
}

function listName(shape: Shape): string {
  const names: Readonly<Record<string, string>> = {
    receiver: '[]*config.Receiver',
    route: '[]*config.Route',
    pagerduty: '[]*config.PagerdutyConfig',
    webhook: '[]*config.WebhookConfig',
    email: '[]*config.EmailConfig',
    slack: '[]*config.SlackConfig',
    inhibit: '[]*config.InhibitRule',
    interval: '[]config.MuteTimeInterval',
  };
  return names[shape.check ?? ''] ?? `[]${shape.go}`;
}

function checkedUrl(text: string, type: string, minor: number): string {
  if (type === 'secretUrl' && minor >= 26 && (text === '<secret>' || text.includes('{{'))) return text;
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https') throw new Refusal(`unsupported scheme ${JSON.stringify(scheme)} for URL`);
  if (!URL.canParse(text)) throw new Refusal('missing host for URL');
  return text;
}
