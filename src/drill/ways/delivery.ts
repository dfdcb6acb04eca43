import { clean, PmpError } from '../../engine/index.ts';
import type { Alertmanager, AlertGroup, DeliveryCounters, HeldAlert, ReceiverKey, Silence } from '../../ports/index.ts';
import { inWords } from '../words.ts';

/** What Alertmanager shows of the alert before PagerDuty has it. Its counters are of all alerts, so that they tell only what the drill adds at most. */
export interface OnTheWay {
  /** A replica holds it. */
  readonly held: boolean;
  readonly notified: boolean;
  readonly accepted: boolean;
  /** Notifications failed since the drill began, and none was accepted. */
  readonly failed: boolean;
  readonly lastFailure: string | undefined;
  readonly receivers: string;
  /** No replica lets it through. */
  readonly silences: readonly string[] | undefined;
  readonly inhibited: boolean;
  /** It goes to receivers without PagerDuty: their names. */
  readonly elsewhere: string | undefined;
  /** What is wrong with the key of its receiver. */
  readonly key: string | undefined;
}

export interface Facts {
  readonly held: readonly HeldAlert[];
  readonly groups: readonly AlertGroup[];
  readonly before: DeliveryCounters | undefined;
}

/** As they are now. undefined: its metrics cannot be read; the incident tells then. */
export async function counters(alertmanager: Alertmanager): Promise<DeliveryCounters | undefined> {
  try {
    alertmanager.forget();
    return await alertmanager.delivery();
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id !== 'interrupted' && thrown.id !== 'terminated') return undefined;
    throw thrown;
  }
}

export async function seenOnTheWay(alertmanager: Alertmanager, { held, groups, before }: Facts): Promise<OnTheWay> {
  const after = await counters(alertmanager);
  const sent = (after?.sent ?? 0) - (before?.sent ?? 0);
  const failures = (after?.failed ?? 0) - (before?.failed ?? 0);
  const known = before !== undefined && after !== undefined;
  const paging = groups.filter(({ pagerduty }) => pagerduty).map(({ receiver }) => receiver);
  const suppressed = held.length > 0 && held.every(({ state }) => state === 'suppressed');
  const accepted = known && sent - failures > 0;
  const failed = known && failures > 0 && !accepted;
  return {
    held: held.length > 0,
    notified: known && sent > 0,
    accepted,
    failed,
    lastFailure: failed ? after.lastFailure : undefined,
    receivers: inWords(paging),
    silences: suppressed ? await silencesOf(alertmanager, held) : undefined,
    inhibited: suppressed && held.every(({ inhibitedBy }) => inhibitedBy.length > 0),
    elsewhere: paging.length > 0 ? undefined : inWords(groups.map(({ receiver }) => `"${receiver}"`)) || 'no receiver',
    key: failed ? await keyTrouble(alertmanager, paging) : undefined,
  };
}

/** What it is refused for, where that is clear; what may pass by itself (PagerDuty is slow, or asks to wait) is no refusal yet. */
export function refusedFor(seen: OnTheWay): { readonly cause: string; readonly fix: string } | undefined {
  if (seen.elsewhere !== undefined)
    return {
      cause: `Its loaded configuration routes the alert to ${seen.elsewhere}, which tells PagerDuty nothing.`,
      fix: 'Run pmp-pd setup --apply-alertmanager, which puts our routes first; pmp-pd explain routing has more.',
    };
  if (seen.silences !== undefined)
    return seen.inhibited
      ? {
          cause: 'Another alert that fires inhibits it.',
          fix: 'Wait until that alert is over, or leave drills out of the inhibition rule (pmp_drill="").',
        }
      : {
          cause: `It is silenced${seen.silences.length === 0 ? '' : ` (${inWords(seen.silences)})`}.`,
          fix: 'Expire the silence, or wait for its end, then drill again.',
        };
  if (!seen.failed) return undefined;
  const why = clean(seen.lastFailure ?? '', 300);
  if (seen.key !== undefined)
    return {
      cause: `${seen.key}${why === '' ? '' : `; PagerDuty's answer: ${why}`}`,
      fix: 'Run pmp-pd setup --apply-alertmanager, which has the key read from the mounted secret; pmp-pd explain key-chain has more.',
    };
  if (!isFinal(why)) return undefined;
  return {
    cause: `PagerDuty refused Alertmanager's notification: ${why}`,
    fix: 'Run pmp-pd verify --only key-chain,delivery, then drill again.',
  };
}

/** Answers that are the same next time; 403 is how Events v1 asks to slow down. */
function isFinal(why: string): boolean {
  return /status code (?:40[0124-9]|41\d)/.test(why) || /invalid event/i.test(why);
}

async function silencesOf(alertmanager: Alertmanager, held: readonly HeldAlert[]): Promise<readonly string[]> {
  const ids = new Set(held.flatMap(({ silencedBy }) => silencedBy));
  const silences: readonly Silence[] = await alertmanager.silences();
  return silences.filter(({ id }) => ids.has(id)).map(({ createdBy, comment }) => `by ${createdBy || 'nobody named'}: "${comment}"`);
}

async function keyTrouble(alertmanager: Alertmanager, receivers: readonly string[]): Promise<string | undefined> {
  try {
    const wrong = (await alertmanager.keys()).find((key: ReceiverKey) => receivers.includes(key.receiver) && key.wrong !== undefined);
    return wrong === undefined ? undefined : `The key of receiver "${wrong.receiver}" is ${wrong.wrong ?? 'wrong'}`;
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id !== 'interrupted' && thrown.id !== 'terminated') return undefined;
    throw thrown;
  }
}
