import type { FailureReason } from './deliver.ts';
import type { Message } from './message.ts';

/** What came of one request to PagerDuty. */
export interface Outcome {
  /** undefined: no answer came. */
  readonly status: number | undefined;
  /** The body; without an answer, why there is none. */
  readonly text: string;
}

export interface Problem {
  readonly again: boolean;
  readonly reason: FailureReason;
  readonly words: string;
}

/** @returns what is wrong with it; undefined: PagerDuty has taken it */
export function judged({ url, v1 }: Message, { status, text }: Outcome): Problem | undefined {
  if (status === undefined) {
    const words = `failed to post message to PagerDuty${v1 ? ' v1' : ''}: Post ${JSON.stringify(url)}: ${text}`;
    return { again: true, reason: 'other', words };
  }
  if (status >= 200 && status < 300) return undefined;
  const details = status === 400 ? detailsIn(text) : '';
  const words = `unexpected status code ${status}${details === '' ? '' : `: ${details}`}`;
  const again = status >= 500 || status === (v1 ? 403 : 429);
  return { again, reason: v1 ? 'other' : reasonOf(status), words };
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (status === 429) return 'rateLimited';
  return status >= 500 ? 'serverError' : status >= 400 ? 'clientError' : 'other';
}

/** PagerDuty's message and errors. */
function detailsIn(text: string): string {
  try {
    const { message = '', errors = [] } = JSON.parse(text) as { readonly message?: string; readonly errors?: readonly string[] };
    return `${message}: ${errors.join(',')}`;
  } catch {
    return '';
  }
}
