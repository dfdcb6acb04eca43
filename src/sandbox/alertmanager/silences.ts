import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { compileRegex, labelName, parseMatchers } from './matchers.ts';
import { memoryOf, nextId } from './memory.ts';
import type { Labels, StoredMatcher, StoredSilence } from './memory.ts';
import { jsonOf, ok, refused, said, timeIn, unparsed } from './replies.ts';
import { holds } from './routing.ts';
import type { AlertmanagerRequest, Replica, Surroundings } from './server.ts';
import { minorOf } from './version.ts';
import { Refusal } from './yaml.ts';

export type SilenceState = 'active' | 'pending' | 'expired';

export function stateOf(silence: StoredSilence, now: Instant): SilenceState {
  if (now < silence.startsAt) return 'pending';
  return now < silence.endsAt ? 'active' : 'expired';
}

/** Silences that mute an alert with these labels now. */
export function silencesOn(replica: Replica, labels: Labels, now: Instant): readonly StoredSilence[] {
  return Object.values(memoryOf(replica).silences).filter(
    (silence) => stateOf(silence, now) === 'active' && silence.matchers.every((matcher) => matches(matcher, labels[matcher.name] ?? '')),
  );
}

function matches({ isRegex, isEqual, value }: StoredMatcher, found: string): boolean {
  return (isRegex ? compileRegex(value).test(found) : found === value) === isEqual;
}

export function listSilences(request: AlertmanagerRequest, replica: Replica, { now }: Surroundings): SandboxReply {
  const minor = minorOf(replica.version);
  const filters = parseMatchers(request.query.getAll('filter'), minor);
  const hidden = (state: SilenceState): boolean => minor >= 34 && request.query.get(state) === 'false';
  const rows = Object.values(memoryOf(replica).silences)
    .filter((silence) => !hidden(stateOf(silence, now)))
    .filter((silence) => filters.every((filter) => fits(filter, silence)));
  return ok(sorted(rows, now).map((silence) => present(silence, now)));
}

/** A filter looks at the matcher of that name; where there is none it does not hold, not even a negative one. */
function fits(filter: Parameters<typeof holds>[0], silence: StoredSilence): boolean {
  const own = silence.matchers.find(({ name }) => name === filter.name);
  return own !== undefined && holds(filter, { [filter.name]: own.value });
}

const order: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** Active ones by their end, pending ones by their start, expired ones the latest first. */
function sorted(rows: readonly StoredSilence[], now: Instant): readonly StoredSilence[] {
  return [...rows].sort((a, b) => {
    const [left, right] = [stateOf(a, now), stateOf(b, now)];
    if (left !== right) return order.indexOf(left) - order.indexOf(right);
    if (left === 'active') return a.endsAt - b.endsAt;
    return left === 'pending' ? a.startsAt - b.startsAt : b.endsAt - a.endsAt;
  });
}

const time = (instant: Instant): string => new Date(instant).toISOString();

