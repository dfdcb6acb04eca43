import { whoAt } from '../../coverage/index.ts';
import type { Instant } from '../../model/index.ts';
import { sentence } from '../text.ts';
import type { EscalationLevel, EscalationPath, RenderedSchedule } from '../verify-facts.ts';
import { lineHeight, lines, picture, stacked } from './drawing.ts';
import { markup, type Markup } from './markup.ts';
import { nameOf, type Cast } from './on-call.ts';

const width = 480;
const axis = 104;
const left = axis + 28;

interface Station {
  readonly at: string;
  readonly number: string;
  readonly title: string;
  readonly rows: readonly string[];
}

/** Who is called after how many minutes, from the alert down to the end of the policy. */
export function pathFigure(path: EscalationPath, index: number, cast: Cast, schedules: readonly RenderedSchedule[], now: Instant): Markup {
  const stations = stationsOf(path, (name) => onCallNow(name, schedules, cast, now), cast);
  const tops = stations.reduce<readonly number[]>((sum, station) => [...sum, (sum.at(-1) ?? 0) + heightOf(station)], [0]);
  const content = stations.flatMap((station, line) => stationDrawing(station, tops[line] ?? 0, line === stations.length - 1));
  const words = stations.map(({ at, title, rows }) => `${at}: ${[title, ...rows].join(', ')}`);
  const serves = path.services.length === 0 ? 'no service uses it' : `serves ${sentence(path.services)}`;
  return markup`<figure>
    <h3>${path.name}</h3>
    <figcaption>${serves}</figcaption>
    ${picture({ id: `path-${index}`, title: `${path.name}: who is called when`, description: words.join('. '), width, height: tops.at(-1) ?? 0, least: 480, content })}
  </figure>`;
}

function stationsOf({ levels, loops }: EscalationPath, onCall: (schedule: string) => string, cast: Cast): readonly Station[] {
  const until = (level: number) => levels.slice(0, level).reduce((sum, { delayMinutes }) => sum + delayMinutes, 0);
  const whole = until(levels.length);
  const again = `starts again from level 1, ${loops === 1 ? 'once' : `up to ${loops} times`}`;
  return [
    ...levels.map((level, index) => ({
      at: index === 0 ? 'at once' : `${until(index)} min`,
      number: String(index + 1),
      title: `Level ${index + 1}`,
      rows: targetRows(level, onCall, cast),
    })),
    loops === 0
      ? { at: 'after that', number: '–', title: 'nobody is called again', rows: [] }
      : { at: `${whole} min`, number: '↺', title: again, rows: [] },
  ];
}

function targetRows({ targets }: EscalationLevel, onCall: (schedule: string) => string, cast: Cast): readonly string[] {
  if (targets.length === 0) return ['nobody'];
  return targets.flatMap(({ kind, name }) => {
    const text = kind === 'user' ? nameOf(name, cast) : `${name} (${onCall(name)})`;
    return lines(text, width - left, 2);
  });
}

function onCallNow(name: string, schedules: readonly RenderedSchedule[], cast: Cast, now: Instant): string {
  const schedule = schedules.find((one) => one.name === name);
  if (schedule === undefined) return 'not read';
  const who = whoAt(schedule.shifts, now);
  return who === undefined ? 'nobody on call now' : `now ${nameOf(who, cast)}`;
}

function heightOf({ rows }: Station): number {
  return 44 + rows.length * lineHeight;
}

function stationDrawing(station: Station, top: number, last: boolean): readonly Markup[] {
  const y = top + 18;
  const end = station.number === '–';
  return [
    ...(last ? [] : [markup`<line x1="${axis}" y1="${y}" x2="${axis}" y2="${y + heightOf(station)}" class="wire" />`]),
    markup`<text x="${axis - 24}" y="${y + 4}" class="quiet end">${station.at}</text><circle cx="${axis}" cy="${y}" r="13" class="dot" /><text
        x="${axis}"
        y="${y + 4}"
        class="number">${station.number}</text>`,
    markup`<text x="${left}" y="${y + 4}" class="${end ? 'bad' : 'strong'}">${station.title}</text>`,
    ...stacked(station.rows, left, y + 4 + lineHeight, ''),
  ];
}
