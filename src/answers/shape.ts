import * as z from 'zod';
import type { LevelTimes, Person, WindowAnswer } from '../model/index.ts';
import {
  email,
  objectName,
  personName,
  phone,
  readAnnotation,
  readContext,
  readDns,
  readFileName,
  readFolder,
  readName,
  readUrl,
  region,
  textField,
  wordField,
  zone,
} from './fields.ts';
import { readDuration, readRule, readWall, wallMinutes } from './times.ts';
import { Wrong, quoted } from './wrong.ts';

/** One person of the file. */
export const personShape = z
  .strictObject({ name: personName, email, time_zone: zone, phone: phone.optional(), region: region.optional() })
  .transform((found): Person => ({
    name: found.name,
    email: found.email,
    timeZone: found.time_zone,
    ...(found.phone === undefined ? {} : { phone: found.phone }),
    ...(found.region === undefined ? {} : { region: found.region }),
  }));

const namesShape = z
  .strictObject({
    critical_service: objectName.optional(),
    high_service: objectName.optional(),
    critical_policy: objectName.optional(),
    high_policy: objectName.optional(),
    primary_schedule: objectName.optional(),
    follow_sun_schedule: objectName.optional(),
  })
  .transform((found) => ({
    criticalService: found.critical_service,
    highService: found.high_service,
    criticalPolicy: found.critical_policy,
    highPolicy: found.high_policy,
    primarySchedule: found.primary_schedule,
    followSunSchedule: found.follow_sun_schedule,
  }));

/** Minutes of a promise or a delay: whole, at least one, at most a day. */
const minutes = z.number().int().min(1).max(1440);
/** PagerDuty wants a delay on the last level too, where without loops it is never used; the file may leave it out. */
export const inertDelay = 30;
const levels = z
  .array(z.strictObject({ respond: minutes, escalate: minutes.optional() }))
  .transform((found, context): readonly LevelTimes[] =>
    found.map((level, index) => {
      if (level.escalate === undefined && index < found.length - 1) {
        const right = 'Write escalate: minutes until the next level is called.';
        context.addIssue({ code: 'custom', path: [index, 'escalate'], message: 'the delay is missing', params: { right } });
      }
      return { respond: level.respond, escalate: level.escalate ?? inertDelay };
    }),
  );

const kubernetesShape = z.strictObject({
  context: textField(readContext).optional(),
  namespace: textField(readDns('label')).optional(),
  secret: textField(readDns('subdomain')).optional(),
});

