import type { SandboxReply } from '../core.ts';
import type { AlertmanagerRequest } from './server.ts';

const vary = { vary: 'Origin' };

export const ok = (body?: unknown): SandboxReply => ({ status: 200, headers: vary, ...(body === undefined ? {} : { body }) });

/** What the handler says: a JSON string. */
export const said = (status: number, words: string): SandboxReply => ({
  status,
  headers: { ...vary, 'content-type': 'application/json' },
  body: JSON.stringify(words),
});

/** What the layer before the handler says: a code and a message. */
export const refused = (status: number, code: number, message: string): SandboxReply => ({
  status,
  headers: vary,
  body: { code, message },
});

export function wrongMethod(method: string, allowed: readonly string[]): SandboxReply {
  const list = allowed.join(',');
  const reply = refused(405, 405, `method ${method} is not allowed, but [${list}] are`);
  return { ...reply, headers: { ...vary, allow: list } };
}

export const noSuchPath = (path: string): SandboxReply => refused(404, 404, `path ${path} was not found`);

/** @returns the body, or Alertmanager's refusal of its kind or text */
export function jsonOf(request: AlertmanagerRequest, what: string): { readonly body: unknown } | { readonly reply: SandboxReply } {
  const type = (request.type ?? 'application/json').split(';')[0]?.trim() ?? '';
  if (type !== 'application/json') {
    return { reply: refused(415, 415, `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`) };
  }
  try {
    return { body: JSON.parse(request.body) as unknown };
  } catch {
    return { reply: unparsed(what, 'invalid character in JSON') };
  }
}

export const unparsed = (what: string, why: string): SandboxReply =>
  refused(400, 400, `parsing ${what} body from "" failed, because ${why}`);

/** RFC 3339 or a date; undefined for anything else. */
export function timeIn(value: unknown): number | undefined {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
