import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { waivers } from './waivers.ts';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** PagerDuty's own description of its REST API; it is not ours to ship, so it may be missing. `PAGERDUTY_OPENAPI` names another place. */
export const descriptionFile =
  process.env['PAGERDUTY_OPENAPI'] ?? fileURLToPath(new URL('../../../../shared/reference/openapi/rest.json', import.meta.url));
export const descriptionIsThere = statSync(descriptionFile, { throwIfNoEntry: false })?.isFile() === true;

export interface Description {
  /** "POST /users/{id}/contact_methods" of a concrete request; undefined where PagerDuty documents none. */
  operationOf(method: string, path: string): string | undefined;
  /** Names of its query parameters. */
  parametersOf(operation: string): ReadonlySet<string>;
  /** What is wrong with a body, unknown properties included; [] is good. */
  errorsIn(operation: string, body: unknown): readonly string[];
  /** The value at a waiver's place, before it was mended. */
  before: ReadonlyMap<string, unknown>;
}

export function loadDescription(file = descriptionFile, mended = waivers): Description {
  const doc = JSON.parse(readFileSync(file, 'utf8')) as Json;
  const before = new Map(mended.map((waiver) => [waiver.path, structuredClone(at(doc, waiver.path))]));
  for (const waiver of mended) put(doc, waiver.path, waiver.instead);
  const paths = doc['paths'] as Record<string, Json>;
  const operations = Object.entries(paths).flatMap(([template, item]) =>
    Object.keys(item)
      .filter((method) => ['get', 'post', 'put', 'delete', 'patch'].includes(method))
      .map((method) => ({ method, template, name: `${method.toUpperCase()} ${template}`, match: matcher(template) })),
  );
  // A literal path wins over one with a parameter: /schedules/preview is no schedule.
  operations.sort((a, b) => a.template.split('{').length - b.template.split('{').length);

  const schemas = (doc['components'] as Json)['schemas'] as Record<string, unknown>;
  for (const name of Object.keys(schemas)) schemas[name] = opened(schemas[name]);
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateSchema: false, logger: false, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addFormat('tzinfo', (zone: string) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'Etc/UTC');
  ajv.addFormat('activesupport-time-zone', true);
  ajv.addFormat('url', (url: string) => URL.canParse(url));
  for (const time of ['time', 'partial-time']) ajv.addFormat(time, /^\d\d:\d\d:\d\d$/);
  ajv.addSchema({ $id: 'pd', components: { schemas } } as Json, 'pd');
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

  const validator = (name: string): ReturnType<typeof ajv.compile> => {
    const known = compiled.get(name);
    if (known) return known;
    const { method, template } = operations.find((one) => one.name === name) ?? { method: '', template: '' };
    const content = at(doc, `paths/${template.replaceAll('/', '~1')}/${method}/requestBody/content/application~1json/schema`);
    const schema = content === undefined ? { not: {} } : { allOf: [absolute(closed(content))] };
    const made = ajv.compile(schema as Json);
    compiled.set(name, made);
    return made;
  };
  return {
    before,
    operationOf: (method, path) => operations.find((one) => one.method === method.toLowerCase() && one.match.test(path))?.name,
    parametersOf(name) {
      const { method, template } = operations.find((one) => one.name === name) ?? { method: '', template: '' };
      const own = at(paths[template], `${method}/parameters`);
      const shared = paths[template]?.['parameters'];
      const all = [own, shared].flatMap((list) => (Array.isArray(list) ? (list as Json[]) : []));
      const resolved = all.map((one) => (typeof one['$ref'] === 'string' ? (at(doc, one['$ref'].slice(2)) as Json) : one));
      return new Set(resolved.filter((one) => one['in'] === 'query').map((one) => String(one['name'])));
    },
    errorsIn(name, body) {
      const validate = validator(name);
      if (validate(body)) return [];
      return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`);
    },
  };
}

function matcher(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

/** `path` is a JSON pointer without its first slash. */
function at(doc: unknown, path: string): unknown {
  return path
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, step) => (Array.isArray(value) ? (value as unknown[])[Number(step)] : isObject(value) ? value[step] : undefined),
      doc,
    );
}

function put(doc: unknown, path: string, value: unknown): void {
  const cut = path.lastIndexOf('/');
  const parent = at(doc, path.slice(0, cut));
  if (!isObject(parent)) throw new Error(`the description has no ${path}`);
  parent[path.slice(cut + 1)] = value;
}

/** A schema in OpenAPI 3.0's dialect as JSON Schema, in which every value below it refuses unknown properties; it itself stays open, so that `allOf` can add to it. */
function opened(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { nullable, discriminator: _, example: __, exclusiveMaximum: ___, exclusiveMinimum: ____, ...rest } = schema;
  const result: Json = { ...rest };
  if (isObject(rest['properties']))
    result['properties'] = Object.fromEntries(Object.entries(rest['properties']).map(([name, value]) => [name, closed(value)]));
  if (rest['items'] !== undefined) result['items'] = closed(rest['items']);
  for (const word of ['allOf', 'oneOf', 'anyOf']) if (Array.isArray(rest[word])) result[word] = (rest[word] as unknown[]).map(opened);
  return nullable === true ? { anyOf: [result, { type: 'null' }] } : result;
}

/** The same at the place of a value: nothing but what the schema names may be in it. Free-form objects stay free. */
function closed(schema: unknown): unknown {
  const open = opened(schema);
  if (!isObject(open)) return open;
  const speaks = ['properties', 'allOf', 'oneOf', 'anyOf', '$ref'].some((word) => word in open);
  return speaks ? { allOf: [open], unevaluatedProperties: false } : open;
}

/** "#/components/…" seen from outside the document. */
function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"pd#/'));
}
