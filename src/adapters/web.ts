import { clean, PmpError, type ErrorId } from '../engine/errors.ts';
import { HttpFailure, type Http } from './http.ts';

/** Asks one server; a path has a leading slash and may hold a query. Any status is an answer. */
export type Get = (path: string) => Promise<{ readonly status: number; readonly text: string }>;

/** The same with a JSON body, by POST and on a connection of its own. */
export type Post = (path: string, body: string) => ReturnType<Get>;

const timeoutMs = 15_000;
const maxBytes = 32 * 1024 * 1024;

interface Place {
  readonly http: Http;
  readonly url: URL;
  /** "Alertmanager", for the sentence. */
  readonly what: string;
  /** The variable that named it. */
  readonly setting: string;
  readonly id: ErrorId;
  readonly signal?: AbortSignal;
}

/**
 * A server that is asked by its own address instead of through the cluster; what stands before its paths (a route prefix) is kept.
 * The Get throws PmpError of that id for what brought no answer.
 */
export function getFrom(place: Place): Get {
  const ask = askFrom(place);
  return (path) => ask('GET', path);
}

/** @throws PmpError as the Get does */
export function postTo(place: Place): Post {
  const ask = askFrom(place);
  return (path, body) => ask('POST', path, body);
}

function askFrom({
  http,
  url,
  what,
  setting,
  id,
  signal,
}: Place): (method: 'GET' | 'POST', path: string, body?: string) => ReturnType<Get> {
  const base = url.pathname.replace(/\/+$/, '');
  return async (method, path, body) => {
    const sent = body === undefined ? {} : { body, headers: { accept: '*/*', 'content-type': 'application/json', connection: 'close' } };
    try {
      const { status, text } = await http.send({
        method,
        url: new URL(base + path, url),
        headers: { accept: '*/*' },
        timeoutMs,
        maxBytes,
        ...sent,
        ...(signal ? { signal } : {}),
      });
      return { status, text };
    } catch (thrown) {
      if (!(thrown instanceof HttpFailure)) throw thrown;
      if (thrown.reason === 'aborted')
        throw new PmpError('interrupted', { message: `Stopped while asking ${what}`, fix: 'Run the same command again to go on.' });
      throw new PmpError(
        id,
        {
          message: `${what} at ${addressOf(url)} does not answer`,
          cause: clean(thrown.message),
          fix: `Check the address in ${setting} and whether it can be reached from here (a port-forward may have ended).`,
        },
        { cause: thrown },
      );
    }
  };
}

/** A server's address as people may see it: without user info and query. */
export function addressOf(url: URL): string {
  return clean(`${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`, 200);
}
