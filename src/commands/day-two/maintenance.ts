import { clean, PmpError, type Objection, type WindowState } from '../../engine/index.ts';
import type { Instant, MaintenanceWindow } from '../../model/index.ts';
import type { Session } from '../app.ts';
import { agreed, groundOf, missing, told, zoneOf } from './ground.ts';
import type { MaintenanceOptions } from './options.ts';
import { exit } from '../exit-codes.ts';
import { endWindow } from './maintenance-end.ts';
import { outcomeOf, windowsNow, type Acting } from './maintenance-windows.ts';
import { lengthOf, momentOf, wholeSecond as whole } from './moments.ts';

const hour = 3_600_000;
/** The guide's: deployments 1–2 hours, database upgrades 4–8. The shorter length: an alert too many is better than one that nobody hears. */
const presets = {
  deployment: { reason: 'Deployment', length: 1 * hour, longest: 2 * hour },
  database: { reason: 'Database upgrade', length: 4 * hour, longest: 8 * hour },
} as const;
/** Beyond the guide's longest something speaks against it; beyond a day nobody means it. */
const usual = presets.database.longest;
const longest = 24 * hour;
const aMoment = 5 * 60_000;

/** `maintenance start|list|end`. @returns the exit code */
export async function maintenance(session: Session, options: MaintenanceOptions): Promise<number> {
  const grounded = await groundOf(session, options);
  const ground = { ...grounded, timeZone: await zoneOf(grounded) };
  if (options.command === 'maintenance list') return list(ground);
  return options.command === 'maintenance end' ? endWindow(ground) : start(ground);
}

async function list(ground: Acting): Promise<number> {
  return told(ground, outcomeOf(ground, exit.done, await windowsNow(ground)));
}

async function start(begun: Acting): Promise<number> {
  const services = await servicesOf(begun);
  const { window, notes } = await wantedOf(begun, services);
  // Whoever was asked has taken a while: "now" is when they had answered.
  const ground = { ...begun, now: begun.session.clock.now() };
  const { pagerduty, now } = ground;
  const known = await windowsNow(ground);
  const covering = known.find((one) => coversOrRepeats(one, window));
  if (covering !== undefined) return told(ground, outcomeOf(ground, exit.done, [{ ...covering, status: 'in place' }], { notes }));
  const { description, start, end } = window;
  const planned: WindowState = { description, start, end, services, ours: true, status: 'planned' };
  const objections = await objectionsTo(ground, window);
  const touching = known.filter((one) => one.start < end && one.end > start);
  const said = [...notes, ...touching.map((one) => `window "${clean(one.description, 120)}" (${one.id}) has some of this time already`)];
  const plan = outcomeOf(ground, exit.changes, [planned], { objections, notes: said });
  if (ground.options.plan) return told(ground, plan);
  const question = start <= now ? 'Open this window now?' : 'Plan this window?';
  if (!(await agreed(ground, plan, question, objections))) return exit.done;
  await ground.session.finishing(() => pagerduty.createWindow(window));
  return told(ground, outcomeOf(ground, exit.done, [await readBack(ground, window)], { objections, notes: said }));
}

/** All of its time is in a window already, or the same line was run a moment ago: from now on means a moment later then. */
function coversOrRepeats(one: WindowState, { description, start, end, services }: MaintenanceWindow): boolean {
  if (!services.every((name) => one.services.includes(name))) return false;
  const sameLength = Math.abs(one.end - one.start - (end - start)) < aMoment;
  const repeats = one.description === description && sameLength && one.start <= start && start - one.start < aMoment;
  return repeats || (one.start <= start && one.end >= end);
}

/** By name, and only those that exist. */
async function servicesOf({ pagerduty, answers: { names }, options, namesFrom }: Acting): Promise<readonly string[]> {
  const both = { critical: names.criticalService, high: names.highService };
  const wanted = options.service === 'both' ? [both.critical, both.high] : [both[options.service]];
  const found = (await pagerduty.services(wanted)).flatMap(({ value }) => (value === undefined ? [] : [value.name]));
  const absent = wanted.filter((name) => !found.includes(name));
  if (absent.length === 0) return wanted;
  throw new PmpError('usage', {
    message: `${absent.length === 1 ? 'service' : 'services'} ${absent.map((name) => `"${name}"`).join(' and ')} ${absent.length === 1 ? 'is' : 'are'} not in PagerDuty`,
    cause: `The names come from ${namesFrom}.`,
    fix: 'Run pmp-pd setup, which creates them, or name yours with --config <file>.',
  });
}

