import { PmpError } from '../../engine/errors.ts';
import { fieldLists, fieldsOf, isBlank, listOf, parseConfiguration, type Configuration, type Fields } from './config.ts';
import { matchers, same } from './normal.ts';
import { isOurInhibition, ourRouteMatchers, pagers } from './parts.ts';
import { entryOf, lineEnd, lineStart, placesOf, type Place } from './positions.ts';
import type { Surroundings } from './template.ts';

const blocks = ['routes', 'inhibit_rules', 'receivers'] as const;
type Block = (typeof blocks)[number];

/**
 * Puts pmp-pd's blocks first under the root of an existing configuration. Everything else stays byte for byte; blocks of an earlier run are replaced.
 * The result is read again and compared with what was meant: an edit that would change anything else is refused.
 * @param renderFor the complete rendering for given surroundings; its marked blocks are what is put in
 * @throws PmpError alertmanager-refused where the text cannot be edited safely
 */
export function merge(source: string, renderFor: (around: Surroundings) => string): string {
  const bare = withoutMarkedBlocks(source);
  const before = parseConfiguration(bare === source ? source : fillable(bare));
  if (!before)
    return `${isBlank(source) && source.trim() !== '' ? withBreak(source) : ''}${renderFor({ ownNull: true, ownWatchdog: true })}`;
  const rendered = renderFor(surroundings(before, renderFor));
  const ours = parseConfiguration(rendered);
  if (!ours) throw cannotEdit('the template renders to nothing');
  const edited = blocks.reduce((text, block) => put(text, block, blockOf(rendered, block)), withoutOurs(bare, ours));
  const merged = source.includes('\r\n') ? edited.replace(/\r?\n/g, '\r\n') : edited;
  assertMeant(merged, before, ours);
  return merged;
}

/** Which of the small receivers of ours the configuration brings along itself. */
function surroundings(before: Configuration, renderFor: (around: Surroundings) => string): Surroundings {
  const globalUrl = before.global['pagerduty_url'];
  const around = {
    ownNull: !before.receivers.some((one) => one['name'] === 'null'),
    ...(typeof globalUrl === 'string' ? { globalUrl } : {}),
  };
  const ours = receiverNamed(parseConfiguration(renderFor({ ...around, ownWatchdog: true })), 'watchdog');
  const theirs = receiverNamed(before, 'watchdog');
  const foreign = theirs !== undefined && Object.keys(theirs).length > 1 && !same(theirs, ours);
  if (foreign && ours?.['webhook_configs'] !== undefined)
    throw cannotEdit(
      'a receiver called "watchdog" that pmp-pd did not write sends somewhere already; rename it, or leave the dead-man\'s-switch address out',
    );
  return { ...around, ownWatchdog: !foreign };
}

function receiverNamed(configuration: Configuration | undefined, name: string): Fields | undefined {
  return configuration?.receivers.find((one) => one['name'] === name);
}

const begin = (block: string): RegExp => new RegExp(`^[ \\t]*# pmp-pd begin ${block}\\b.*$`, 'm');
const end = (block: string): RegExp => new RegExp(`^[ \\t]*# pmp-pd end ${block}\\b.*$`, 'm');

/** The lines between a block's marks, marks included, without their indentation. */
function blockOf(rendered: string, block: Block): readonly string[] {
  const lines = rendered.split('\n');
  const from = lines.findIndex((line) => begin(block).test(line));
  const to = lines.findIndex((line) => end(block).test(line));
  if (from === -1 || to < from)
    throw cannotEdit(`templates/alertmanager.yml has lost its marks "# pmp-pd begin ${block}" and "# pmp-pd end ${block}"`);
  const indent = lines[from]?.search(/\S/) ?? 0;
  return lines.slice(from, to + 1).map((line) => line.slice(Math.min(indent, Math.max(0, line.search(/\S/)))));
}

function withoutMarkedBlocks(source: string): string {
  return blocks.reduce((text, block) => {
    const from = begin(block).exec(text);
    const to = end(block).exec(text);
    if (!from && !to) return text;
    const again = from ? begin(block).test(text.slice(lineEnd(text, from.index))) : false;
    if (!from || !to || to.index < from.index || again)
      throw cannotEdit(`the marks "pmp-pd begin ${block}" and "pmp-pd end ${block}" are not a pair`);
    return text.slice(0, from.index) + text.slice(lineEnd(text, to.index));
  }, source);
}

/** With our blocks gone, `receivers:` may be empty, which reads as null. */
function fillable(bare: string): string {
  const receivers = placesOf(bare);
  const entry = receivers && entryOf(receivers, 'receivers');
  if (!entry || entry.value.kind !== 'scalar' || entry.value.value !== '') return bare;
  return `${bare.slice(0, entry.key.end)}: []${bare.slice(lineEnd(bare, entry.key.end) - 1)}`;
}

function ourRoute(route: Fields, ours: Configuration): boolean {
  return (
    ourRouteMatchers.has(matchers(route)) &&
    ours.routes.some((one) => matchers(one) === matchers(route) && one['receiver'] === route['receiver'])
  );
}