function present(silence: StoredSilence, now: Instant): unknown {
  const { id, matchers, createdBy, comment, startsAt, endsAt, updatedAt } = silence;
  return {
    id,
    status: { state: stateOf(silence, now) },
    updatedAt: time(updatedAt),
    comment,
    createdBy,
    endsAt: time(endsAt),
    matchers,
    startsAt: time(startsAt),
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** GET and DELETE of one. */
export function oneSilence(method: 'GET' | 'DELETE', id: string, replica: Replica, around: Surroundings): SandboxReply {
  if (!uuid.test(id)) return refused(422, 601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`);
  const silence = memoryOf(replica).silences[id];
  if (method === 'GET') return silence ? ok(present(silence, around.now)) : { status: 404, headers: { vary: 'Origin' } };
  if (!silence) return minorOf(replica.version) >= 27 ? { status: 404, headers: { vary: 'Origin' } } : said(500, 'silence not found');
  expire(replica, around, silence);
  return ok();
}

function expire(replica: Replica, around: Surroundings, silence: StoredSilence): void {
  const { now } = around;
  if (stateOf(silence, now) === 'expired') return;
  keep(replica, around, { ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now, updatedAt: now });
}

/** Silences are gossiped: every replica of the cluster has them. */
function keep(replica: Replica, around: Surroundings, silence: StoredSilence): void {
  for (const each of [replica, ...around.siblings]) memoryOf(each).silences[silence.id] = silence;
}

type Wanted = Omit<StoredSilence, 'id' | 'updatedAt'> & { readonly id: string };

export function createSilence(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const parsed = jsonOf(request, 'silence');
  if ('reply' in parsed) return parsed.reply;
  const wanted = wantedIn(parsed.body);
  if ('status' in wanted) return wanted;
  if (wanted.startsAt >= wanted.endsAt) return said(400, 'Failed to create silence: start time must be before end time');
  if (wanted.endsAt < around.now) return said(400, "Failed to create silence: end time can't be in the past");
  const invalid = problemIn(wanted.matchers, minorOf(replica.version));
  if (invalid !== undefined) return said(400, `silence invalid: ${invalid}`);
  const old = wanted.id === '' ? undefined : memoryOf(replica).silences[wanted.id];
  if (wanted.id !== '' && !old) return said(404, 'silence not found');
  return ok({ silenceID: put(replica, around, wanted, old) });
}

/** One that may be changed in place keeps its id; another is expired and a new one begins. */
function put(replica: Replica, around: Surroundings, wanted: Wanted, old: StoredSilence | undefined): string {
  const { now } = around;
  if (old && changeable(old, wanted, now)) {
    keep(replica, around, { ...wanted, updatedAt: now });
    return old.id;
  }
  if (old) expire(replica, around, old);
  const id = nextId(replica);
  keep(replica, around, { ...wanted, id, startsAt: Math.max(wanted.startsAt, now), updatedAt: now });
  return id;
}

function changeable(old: StoredSilence, wanted: Wanted, now: Instant): boolean {
  if (JSON.stringify(old.matchers) !== JSON.stringify(wanted.matchers)) return false;
  const state = stateOf(old, now);
  if (state === 'pending') return wanted.startsAt >= now;
  return state === 'active' && Math.floor(old.startsAt / 1000) === Math.floor(wanted.startsAt / 1000);
}

/** Required fields in the order in which Alertmanager asks for them. */
function wantedIn(body: unknown): Wanted | SandboxReply {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const kind = Array.isArray(body) ? 'array' : typeof body;
    const into = 'struct { ID string "json:\\"id,omitempty\\"" }';
    return unparsed('silence', `json: cannot unmarshal ${kind} into Go value of type ${into}`);
  }
  const sent = body as Readonly<Record<string, unknown>>;
  for (const field of ['startsAt', 'endsAt']) {
    const value = sent[field];
    if (value !== undefined && timeIn(value) === undefined) {
      const words = JSON.stringify(value);
      return unparsed('silence', `parsing time ${words} as "2006-01-02 15:04:05": cannot parse ${words} as "2006"`);
    }
  }
  const missing = ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt'].find(
    (field) => sent[field] === undefined || sent[field] === null,
  );
  if (missing !== undefined) return refused(422, 602, `${missing} in body is required`);
  const list = Array.isArray(sent['matchers']) ? (sent['matchers'] as readonly Readonly<Record<string, unknown>>[]) : [];
  if (list.length === 0) return refused(422, 612, 'matchers in body should have at least 1 items');
  for (const [index, matcher] of list.entries()) {
    const lacks = ['isRegex', 'name', 'value'].find((field) => matcher[field] === undefined);
    if (lacks !== undefined) return refused(422, 602, `matchers.${index}.${lacks} in body is required`);
  }
  return {
    id: typeof sent['id'] === 'string' ? sent['id'] : '',
    matchers: list.map(({ name, value, isRegex, isEqual }) => ({
      isEqual: isEqual !== false,
      isRegex: isRegex === true,
      name: String(name),
      value: String(value),
    })),
    startsAt: timeIn(sent['startsAt']) ?? 0,
    endsAt: timeIn(sent['endsAt']) ?? 0,
    createdBy: String(sent['createdBy']),
    comment: String(sent['comment']),
  };
}

function problemIn(matchers: readonly StoredMatcher[], minor: number): string | undefined {
  for (const [index, { name, value, isRegex }] of matchers.entries()) {
    const at = `invalid label matcher ${index}: `;
    if (name === '' || (minor < 27 && !labelName.test(name))) return `${at}invalid label name ${JSON.stringify(name)}`;
    const bad = isRegex ? regexProblem(value) : undefined;
    if (bad !== undefined) return `${at}invalid regular expression ${JSON.stringify(value)}: ${bad}`;
  }
  return matchers.every((matcher) => matches(matcher, '')) ? 'at least one matcher must not match the empty string' : undefined;
}

/** Of the value as it was sent, not as it is anchored later. */
function regexProblem(value: string): string | undefined {
  try {
    compileRegex(value);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message.replaceAll(`^(?:${value})$`, value);
    throw error;
  }
}