async function wantedOf(
  ground: Acting,
  services: readonly string[],
): Promise<{ readonly window: MaintenanceWindow; readonly notes: readonly string[] }> {
  const { options, timeZone } = ground;
  const preset = options.preset === undefined ? undefined : presets[options.preset];
  const length = options.lasts === undefined ? (preset?.length ?? (await askedLength(ground))) : lengthOf(options.lasts);
  const description = (options.reason ?? preset?.reason ?? (await askedReason(ground))).trim();
  // A person may have thought about the answers for a while.
  const now = ground.session.clock.now();
  const { at, said } = { said: undefined, ...momentOf('--at', options.at ?? 'now', timeZone, now) };
  refuseUnfit(description, at, length, now);
  const [start, end] = [whole(at), whole(at + length)];
  const name = `${description} ${new Date(start).toISOString()}`;
  return { window: { kind: 'maintenance window', name, description, start, end, services }, notes: said === undefined ? [] : [said] };
}

function refuseUnfit(description: string, at: Instant, length: number, now: Instant): void {
  const refuse = (message: string, fix: string) => new PmpError('usage', { message, fix });
  if (description === '' || description.length > 255)
    throw refuse('the reason is empty or longer than 255 characters', 'Say in a few words what the window is for.');
  if (at < whole(now)) throw refuse('the window would begin in the past', 'Leave out --at to begin now, or name a later time.');
  if (length < 60_000) throw refuse('the window would last less than a minute', 'Correct --for.');
  if (length > longest)
    throw refuse(
      'the window would last longer than 24 hours',
      'Open it for what is needed now and again later, or plan several in the answers (windows: …).',
    );
}

async function askedLength({ session }: Acting): Promise<number> {
  if (!session.interactive) throw missing('--preset deployment|database or --for <length>', 'how long the window lasts');
  session.view.idle();
  const reply = await session.prompter.select({
    message: 'For how long?',
    help: 'During a window alerts create nothing and page nobody. pmp-pd maintenance end closes it early.',
    choices: [
      { value: 1 * hour, label: '1 hour', hint: 'a deployment' },
      { value: 2 * hour, label: '2 hours', hint: 'a longer deployment' },
      { value: 4 * hour, label: '4 hours', hint: 'a database upgrade' },
      { value: 8 * hour, label: '8 hours', hint: 'a longer database upgrade' },
    ],
    initial: 1 * hour,
  });
  if (reply.kind !== 'answer') throw missing('--preset deployment|database or --for <length>', 'how long the window lasts');
  return reply.value;
}

async function askedReason({ session }: Acting): Promise<string> {
  if (!session.interactive) throw missing('--reason <words>', 'what the window is for');
  session.view.idle();
  const validate = (typed: string) => (typed.trim() === '' ? 'A few words: whoever is on call reads them.' : undefined);
  const reply = await session.prompter.text({
    message: 'What for?',
    help: 'Whoever is on call reads it.',
    initial: 'Deployment',
    validate,
  });
  if (reply.kind !== 'answer') throw missing('--reason <words>', 'what the window is for');
  return reply.value;
}

async function objectionsTo(
  { pagerduty, options, now }: Acting,
  { start, end, services }: MaintenanceWindow,
): Promise<readonly Objection[]> {
  const most = options.preset === undefined ? usual : presets[options.preset].longest;
  const length = end - start;
  // Of a window far ahead nobody knows what will be open then.
  const open = start - now > hour ? [] : await pagerduty.openIncidents(services);
  return [
    ...(length > most ? [{ kind: 'long', what: `it lasts ${length / hour} hours; the guide's longest is ${most / hour}` } as const] : []),
    ...open.map((incident): Objection => ({
      kind: 'incident',
      what: `incident #${incident.number} "${clean(incident.title, 120)}" is ${incident.status}: it goes on ringing, and Alertmanager cannot resolve it while the window is open`,
    })),
  ];
}

/** As PagerDuty has it now. */
async function readBack(ground: Acting, window: MaintenanceWindow): Promise<WindowState> {
  ground.pagerduty.forget();
  const there = (await windowsNow({ ...ground, now: ground.session.clock.now() })).find(
    (one) => one.description === window.description && one.end === window.end && one.start >= window.start,
  );
  if (there !== undefined) return { ...there, status: 'made' };
  throw new PmpError('left-over', {
    message: `maintenance window "${window.description}" was made, and PagerDuty does not show it`,
    fix: 'Run pmp-pd maintenance list in a minute: PagerDuty’s lists may lag behind.',
    resource: `maintenance window ${window.name}`,
  });
}
