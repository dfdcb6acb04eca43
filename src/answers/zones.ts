import { Wrong, nearest, quoted } from './wrong.ts';

/** Abbreviations people write for a zone: what each really is, and the zone that is meant. */
const abbreviations: Readonly<Record<string, readonly [string, string]>> = {
  est: ['EST is a fixed UTC-5 without daylight saving, so it is wrong for about eight months of the year', 'America/New_York'],
  edt: ['EDT is only the summer name of Eastern time', 'America/New_York'],
  est5edt: ['EST5EDT is an old name that PagerDuty does not know', 'America/New_York'],
  cst: ['CST is a fixed offset, and both America and China use the name', 'America/Chicago'],
  cdt: ['CDT is only the summer name of Central time', 'America/Chicago'],
  cst6cdt: ['CST6CDT is an old name that PagerDuty does not know', 'America/Chicago'],
  mst: ['MST is a fixed UTC-7 without daylight saving', 'America/Denver'],
  mdt: ['MDT is only the summer name of Mountain time', 'America/Denver'],
  mst7mdt: ['MST7MDT is an old name that PagerDuty does not know', 'America/Denver'],
  pst: ['PST is a fixed UTC-8, wrong in summer', 'America/Los_Angeles'],
  pdt: ['PDT is only the summer name of Pacific time', 'America/Los_Angeles'],
  pst8pdt: ['PST8PDT is an old name that PagerDuty does not know', 'America/Los_Angeles'],
  hst: ['HST is an abbreviation', 'Pacific/Honolulu'],
  cet: ['CET names an offset, not a place', 'Europe/Berlin'],
  cest: ['CEST is only the summer name of Central European time', 'Europe/Berlin'],
  met: ['MET names an offset, not a place', 'Europe/Berlin'],
  eet: ['EET names an offset, not a place', 'Europe/Helsinki'],
  wet: ['WET names an offset, not a place', 'Europe/Lisbon'],
  bst: ['BST is only the summer name of British time', 'Europe/London'],
  gmt: ['GMT has no daylight saving', 'Europe/London'],
  ist: ['IST is used in India, Ireland and Israel', 'Asia/Kolkata'],
  jst: ['JST is an abbreviation', 'Asia/Tokyo'],
  utc: ['PagerDuty refuses a schedule in "UTC"', 'Etc/UTC'],
  z: ['Z is an offset, not a zone', 'Etc/UTC'],
};

/** Today's names that older releases of the zone data know only under their former ones. */
const newer = [
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Ho_Chi_Minh',
  'Asia/Yangon',
  'Europe/Kyiv',
  'America/Nuuk',
  'Atlantic/Faroe',
  'Etc/UTC',
];

/** Every IANA zone this Node knows, sorted; what is typed is searched in it. */
export function knownZones(): readonly string[] {
  // Asking Node for each takes milliseconds, and every person's zone is looked up here.
  return (made.zones ??= [...new Set([...supported(), ...newer.filter(understood)])].sort());
}

const made: { zones?: readonly string[]; supported?: ReadonlySet<string> } = {};
const supported = (): ReadonlySet<string> => (made.supported ??= new Set(Intl.supportedValuesOf('timeZone')));

/** @returns the zone's name, or why it is none, with the nearest one that is. */
export function readZone(typed: string): string | Wrong {
  const name = typed.trim();
  const meant = Object.hasOwn(abbreviations, name.toLowerCase()) ? abbreviations[name.toLowerCase()] : undefined;
  if (meant) return new Wrong(meant[0], `Write ${meant[1]}.`);
  if (supported().has(name)) return name;
  const zones = knownZones();
  if (zones.includes(name)) return name;
  const sameLetters = zones.find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (sameLetters === undefined && placeName.test(name) && understood(name)) return name;
  const wrong = `${quoted(name)} is no IANA time zone`;
  const guess = sameLetters ?? nearest(name, zones) ?? byCity(name, zones);
  return new Wrong(wrong, guess === undefined ? 'Write Region/City, for instance America/New_York or Europe/Berlin.' : `Write ${guess}.`);
}

// Fixed offsets ("+05:00", "Etc/GMT+5") are understood by Intl, but nobody lives by them.
const placeName = /^[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+)+$/;

function byCity(typed: string, zones: readonly string[]): string | undefined {
  const cities = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1), zone]));
  const city = nearest(typed.slice(typed.lastIndexOf('/') + 1).replace(/\s+/g, '_'), cities.keys());
  return city === undefined ? undefined : cities.get(city);
}

function understood(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Zones whose name holds what was typed, those that begin with it (as a whole or as a city) first; at most `limit`. */
export function findZones(typed: string, zones: readonly string[], limit = 50): readonly string[] {
  const wanted = typed.trim().toLowerCase().replace(/\s+/g, '_');
  const meant = abbreviations[wanted]?.[1];
  const rank = (zone: string): number => {
    const name = zone.toLowerCase();
    if (zone === meant || name === wanted) return 0;
    if (name.startsWith(wanted) || name.slice(name.lastIndexOf('/') + 1).startsWith(wanted)) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return zones
    .map((zone) => [rank(zone), zone] as const)
    .filter(([rank]) => rank < 3)
    .sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1))
    .slice(0, limit)
    .map(([, zone]) => zone);
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function offsetAt(zone: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** The instant at which the zone's clocks show a wall time ("2026-12-07T08:00"); in a gap, the same distance after it. */
export function instantOf(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall}:00Z`);
  const first = asUtc - offsetAt(zone, asUtc);
  const second = asUtc - offsetAt(zone, first);
  return offsetAt(zone, second) === offsetAt(zone, first) ? second : Math.max(first, second);
}

/** Where most people of a zone would work in the guide's Follow Sun; undefined outside of America and Europe. */
export function regionOf(zone: string): 'us-east' | 'us-west' | 'eu' | undefined {
  if (/^(?:Europe|Africa|Atlantic)\//.test(zone)) return 'eu';
  if (!zone.startsWith('America/') && !zone.startsWith('Pacific/Honolulu')) return undefined;
  const hours = offsetAt(zone, Date.UTC(2026, 0, 15)) / 3_600_000;
  return hours <= -7 ? 'us-west' : 'us-east';
}
