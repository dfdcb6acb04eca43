/**
 * Who is on call, found the slow way: step by step through time, asking Intl what a clock on the wall shows. Shares no code, no date library
 * and no way of thinking with src/coverage: it never computes when something begins or ends, it only looks at moments.
 */
const minute = 60_000;
const day = 24 * 60 * minute;
const week = 7 * day;
const monday = 4 * day;

export interface OracleLayer {
  readonly users: readonly string[];
  readonly turn?: number;
  readonly start?: number;
  readonly end?: number;
  readonly restrictions: readonly { readonly weekday?: number; readonly start: string; readonly seconds: number }[];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall shows, as if it were UTC. */
export function wallOf(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}

/** One entry for every `step` of [from, until): who is on call, undefined for nobody. Layers lowest first. */
export function oracle(
  layers: readonly OracleLayer[],
  zone: string,
  from: number,
  until: number,
  reading: 'wall' | 'elapsed',
  step = 30 * minute,
): (string | undefined)[] {
  const covers = layers.map((layer) => (reading === 'wall' ? byWall(layer) : byElapsed(layer)));
  const result: (string | undefined)[] = [];
  const runUp = Math.ceil((9 * day) / step) * step;
  for (let at = from - runUp; at < until; at += step) {
    const wall = wallOf(zone, at);
    // Every layer must see every moment: the elapsed reading remembers when hours began.
    const on = covers.map((cover) => cover(at, wall));
    if (at < from) continue;
    const top = layers.findLastIndex((layer, i) => on[i] && (layer.start ?? at) <= at && at < (layer.end ?? Infinity));
    const layer = layers[top];
    if (!layer) {
      result.push(undefined);
      continue;
    }
    const since = reading === 'wall' ? wall - wallOf(zone, layer.turn!) : at - layer.turn!;
    result.push(layer.users[modulo(Math.floor(since / week), layer.users.length)]);
  }
  return result;
}

function byWall(layer: OracleLayer) {
  return (_: number, wall: number) =>
    layer.restrictions.length === 0 || layer.restrictions.some((r) => modulo(wall - monday - begin(r), period(r)) < r.seconds * 1000);
}

function byElapsed(layer: OracleLayer) {
  const begun = layer.restrictions.map(() => ({ wall: -Infinity, until: -Infinity }));
  return (at: number, wall: number) => {
    for (const [i, r] of layer.restrictions.entries()) {
      const latest = wall - modulo(wall - monday - begin(r), period(r));
      // In a repeated hour the wall shows a time before one that has begun already.
      if (latest > begun[i]!.wall) begun[i] = { wall: latest, until: Math.max(begun[i]!.until, at + r.seconds * 1000) };
    }
    return layer.restrictions.length === 0 || begun.some((b) => at < b.until);
  };
}

function begin(r: OracleLayer['restrictions'][number]): number {
  const [h, m] = r.start.split(':').map(Number);
  return ((r.weekday ?? 1) - 1) * day + h! * 60 * minute + m! * minute;
}

function period(r: OracleLayer['restrictions'][number]): number {
  return r.weekday === undefined ? day : week;
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
