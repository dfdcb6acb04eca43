import { clean, PmpError, type Objection, type WindowState } from '../../engine/index.ts';
import { agreed, told } from './ground.ts';
import { exit } from '../exit-codes.ts';
import { outcomeOf, windowsNow, type Acting } from './maintenance-windows.ts';

type Known = WindowState & { readonly id: string };

/** An open window ends now, a future one is taken away. Without an id: the one that is open. @returns the exit code */
export async function endWindow(ground: Acting): Promise<number> {
  const { pagerduty, options, session } = ground;
  const known = await windowsNow(ground);
  const chosen = options.id === undefined ? await theOpen(ground, known) : withId(known, options.id);
  if (chosen === undefined) return told(ground, outcomeOf(ground, exit.done, [], { notes: ['No window is open: alerts page people.'] }));
  const objections = options.id === undefined ? foreign(ground, chosen) : [];
  const plan = outcomeOf(ground, exit.changes, [{ ...chosen, status: 'to end' }], { objections });
  if (options.plan) return told(ground, plan);
  const question = chosen.status === 'open' ? 'End this window now?' : 'Take away this window?';
  if (!(await agreed(ground, plan, question, objections))) return exit.done;
  await session.finishing(() => pagerduty.endWindow(chosen.id));
  pagerduty.forget();
  const after = { ...ground, now: session.clock.now() };
  if ((await windowsNow(after)).some(({ id }) => id === chosen.id))
    throw new PmpError('left-over', { message: `maintenance window ${chosen.id} is still there`, fix: 'Run the same command again.' });
  const others = (await windowsNow(after)).filter(({ status }) => status === 'open');
  const end = chosen.status === 'open' ? after.now : chosen.end;
  const gone = { ...chosen, end, status: chosen.status === 'open' ? 'ended' : 'cancelled' } as const;
  return told(ground, outcomeOf(ground, exit.done, [gone, ...others], { notes: comesBack(ground, chosen) }));
}

/** The answers want it: setup has no way of knowing that somebody was done early, or changed their mind. */
function comesBack({ answers: { windows = 'none' }, namesFrom }: Acting, { ours, description }: Known): readonly string[] {
  const wanted = ours && windows !== 'none' && windows.some(({ name }) => name === description);
  return wanted ? [`the next pmp-pd setup before its end makes it again, as long as ${namesFrom} has it under windows`] : [];
}

function withId(known: readonly Known[], id: string): Known {
  const found = known.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new PmpError('usage', {
    message: `there is no maintenance window ${clean(id, 60)} on these services, open or ahead`,
    cause: known.length === 0 ? 'There is none at all.' : `There are ${known.map((one) => one.id).join(', ')}.`,
    fix: 'Run pmp-pd maintenance list to see them.',
  });
}

/** undefined: none is open. */
async function theOpen({ session, options }: Acting, known: readonly Known[]): Promise<Known | undefined> {
  const open = known.filter(({ status }) => status === 'open');
  if (open.length < 2) return open[0];
  if (options.yes || !session.interactive)
    throw new PmpError('usage', {
      message: `${open.length} windows are open`,
      cause: open.map(({ id, description }) => `${id} is "${clean(description, 120)}"`).join('; '),
      fix: 'Name the one to end: pmp-pd maintenance end <id>.',
    });
  session.view.idle();
  const choices = open.map((one) => ({ value: one, label: one.description, hint: `${one.id}, ${one.services.join(' and ')}` }));
  const reply = await session.prompter.select({ message: 'Which one?', help: 'Several windows are open.', choices });
  return reply.kind === 'answer' ? reply.value : undefined;
}

/** Whoever names its id has looked at it; of the one that merely happens to be open that is not certain. */
function foreign({ answers }: Acting, { ours, id, description }: Known): readonly Objection[] {
  if (ours || answers.adopt) return [];
  return [
    {
      kind: 'foreign',
      what: `window "${clean(description, 120)}" was not made by pmp-pd; name its id to end it: pmp-pd maintenance end ${id}`,
    },
  ];
}
