import { PmpError } from '../../engine/errors.ts';
import { backoff, type Call, type Client } from './client.ts';
import { Refused, UnknownOutcome, isTaken } from './refusal.ts';
import type { Shape } from './shape.ts';

/** A create, and how to find what it made. */
export interface Creation<T> {
  readonly call: Call;
  /** Looks afresh for the natural key; never at what is remembered. */
  find(): Promise<T | undefined>;
  /** Must call `client.made` with the new id. */
  read(answer: Shape): T;
}

const rounds = 3;

/**
 * A create that never duplicates: after an outcome that nobody knows it looks for the natural key, more than once since reads lag, before it
 * asks again; "already taken" means that somebody was faster, and what is there is taken.
 */
export async function create<T>(client: Client, creation: Creation<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return creation.read(await client.call(creation.call));
    } catch (thrown) {
      const taken = isTaken(thrown);
      if (!taken && !isUnknown(thrown)) throw thrown;
      const found = await lookAgain(client, creation);
      if (found !== undefined) return found;
      if (taken || round >= rounds) throw thrown;
    }
  }
}

/** No answer, or one that cannot be read although PagerDuty said yes. */
function isUnknown(thrown: unknown): boolean {
  return (
    thrown instanceof UnknownOutcome || (thrown instanceof PmpError && !(thrown instanceof Refused) && thrown.id === 'pagerduty-rubbish')
  );
}

export async function lookAgain<T>(client: Client, creation: Pick<Creation<T>, 'find'>, looks = 3): Promise<T | undefined> {
  for (let look = 1; look <= looks; look++) {
    const found = await creation.find();
    if (found !== undefined) return found;
    if (look < looks) await client.clock.sleep(backoff(look), 'Looking whether PagerDuty did it', client.signal);
  }
  return undefined;
}
