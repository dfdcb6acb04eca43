import type { Answers, Layer, Region, Restriction, Schedule } from '../model/index.ts';
import { regionPicks } from './picks.ts';

/** Names of the layers, as PagerDuty shows them; people and diffs know them by these. */
export const layerNames = {
  always: '24/7',
  weekdays: 'Weekdays',
  weekends: 'Weekends',
  regions: { 'us-east': 'US East', 'us-west': 'US West', eu: 'EU' },
  openHours: { 'us-east': 'Open hours US East', 'us-west': 'Open hours US West', eu: 'Open hours EU' },
} as const satisfies Record<string, string | Readonly<Record<Region, string>>>;

const weekdays = [1, 2, 3, 4, 5];
const hours = (start: string, length: number, weekday?: number): Restriction => ({
  ...(weekday === undefined ? {} : { weekday }),
  start,
  seconds: length * 3600,
});

/**
 * Turns change in hours that the layer does not cover, so that an hour more or less at a clock change moves nobody's shift.
 * The 24/7 layer has no such hours: its turn changes where the layers above cover for hours before and after.
 * US West's night before Monday belongs to the old week and EU's early Monday to the new one; otherwise the night pick, who passes over the
 * week's engineer, could be the one whose weekend just ended or whose weekday is about to begin.
 */
const anchors = {
  always: { weekday: 1, time: '12:00' },
  week: { weekday: 1, time: '04:00' },
  'us-east': { weekday: 1, time: '04:00' },
  'us-west': { weekday: 1, time: '12:00' },
  eu: { weekday: 1, time: '02:00' },
} as const;

/** Weekday hours that the guide's Primary On-Call leaves open, by Follow Sun's region; US East's own are never open. */
const openHours: Readonly<Record<Exclude<Region, 'us-east'>, readonly Restriction[]>> = {
  'us-west': [hours('00:00', 4, 1), ...[1, 2, 3, 4].map((weekday) => hours('20:00', 8, weekday)), hours('20:00', 4, 5)],
  eu: weekdays.map((weekday) => hours('04:00', 4, weekday)),
};

/**
 * The schedules of the guide's step 3 as the answers want them: layers lowest first, without `turn` and `start`, which `deal` computes.
 * Follow Sun is left out where the answers say `follow_sun: none`.
 */
export function rotas(answers: Answers): readonly Schedule[] {
  return answers.followSun ? [primary(answers), followSun(answers)] : [primary(answers)];
}

/** The engineers of a region, in rotation order. */
export function engineersOf(answers: Answers, region: Region): readonly string[] {
  const there = new Set(answers.people.flatMap((person) => (person.region === region ? [person.email] : [])));
  return answers.engineers.filter((email) => there.has(email));
}

function primary(answers: Answers): Schedule {
  const week: readonly Layer[] = [
    {
      name: layerNames.weekdays,
      users: answers.engineers,
      anchor: anchors.week,
      restrictions: weekdays.map((weekday) => hours('08:00', 12, weekday)),
    },
    { name: layerNames.weekends, users: answers.engineers, anchor: anchors.week, restrictions: [hours('00:00', 48, 6)] },
  ];
  const filled = answers.gaps === 'fill';
  return schedule(answers, {
    name: answers.names.primarySchedule,
    description: filled
      ? `One engineer a week, weekdays 08:00-20:00 and weekends; the open hours are filled, so that somebody is always on call.`
      : `One engineer a week, weekdays 08:00-20:00 and weekends; at other hours nobody is on call.`,
    layers: filled ? [always(answers), ...gapFill(answers), ...week] : week,
  });
}

function gapFill(answers: Answers): readonly Layer[] {
  if (!answers.followSun) return [];
  return (['us-west', 'eu'] as const).flatMap((region) => {
    const users = regionPicks(answers.engineers, engineersOf(answers, region));
    return users.length === 0
      ? []
      : [{ name: layerNames.openHours[region], users, anchor: anchors[region], restrictions: openHours[region] }];
  });
}

function followSun(answers: Answers): Schedule {
  const [east, eu] = answers.overlap === 'eu' ? [hours('12:00', 8), hours('04:00', 8)] : [hours('08:00', 12), hours('04:00', 4)];
  const byRegion: readonly (readonly [Region, Restriction])[] = [
    ['us-east', east],
    ['us-west', hours('20:00', 8)],
    ['eu', eu],
  ];
  const layers = byRegion.flatMap(([region, restriction]) => {
    const users = engineersOf(answers, region);
    return users.length === 0 ? [] : [{ name: layerNames.regions[region], users, anchor: anchors[region], restrictions: [restriction] }];
  });
  // Also where no policy pages it: read by elapsed time, one night a year has an hour that no region's layer covers.
  const beneath = answers.gaps === 'fill';
  return schedule(answers, {
    name: answers.names.followSunSchedule,
    description: 'Around the clock by region: US East, US West, EU; one engineer of the region a week.',
    layers: beneath ? [always(answers), ...layers] : layers,
  });
}

/** The week's engineer at every hour, beneath everything else: what no layer above covers is never nobody's. */
function always(answers: Answers): Layer {
  return { name: layerNames.always, users: answers.engineers, anchor: anchors.always, restrictions: [] };
}

function schedule(answers: Answers, parts: Pick<Schedule, 'name' | 'description' | 'layers'>): Schedule {
  return { kind: 'schedule', ...parts, timeZone: answers.timeZone, style: 'layers' };
}
