import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';

/** Where a piece of YAML stands in its text. `end` is after its last character; collections end with their last scalar. */
export interface Place {
  readonly kind: 'mapping' | 'sequence' | 'scalar' | 'alias';
  readonly start: number;
  readonly end: number;
  readonly block: boolean;
  /** Decoded text of a scalar. */
  readonly value?: string;
  readonly entries: readonly { readonly key: Place; readonly value: Place }[];
  readonly items: readonly Place[];
}

const blockStyle = 1;

/** The places of the first document; undefined for an empty one. @throws YAMLException */
export function placesOf(text: string): Place | undefined {
  const events = parseEvents(text, {});
  const cursor = { at: 0 };
  while (cursor.at < events.length && events[cursor.at]?.type === EVENT_ID.DOCUMENT) cursor.at += 1;
  return cursor.at < events.length ? read(text, events, cursor) : undefined;
}

export function entryOf(mapping: Place, name: string): { readonly key: Place; readonly value: Place } | undefined {
  return mapping.entries.find(({ key }) => key.value === name);
}

function read(text: string, events: readonly Event[], cursor: { at: number }): Place | undefined {
  const event = events[cursor.at];
  cursor.at += 1;
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return undefined;
  if (event.type === EVENT_ID.ALIAS) return leaf('alias', event.anchorStart, event.anchorEnd);
  if (event.type === EVENT_ID.SCALAR) return { ...leaf('scalar', event.valueStart, event.valueEnd), value: getScalarValue(text, event) };
  const children: Place[] = [];
  for (let child = read(text, events, cursor); child !== undefined; child = read(text, events, cursor)) children.push(child);
  const end = Math.max(event.start + 1, ...children.map((child) => child.end));
  const place = { start: event.start, end, block: event.style === blockStyle };
  if (event.type === EVENT_ID.SEQUENCE) return { ...place, kind: 'sequence', entries: [], items: children };
  const entries = children.flatMap((key, index) => {
    const value = children[index + 1];
    return index % 2 === 0 && value ? [{ key, value }] : [];
  });
  return { ...place, kind: 'mapping', entries, items: [] };
}

function leaf(kind: 'scalar' | 'alias', start: number, end: number): Place {
  return { kind, start, end, block: false, entries: [], items: [] };
}

/** Offset of the start of the line that `offset` stands in. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset after the line break that ends the line of `offset`, or the text's end. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}
