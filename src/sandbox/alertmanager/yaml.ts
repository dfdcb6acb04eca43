import { EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents } from 'js-yaml';
import type { Event } from 'js-yaml';

/** A YAML value with the line it stands on (from 1), because Alertmanager's refusals name lines. */
export type Node =
  | {
      readonly kind: 'map';
      readonly line: number;
      readonly entries: readonly { readonly key: string; readonly line: number; readonly value: Node }[];
    }
  | { readonly kind: 'seq'; readonly line: number; readonly items: readonly Node[] }
  | { readonly kind: 'scalar'; readonly line: number; readonly text: string; readonly plain: boolean };

/** Alertmanager's own words for why it refuses a configuration. */
export class Refusal extends Error {}

/**
 * First document of a YAML text; undefined where there is none.
 * @throws Refusal in the words of the parser that Alertmanager uses (yaml.v2), as near as this one's reasons can be translated.
 */
export function parseYaml(source: string): Node | undefined {
  const events = eventsOf(source);
  if (events.length === 0) return undefined;
  const reader = new Reader(source, events);
  return reader.document();
}

function eventsOf(source: string): Event[] {
  try {
    return parseEvents(source, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new Refusal(`yaml: ${inGoWords(error, source)}`);
  }
}

function inGoWords(error: YAMLException, source: string): string {
  const line = (error.mark?.line ?? 0) + 1;
  const text = source.split('\n')[line - 1] ?? '';
  if (/unexpected end of the stream/.test(error.reason)) return 'found unexpected end of stream';
  if (/tab characters/.test(error.reason)) return at(line, 'found character that cannot start any token');
  if (/bad indentation of a mapping entry/.test(error.reason)) {
    if (/^[^'"#]*:\s.*:\s/.test(text)) return at(line - 1, 'mapping values are not allowed in this context');
    return at(line - 1, 'did not find expected key');
  }
  return at(line, error.reason);
}

function at(line: number, words: string): string {
  return line > 0 ? `line ${line}: ${words}` : words;
}

class Reader {
  private position = 0;
  private readonly anchors = new Map<string, Node>();
  private readonly lineStarts: number[] = [0];

  constructor(
    private readonly source: string,
    private readonly events: readonly Event[],
  ) {
    for (let index = source.indexOf('\n'); index >= 0; index = source.indexOf('\n', index + 1)) this.lineStarts.push(index + 1);
  }

  document(): Node | undefined {
    this.position = 1;
    const first = this.events[this.position];
    return first === undefined || first.type === EVENT_ID.POP ? undefined : this.node();
  }

  private line(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  private node(): Node {
    const event = this.events[this.position];
    this.position += 1;
    if (event === undefined) throw new Refusal('yaml: found unexpected end of stream');
    if (event.type === EVENT_ID.ALIAS) return this.alias(event);
    if (event.type === EVENT_ID.SCALAR) return this.named(event, this.scalar(event));
    if (event.type === EVENT_ID.SEQUENCE) return this.named(event, this.sequence(event.start));
    if (event.type === EVENT_ID.MAPPING) return this.named(event, this.mapping(event.start));
    throw new Refusal('yaml: found unexpected end of stream');
  }

  private alias(event: { readonly anchorStart: number; readonly anchorEnd: number }): Node {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const target = this.anchors.get(name);
    if (target === undefined) throw new Refusal(`yaml: unknown anchor '${name}' referenced`);
    return target;
  }

  private named(event: { readonly anchorStart: number; readonly anchorEnd: number }, node: Node): Node {
    if (event.anchorStart >= 0) this.anchors.set(this.source.slice(event.anchorStart, event.anchorEnd), node);
    return node;
  }

  private scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): Node {
    return {
      kind: 'scalar',
      line: this.line(Math.max(event.valueStart, 0)),
      text: getScalarValue(this.source, event),
      plain: event.style === SCALAR_STYLE.PLAIN,
    };
  }

  private sequence(start: number): Node {
    const items: Node[] = [];
    while (!this.closed()) items.push(this.node());
    return { kind: 'seq', line: this.line(start), items };
  }

  private mapping(start: number): Node {
    const entries: { key: string; line: number; value: Node }[] = [];
    while (!this.closed()) {
      const key = this.node();
      const value = this.node();
      if (key.kind === 'scalar' && key.plain && key.text === '<<') entries.push(...merged(value));
      else entries.push({ key: key.kind === 'scalar' ? key.text : '', line: key.line, value });
    }
    return { kind: 'map', line: this.line(start), entries };
  }

  private closed(): boolean {
    if (this.events[this.position]?.type !== EVENT_ID.POP) return false;
    this.position += 1;
    return true;
  }
}

function merged(value: Node): { key: string; line: number; value: Node }[] {
  if (value.kind === 'map') return [...value.entries];
  return value.kind === 'seq' ? value.items.flatMap(merged) : [];
}

const yaml11 = {
  null: /^(?:|~|null|Null|NULL)$/,
  bool: /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/,
  int: /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0o?[0-7_]*|[1-9][\d_]*)$/,
  float: /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/,
};

/** The tag that yaml.v2 gives a value ("!!str"); 1.1 rules: `yes` is a bool. */
export function tagOf(node: Node): '!!map' | '!!seq' | '!!str' | '!!null' | '!!bool' | '!!int' | '!!float' {
  if (node.kind !== 'scalar') return node.kind === 'map' ? '!!map' : '!!seq';
  if (!node.plain) return '!!str';
  if (yaml11.null.test(node.text)) return '!!null';
  if (yaml11.bool.test(node.text)) return '!!bool';
  if (yaml11.int.test(node.text)) return '!!int';
  return yaml11.float.test(node.text) ? '!!float' : '!!str';
}

/** Plain data of a node, as yaml.v2 gives it to an untyped field. */
export function dataOf(node: Node): unknown {
  if (node.kind === 'seq') return node.items.map(dataOf);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map((entry) => [entry.key, dataOf(entry.value)]));
  const tag = tagOf(node);
  if (tag === '!!null') return null;
  if (tag === '!!bool') return truth(node.text);
  return tag === '!!int' || tag === '!!float' ? Number(node.text.replaceAll('_', '')) : node.text;
}

export function truth(text: string): boolean {
  return /^(?:y|yes|on|true)$/i.test(text);
}
