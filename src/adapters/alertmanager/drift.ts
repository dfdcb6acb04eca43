import { clean, PmpError } from '../../engine/errors.ts';
import { fieldLists, fieldsOf, isFields, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { matchersOf } from './matching.ts';
import { canonical, duration, matchers } from './normal.ts';

/**
 * What a text says otherwise than what is loaded, by name. A loaded configuration has every default filled in and every secret hidden: beside routes
 * and inhibitions, which it shows as they are, only what the text says is held against it.
 */
export function differences(written: Configuration, loaded: Configuration): readonly string[] {
  const known = new Set(['route', 'receivers', 'inhibit_rules', 'global', 'time_intervals', 'mute_time_intervals']);
  const others = Object.keys(written.rest).filter((field) => !known.has(field) && !says(loaded.rest[field], written.rest[field]));
  const found = [
    ...routes(written.route, loaded.route, 'the root route'),
    ...receivers(written, loaded),
    ...unlike(written.inhibitRules.map(inhibition), loaded.inhibitRules.map(inhibition), 'the inhibition rules'),
    ...fields(written.global, loaded.global).map((field) => `global ${field}`),
    ...unlike(intervalNames(written), intervalNames(loaded), 'the time intervals'),
    ...others,
  ];
  return [...new Set(found)].map((words) => clean(words, 120));
}

function unlike(a: readonly string[], b: readonly string[], what: string): readonly string[] {
  return canonical(a.toSorted()) === canonical(b.toSorted()) ? [] : [what];
}

function intervalNames({ rest }: Configuration): readonly string[] {
  return [...fieldLists(rest['time_intervals']), ...fieldLists(rest['mute_time_intervals'])].map((one) => textOf(one['name']) ?? '');
}

function routes(written: Fields, loaded: Fields, name: string): readonly string[] {
  const own = canonical(routeOf(written)) === canonical(routeOf(loaded)) && strangers(written, loaded).length === 0 ? [] : [name];
  const [here, there] = [fieldLists(written['routes']), fieldLists(loaded['routes'])];
  if (here.length === there.length) return [...own, ...here.flatMap((child, index) => routes(child, there[index] ?? {}, routeName(child)))];
  const only = (some: readonly Fields[], others: readonly Fields[]) =>
    some.filter((one) => !others.some((other) => conditions(other) === conditions(one))).map(routeName);
  const named = [...only(here, there), ...only(there, here)];
  return [...own, ...(named.length > 0 ? named : [`the routes under ${name}`])];
}

function routeName(route: Fields): string {
  return `route ${matchers(route) || 'without matchers'}`;
}

const routeFields: ReadonlySet<string> = new Set(
  'receiver group_by group_wait group_interval repeat_interval continue routes matchers match match_re mute_time_intervals active_time_intervals'.split(
    ' ',
  ),
);

/** Fields that only a newer Alertmanager, or none, knows. */
function strangers(written: Fields, loaded: Fields): readonly string[] {
  return Object.keys(written).filter((field) => !routeFields.has(field) && !says(loaded[field], written[field]));
}

function routeOf(route: Fields): unknown {
  const names = (field: string) => listOf(route[field]).map((one) => textOf(one) ?? '');
  const time = (field: string) => duration(route[field] === '' || route[field] === null ? undefined : route[field]);
  return [
    textOf(route['receiver']) ?? '',
    names('group_by').toSorted(),
    ...['group_wait', 'group_interval', 'repeat_interval'].map(time),
    conditions(route),
    route['continue'] === true,
    names('mute_time_intervals'),
    names('active_time_intervals'),
  ];
}

/** As text that is equal where they mean the same. */
function conditions(owner: Fields, side: '' | 'source_' | 'target_' = ''): string {
  try {
    return matchersOf(owner, side)
      .map(({ name, operator, value }) => canonical([name, operator, value]))
      .toSorted()
      .join();
  } catch (thrown) {
    if (thrown instanceof PmpError) return canonical(owner[`${side}matchers`]);
    throw thrown;
  }
}

function inhibition(rule: Fields): string {
  const equal = listOf(rule['equal']).map((label) => textOf(label) ?? '');
  return canonical([conditions(rule, 'source_'), conditions(rule, 'target_'), equal.toSorted()]);
}

function receivers(written: Configuration, loaded: Configuration): readonly string[] {
  const nameOf = (receiver: Fields) => textOf(receiver['name']) ?? '';
  const gone = loaded.receivers.filter((one) => !written.receivers.some((other) => nameOf(other) === nameOf(one)));
  const changed = written.receivers.flatMap((receiver) => {
    const name = `receiver ${nameOf(receiver)}`;
    const other = loaded.receivers.find((one) => nameOf(one) === nameOf(receiver));
    return other === undefined ? [name] : integrations(receiver, other).map((what) => `${name}: ${what}`);
  });
  return [...gone.map((one) => `receiver ${nameOf(one)}`), ...changed];
}

function integrations(written: Fields, loaded: Fields): readonly string[] {
  const kinds = [...new Set([...Object.keys(written), ...Object.keys(loaded)])].filter((kind) => kind.endsWith('_configs'));
  return kinds.flatMap((kind) => {
    const [here, there] = [fieldLists(written[kind]), fieldLists(loaded[kind])];
    if (here.length !== there.length) return [kind];
    return here.flatMap((one, index) => fields(one, there[index] ?? {}));
  });
}

/** Nothing fills these in: where they are loaded, somebody wrote them. */
const ownOnly = ['routing_key', 'routing_key_file', 'service_key', 'service_key_file', 'url_file', 'severity'] as const;
/** Alertmanager writes their names in its own way. */
const respelt: ReadonlySet<string> = new Set(['headers']);

function fields(written: Fields, loaded: Fields): readonly string[] {
  const otherwise = Object.keys(written).filter((field) => !respelt.has(field) && !says(loaded[field], written[field]));
  const left = ownOnly.filter((field) => isSet(loaded[field]) && !isSet(written[field]) && loaded[field] !== 'error');
  return [...otherwise, ...left];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Whether what is loaded says what is written, as far as it shows it. */
function says(loaded: unknown, written: unknown): boolean {
  if (loaded === '<secret>') return isSet(written);
  if (isFields(written)) return Object.entries(written).every(([field, value]) => says(fieldsOf(loaded)[field], value));
  if (Array.isArray(written)) {
    const there = listOf(loaded);
    return written.length === there.length && written.every((one, index) => says(there[index], one));
  }
  const [here, there] = [textOf(written) ?? '', textOf(loaded) ?? ''];
  if (here === there) return true;
  // A default that is left out where it is nothing.
  if (there === '' && ['false', '0', '0s'].includes(here)) return true;
  return duration(here) === duration(there) || addressesAgree(here, there) || there.endsWith(`/${here}`);
}

function addressesAgree(a: string, b: string): boolean {
  const plain = (text: string) => new URL(text).href.replace(/\/+$/, '');
  return /^https?:/.test(a) && URL.canParse(a) && URL.canParse(b) && plain(a) === plain(b);
}