/** A `watchdog` that sends elsewhere is somebody else's. */
function ourReceiver(receiver: Fields, ours: Configuration): boolean {
  if (pagers.some((name) => receiver['name'] === name)) return true;
  return receiver['name'] === 'watchdog' && receiverNamed(ours, 'watchdog') !== undefined;
}

/** Takes out what is ours but stands outside the marks: written by hand, or by a tool that lost the comments. */
function withoutOurs(text: string, ours: Configuration): string {
  const afterRoutes = removeItems(text, ['route', 'routes'], (item) => ourRoute(item, ours));
  const afterReceivers = removeItems(afterRoutes, ['receivers'], (item) => ourReceiver(item, ours));
  return removeItems(afterReceivers, ['inhibit_rules'], isOurInhibition);
}

function removeItems(text: string, path: readonly string[], doomed: (item: Fields) => boolean): string {
  const configuration = parseConfiguration(fillable(text));
  const value = path.length === 2 ? configuration?.route['routes'] : configuration?.rest[path[0] ?? ''];
  const items = listOf(value).map(fieldsOf);
  if (!items.some(doomed)) return text;
  const sequence = placeAt(text, path);
  if (!sequence?.block || sequence.items.length !== items.length)
    throw cannotEdit(`\`${path.join('.')}\` is not written one item below the other`);
  return sequence.items.reduceRight((kept, place, index) => {
    if (!doomed(items[index] ?? {})) return kept;
    const dash = kept.lastIndexOf('-', place.start);
    const used = place.start + kept.slice(place.start, place.end).trimEnd().length;
    return kept.slice(0, lineStart(kept, dash)) + kept.slice(lineEnd(kept, used));
  }, text);
}

function placeAt(text: string, path: readonly string[]): Place | undefined {
  return path.reduce<Place | undefined>((place, name) => place && entryOf(place, name)?.value, placesOf(text));
}

/** Inserts a block as the first items of its list, which is made where there is none. */
function put(text: string, block: Block, lines: readonly string[]): string {
  const root = placesOf(text);
  const parent = block === 'routes' ? root && entryOf(root, 'route')?.value : root;
  if (!parent || parent.kind !== 'mapping' || !parent.block)
    throw cannotEdit(`\`${block === 'routes' ? 'route' : 'the whole text'}\` is written in braces`);
  const entry = entryOf(parent, block);
  if (!entry) return block === 'routes' ? newRoutes(text, parent, lines) : `${withBreak(text)}${block}:\n${indented(lines, 2)}`;
  const { key, value } = entry;
  const keyColumn = key.start - lineStart(text, key.start);
  const after = lineEnd(text, key.start);
  if (value.kind === 'sequence' && value.block && value.start >= after)
    return text.slice(0, after) + indented(lines, value.start - lineStart(text, value.start)) + text.slice(after);
  const empty =
    (value.kind === 'sequence' && value.items.length === 0) || (value.kind === 'scalar' && /^(?:|~|null)$/.test(value.value ?? ''));
  if (!empty) throw cannotEdit(`\`${block}\` is not written one item below the other`);
  const rest = text.slice(key.end, after).replace(/:\s*(?:\[\s*\]|~|null)?/, ':');
  return text.slice(0, key.end) + withBreak(rest) + indented(lines, keyColumn + 2) + text.slice(after);
}

function newRoutes(text: string, route: Place, lines: readonly string[]): string {
  const column = route.start - lineStart(text, route.start);
  const at = lineStart(text, route.start);
  // The key lies between the marks, so that the next run takes it out together with the block.
  const [first, ...others] = lines;
  const block = [first ?? '', 'routes:', ...others.slice(0, -1).map((line) => (line === '' ? line : `  ${line}`)), others.at(-1) ?? ''];
  return text.slice(0, at) + indented(block, column) + text.slice(at);
}

function indented(lines: readonly string[], column: number): string {
  return lines.map((line) => (line === '' ? '\n' : `${' '.repeat(column)}${line}\n`)).join('');
}

function withBreak(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** @throws PmpError unless the text says exactly: ours first, then everything that was there. */
function assertMeant(text: string, before: Configuration, ours: Configuration): void {
  const after = parseConfiguration(text);
  const routes = [...ours.routes, ...before.routes.filter((route) => !ourRoute(route, ours))];
  const receivers = [...ours.receivers, ...before.receivers.filter((receiver) => !ourReceiver(receiver, ours))];
  const inhibit_rules = [...ours.inhibitRules, ...before.inhibitRules.filter((rule) => !isOurInhibition(rule))];
  const meant = { ...before.rest, route: { ...before.route, routes }, receivers, inhibit_rules };
  if (!after || !same(after.rest, meant)) throw cannotEdit('anchors or an unusual layout tie foreign lines to ours');
  const names = fieldLists(receivers).map((receiver) => receiver['name']);
  if (new Set(names).size !== names.length) throw cannotEdit('two receivers would have one name');
}

function cannotEdit(cause: string): PmpError {
  return new PmpError('alertmanager-refused', {
    message: 'The Alertmanager configuration in the cluster cannot be edited without risk to what others wrote',
    cause,
    fix: 'Copy the blocks between "pmp-pd begin" and "pmp-pd end" of the rendered alertmanager.yml into it by hand, ours first, then run setup again.',
  });
}
