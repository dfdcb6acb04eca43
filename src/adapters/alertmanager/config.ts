import { load, YAMLException } from 'js-yaml';
import { clean, PmpError } from '../../engine/errors.ts';

/** A YAML mapping whose values nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The parts of an Alertmanager configuration that pmp-pd looks at; `rest` keeps the document as it was parsed. */
export interface Configuration {
  readonly route: Fields;
  readonly routes: readonly Fields[];
  readonly receivers: readonly Fields[];
  readonly inhibitRules: readonly Fields[];
  readonly global: Fields;
  readonly rest: Fields;
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function fieldLists(value: unknown): readonly Fields[] {
  return listOf(value).filter(isFields);
}

/** A scalar as text; undefined for what is absent or no scalar. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Nothing but blank lines, comments and document markers. */
export function isBlank(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(?:#.*)?$/.test(line) || line.trim() === '---');
}

/**
 * The configuration in a text; undefined for a text that says nothing ("", comments only, `{}`).
 * @throws PmpError alertmanager-refused with line and column, never the line itself: it may hold a key.
 */
export function parseConfiguration(text: string): Configuration | undefined {
  if (isBlank(text)) return undefined;
  const document = parsed(text);
  if (document === null || (isFields(document) && Object.keys(document).length === 0)) return undefined;
  if (!isFields(document) || !isFields(document['route']) || !Array.isArray(document['receivers']))
    throw notAConfiguration('it needs a mapping with `route` and `receivers`');
  const route = document['route'];
  return {
    route,
    routes: fieldLists(route['routes']),
    receivers: fieldLists(document['receivers']),
    inhibitRules: fieldLists(document['inhibit_rules']),
    global: fieldsOf(document['global']),
    rest: document,
  };
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch (thrown) {
    if (!(thrown instanceof YAMLException)) throw thrown;
    const where = thrown.mark ? ` (line ${thrown.mark.line + 1}, column ${thrown.mark.column + 1})` : '';
    throw notAConfiguration(`${clean(thrown.reason)}${where}`);
  }
}

function notAConfiguration(cause: string): PmpError {
  return new PmpError('alertmanager-refused', {
    message: 'The text is no Alertmanager configuration',
    cause,
    fix: 'Repair alertmanager.yml where it is kept (`amtool check-config` names the place) and run setup again.',
  });
}
