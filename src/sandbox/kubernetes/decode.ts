import { load } from 'js-yaml';
import { objectName } from './apply.ts';
import type { Kind } from './kinds.ts';
import { apiVersion } from './kinds.ts';
import { declaredOnly, undeclared } from './merge.ts';
import { schemaOf } from './schema.ts';
import { badRequest, serverError } from './status.ts';
import { isTree, strings, text, tree } from './tree.ts';
import type { Tree } from './tree.ts';

/** A request's body as an object. @throws StatusError 400 */
export function parseBody(body: string, contentType: string): Tree {
  const value = parsed(body, contentType);
  if (!isTree(value)) throw badRequest('the object provided is unrecognized (must be of type object)');
  return value;
}

function parsed(body: string, contentType: string): unknown {
  try {
    return contentType.includes('yaml') && !body.trimStart().startsWith('{') ? load(body) : JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable body'}`);
  }
}

/** @throws StatusError 400 where the body says another kind or version than the path. */
export function checkKind(kind: Kind, object: Tree): void {
  const [version, name] = [text(object['apiVersion']), text(object['kind'])];
  if ((name !== '' && name !== kind.kind) || (version !== '' && version !== apiVersion(kind))) {
    throw badRequest(
      `${name} in version ${JSON.stringify(version.split('/').at(-1))} cannot be handled as a ${kind.kind}: no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(version)} in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
}

/**
 * What a typed decoder makes of an object: undeclared fields go, or are refused where the caller asked for that.
 * @throws StatusError 400
 */
export function typed(kind: Kind, object: Tree, strict: boolean): Tree {
  const cannot = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;
  const wrong = wrongValue(kind, object);
  if (wrong !== undefined) throw badRequest(`${cannot}: ${wrong}`);
  const unknown = undeclared(object, schemaOf(kind)).map((path) => `unknown field ${JSON.stringify(path.slice(1))}`);
  if (strict && unknown.length > 0) throw badRequest(`${cannot}: strict decoding error: ${unknown.join(', ')}`);
  return tree(declaredOnly(object, schemaOf(kind)));
}

/** The same for an applied object, where a wrong value is the server's own error. @throws StatusError 500 */
export function checkApplied(kind: Kind, object: Tree): void {
  const wrong = wrongValue(kind, object);
  if (wrong === undefined) return;
  if (kind.plural === 'leases')
    throw badRequest(`${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${wrong}`);
  const gvk = `/${kind.version}, Kind=${kind.kind}`;
  throw serverError(
    `failed to convert new object (${objectName(kind, object)}) to proper version: unable to convert unstructured object to ${gvk}: error decoding from json: ${wrong}`,
  );
}

function wrongValue(kind: Kind, object: Tree): string | undefined {
  if (kind.plural === 'secrets')
    return Object.values(tree(object['data']))
      .map(base64Error)
      .find((error) => error !== undefined);
  if (kind.plural === 'configmaps') {
    const odd = Object.values(tree(object['data'])).find((value) => typeof value !== 'string');
    return odd === undefined ? undefined : `json: cannot unmarshal ${goKind(odd)} into Go struct field ConfigMap.data of type string`;
  }
  return kind.plural === 'leases' ? microTimeError(tree(object['spec'])) : undefined;
}

function goKind(value: unknown): string {
  return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : 'object';
}

function base64Error(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string') return `json: cannot unmarshal ${goKind(value)} into Go struct field Secret.data of type []uint8`;
  const illegal = /[^A-Za-z0-9+/=\r\n]/.exec(value)?.index ?? illegalPadding(value);
  return illegal === undefined ? undefined : `illegal base64 data at input byte ${illegal}`;
}

function illegalPadding(value: string): number | undefined {
  const compact = value.replace(/[\r\n]/g, '');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) return undefined;
  const padding = compact.indexOf('=');
  return padding >= 0 ? padding : Math.floor(compact.length / 4) * 4;
}

/** A Lease's times want exactly six fractional digits. */
function microTimeError(spec: Tree): string | undefined {
  const times = strings({ acquireTime: spec['acquireTime'], renewTime: spec['renewTime'] });
  const odd = Object.values(times).find((time) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)$/.test(time));
  if (odd === undefined) return undefined;
  const rest = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(.*)$/.exec(odd)?.[1];
  const where = rest === undefined ? `cannot parse ${JSON.stringify(odd)} as "2006"` : `cannot parse ${JSON.stringify(rest)} as ".000000"`;
  return `parsing time ${JSON.stringify(odd)} as "2006-01-02T15:04:05.000000Z07:00": ${where}`;
}