const webAddress = textField(readUrl(['https:', 'http:']), { format: 'uri' });
const annotation = textField(readAnnotation, { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' });
const alertmanagerShape = z
  .strictObject({
    apply: z.boolean().optional(),
    key_dir: textField(readFolder).optional(),
    file: textField(readFileName).optional(),
    rules_file: textField(readFileName).optional(),
    runbook_base: webAddress.optional(),
    graphs_base: webAddress.optional(),
    annotations: z
      .strictObject({ summary: annotation.optional(), runbook: annotation.optional(), graphs: annotation.optional() })
      .optional(),
  })
  .transform((found) => ({
    apply: found.apply,
    keyDir: found.key_dir,
    file: found.file,
    rulesFile: found.rules_file,
    runbookBase: found.runbook_base,
    graphsBase: found.graphs_base,
    annotations: found.annotations,
  }));

const services = z.array(wordField(['critical', 'high'])).min(1);
const duration = textField(readDuration, { examples: ['90m', '2h', '1h 30m'] });
const wall = textField(readWall, { examples: ['2026-12-05 22:00'] });
export const windowShape = z
  .strictObject({
    name: textField(readName(255)),
    services: services.optional(),
    start: wall.optional(),
    end: wall.optional(),
    every: textField(readRule, { examples: ['first Saturday 22:00', 'every Tuesday 06:30', 'last Sunday 02:00'] }).optional(),
    for: duration.optional(),
    next: z.number().int().min(1).max(12).optional(),
  })
  .transform((found, context): WindowAnswer => {
    const answer = windowOf(found);
    if (!(answer instanceof Wrong)) return answer;
    context.addIssue({ code: 'custom', message: answer.wrong, params: { right: answer.right } });
    return z.NEVER;
  });

interface WindowParts {
  readonly name: string;
  readonly services?: readonly ('critical' | 'high')[] | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly every?: ReturnType<typeof readRule> | undefined;
  readonly for?: number | undefined;
  readonly next?: number | undefined;
}

const longest = 31 * 1440;

function windowOf(parts: WindowParts): WindowAnswer | Wrong {
  if (parts.every instanceof Wrong) return parts.every;
  const clash = contradiction(parts);
  if (clash) return clash;
  const minutes = parts.for ?? (parts.start !== undefined && parts.end !== undefined ? wallMinutes(parts.start, parts.end) : undefined);
  if (minutes === undefined) return new Wrong('it has no length', 'Write for: 2h.');
  if (minutes <= 0)
    return new Wrong(
      `it ends before it starts (${parts.end?.replace('T', ' ')} is not after ${parts.start?.replace('T', ' ')})`,
      'Write a later end, or for: 2h.',
    );
  if (minutes > longest)
    return new Wrong(`it lasts ${Math.round(minutes / 1440)} days`, 'Write at most 31 days: during a window nobody is paged at all.');
  const which = [...new Set(parts.services ?? (['critical', 'high'] as const))];
  const base = { name: parts.name, services: which, minutes };
  if (parts.every !== undefined) return { ...base, when: { kind: 'rule', rule: parts.every, next: parts.next ?? 3 } };
  if (parts.start !== undefined) return { ...base, when: { kind: 'date', start: parts.start } };
  return new Wrong('it has no beginning', 'Write start: "2026-12-05 22:00", or every: first Saturday 22:00.');
}

function contradiction(parts: WindowParts): Wrong | undefined {
  if (parts.start !== undefined && parts.every !== undefined) return new Wrong('it has a date and a rule', 'Keep start or every.');
  if (parts.end !== undefined && parts.for !== undefined) return new Wrong('it has an end and a length', 'Keep end or for.');
  if (parts.end !== undefined && parts.every !== undefined) return new Wrong(`a rule has no end (${quoted(parts.end)})`, 'Write for: 2h.');
  if (parts.next !== undefined && parts.start !== undefined) return new Wrong('next counts the windows of a rule', 'Leave next out.');
  return undefined;
}

/** The answers file, key by key, as a person writes it. Order is the order in which the file is written. */
export const fileShape = {
  people: z.array(personShape),
  people_file: textField(readFileName),
  engineers: z.array(email),
  lead: email,
  cto: email,
  unfinished: z.boolean(),
  from: email,
  time_zone: zone,
  names: namesShape,
  start: textField(startText, { examples: ['2026-12-07 08:00'] }),
  integration: wordField(['events_v2', 'prometheus']),
  p2: wordField(['error', 'quiet']),
  level1: wordField(['primary', 'follow-sun', 'both']),
  gaps: wordField(['fill', 'accept']),
  follow_sun: wordField(['guide', 'none']),
  overlap: wordField(['us-east', 'eu']),
  loops: z.number().int().min(0).max(9),
  escalation: z.strictObject({ critical: levels.optional(), high: levels.optional() }),
  adopt: z.boolean(),
  kubernetes: z.union([z.literal('none'), kubernetesShape]),
  alertmanager: alertmanagerShape,
  windows: z.union([z.literal('none'), z.array(windowShape)]),
  webhook: z.strictObject({ url: textField(readUrl(['https:']), { format: 'uri', pattern: '^https://' }) }),
};

/** Wall time in the answers' zone, or an instant with Z or an offset; kept as text until the zone is known. */
export function startText(text: string): string | Wrong {
  if (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text.trim()) &&
    !Number.isNaN(Date.parse(text.trim()))
  )
    return text.trim();
  return readWall(text);
}
