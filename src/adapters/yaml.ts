import { EVENT_ID, YAMLException, constructFromEvents, dump, getScalarValue, parseEvents, type Event } from 'js-yaml';
import { clean } from '../engine/errors.ts';
import type { Yaml, YamlPath, YamlProblem, YamlText } from '../ports/index.ts';

/** YAML by js-yaml, as its port asks for it: with lines, without aliases. */
export function createYaml(): Yaml {
  return { read, dump: (value) => dump(value, { lineWidth: 140, noRefs: true, quoteStyle: 'double' }) };
}

function read(text: string): YamlText {
  const lines = lineStarts(text);
  const lineAt = (offset: number): number => lineOf(lines, offset);
  try {
    const events = parseEvents(text, {});
    const { lines: places, problems } = locate(text, events, lineAt);
    const line = (path: YamlPath): number => nearest(places, path);
    if (problems.some((problem) => !problem.wrong.includes('a second time'))) return { value: undefined, problems, line };
    // `json` lets a key that stands twice through: it was named above, and the rest of the document can still be checked.
    const value = events.length === 0 ? undefined : constructFromEvents(events, { source: text, json: true, maxAliases: 0 })[0];
    return { value, problems, line };
  } catch (thrown) {
    return { value: undefined, problems: [problemOf(thrown, lineAt)], line: () => 1 };
  }
}

const rights: readonly (readonly [RegExp, string])[] = [
  [/tab character/, 'Indent with spaces; YAML does not allow tabs.'],
  [/tag/, 'Leave the tag (!…) out; plain values are enough here.'],
  [/quot|scalar/, 'Put the value between double quotes on one line.'],
  [/non-printable|null byte|character/, 'Save it as UTF-8 text without control characters.'],
];

function problemOf(thrown: unknown, lineAt: (offset: number) => number): YamlProblem {
  const reason = thrown instanceof YAMLException ? thrown.reason : thrown instanceof Error ? thrown.message : String(thrown);
  const position = thrown instanceof YAMLException ? (thrown.mark?.position ?? 0) : 0;
  const right =
    rights.find(([pattern]) => pattern.test(reason))?.[1] ?? 'Check the indentation and the quotes of this line and of the one above it.';
  return { line: lineAt(position), wrong: `is not YAML: ${clean(reason)}`, right };
}

interface Located {
  readonly lines: Map<string, number>;
  readonly problems: YamlProblem[];
}

/** Walks the events once: where each path stands, which keys stand twice, and what we refuse. */
function locate(source: string, events: readonly Event[], lineAt: (offset: number) => number): Located {
  const found: Located = { lines: new Map(), problems: [] };
  const walk: Walk = { source, events, lineAt, found, next: 0, offset: 0 };
  for (let documents = 0; walk.next < events.length; documents++) {
    walk.next++;
    if (documents === 1) {
      found.problems.push({
        line: lineAt(walk.offset) + 1,
        wrong: 'a second document begins',
        right: 'Keep one document: remove the line `---`.',
      });
    }
    while (walk.next < events.length && events[walk.next]?.type !== EVENT_ID.POP) node(walk, []);
    walk.next++;
  }
  return found;
}

interface Walk {
  readonly source: string;
  readonly events: readonly Event[];
  readonly lineAt: (offset: number) => number;
  readonly found: Located;
  next: number;
  /** The last place seen: what an empty value is taken to stand at. */
  offset: number;
}

function node(walk: Walk, path: YamlPath): string | undefined {
  const event = walk.events[walk.next++];
  if (event === undefined) return undefined;
  walk.offset = Math.max(walk.offset, startOf(event));
  const line = walk.lineAt(walk.offset);
  if (!walk.found.lines.has(id(path))) walk.found.lines.set(id(path), line);
  if (event.type === EVENT_ID.SCALAR) return getScalarValue(walk.source, event);
  if (event.type === EVENT_ID.SEQUENCE) sequence(walk, path);
  if (event.type === EVENT_ID.MAPPING) mapping(walk, path);
  if (event.type === EVENT_ID.ALIAS) {
    const name = clean(walk.source.slice(event.anchorStart, event.anchorEnd), 60);
    walk.found.problems.push({ line, wrong: `an alias (*${name}) stands here`, right: 'Write the value out; aliases are not read.' });
  }
  return undefined;
}

function sequence(walk: Walk, path: YamlPath): void {
  for (let index = 0; walk.events[walk.next]?.type !== EVENT_ID.POP; index++) node(walk, [...path, index]);
  walk.next++;
}

function mapping(walk: Walk, path: YamlPath): void {
  const seen = new Map<string, number>();
  while (walk.events[walk.next]?.type !== EVENT_ID.POP) {
    const key = node(walk, [...path, '?']) ?? '?';
    const line = walk.lineAt(walk.offset);
    const first = seen.get(key);
    if (first !== undefined) {
      const wrong = `${clean(key, 60)} stands here a second time (first in line ${first})`;
      walk.found.problems.push({ line, wrong, right: 'Keep one of the two.' });
    }
    seen.set(key, first ?? line);
    walk.found.lines.delete(id([...path, '?']));
    if (first === undefined) walk.found.lines.set(id([...path, key]), line);
    node(walk, [...path, key]);
  }
  walk.next++;
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return -1;
}

function id(path: YamlPath): string {
  return JSON.stringify(path);
}

function nearest(lines: ReadonlyMap<string, number>, path: YamlPath): number {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(id(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
