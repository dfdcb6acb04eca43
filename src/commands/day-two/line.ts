import { Option, type Command } from 'commander';
import type { DayTwoOptions, OverrideOptions } from './options.ts';
import { duration, number, oneOf, optional, text, whole } from '../line/flags.ts';
import { examples, withGlobals, type Fill } from '../line/line.ts';
import type { Handlers } from '../program.ts';
import { globals } from '../line/read-options.ts';

type Loose = Record<string, unknown>;

/** The command lines of the guide's day-two pages. */
export function addDayTwo(root: Command, handlers: Handlers, done: (code: number) => void, fill: Fill): void {
  const run = async (options: DayTwoOptions): Promise<void> => done(await handlers.dayTwo(options));
  addOncall(root, run, fill);
  addOverride(root, run, fill);
  addMaintenance(root, run, fill);
  addHandoff(root, run, fill);
  addTeardown(root, run, fill);
}

type Run = (options: DayTwoOptions) => Promise<void>;

function addOncall(root: Command, run: Run, fill: Fill): void {
  fill(root.command('oncall').summary('who is called now and next, and the picture of the coming weeks'), (command) =>
    withGlobals(command)
      .description(
        'Who is called now at each level of both escalation policies, who is next, and the picture of the coming weeks as PagerDuty renders them, temporary replacements marked. Changes nothing.',
      )
      .addOption(new Option('--weeks <number>', 'how many weeks are drawn, 1 to 12').argParser(whole).default(2))
      .addHelpText(
        'after',
        examples([
          ['pmp-pd oncall', 'works without an answers file too: then the guide’s names are looked for'],
          ['pmp-pd oncall --weeks 6', 'as far ahead as the guide wants schedules to be planned'],
          ["pmp-pd oncall -o json | jq '.policies[].levels[0].now'", 'for a chat bot'],
        ]),
      )
      .action((options: Loose) => run({ ...globals(options), command: 'oncall', weeks: Math.min(12, number(options['weeks']) ?? 2) })),
  );
}

function addOverride(root: Command, run: Run, fill: Fill): void {
  fill(
    root
      .command('override')
      .summary('a temporary replacement on a schedule, checked for collisions')
      .argument('[who]', 'who takes over: an e-mail, or a name that only one person has'),
    (command) =>
      changing(
        withGlobals(command)
          .description(
            "Somebody takes over for a while (holidays, illness, a swap). Shows whose hours they are and what speaks against it, asks once, and reads it back.\nTimes are by the clock of the schedule's zone: 2026-12-24 18:00, tomorrow 09:00, Friday 18:00, 18:00, in 2h, or with an offset.",
          )
          .option('--at <time>', 'when it begins (default: now)')
          .option('--until <time>', 'when it ends')
          .option('--for <length>', 'how long it lasts, e.g. 8h or 2d')
          .option('--instead-of <who>', 'only the hours that this person has')
          .option('--schedule <name>', 'the schedule (default: the one that level 1 calls)')
          .option('--list', 'show the replacements now and ahead', false)
          .option('--cancel <id>', 'take back a replacement'),
      )
        .addHelpText(
          'after',
          examples([
            ['pmp-pd override ben@example.com --for 8h', 'Ben takes over now'],
            ['pmp-pd override Ben --instead-of Ada --at 2026-12-24 --until 2026-12-27', "only Ada's hours of the holidays"],
            ['pmp-pd override --list', 'what is planned, with ids'],
            'pmp-pd override --cancel Q1ABCDEFGHIJKL',
          ]),
        )
        .action((who: string | undefined, options: Loose) => run(overrideOptions(who, options))),
  );
}

function overrideOptions(who: string | undefined, options: Loose): OverrideOptions {
  return {
    ...change(options),
    command: 'override',
    list: options['list'] === true,
    ...optional('who', who),
    ...optional('begins', text(options['at'])),
    ...optional('ends', text(options['until'])),
    ...optional('lasts', text(options['for'])),
    ...optional('insteadOf', text(options['insteadOf'])),
    ...optional('schedule', text(options['schedule'])),
    ...optional('cancel', text(options['cancel'])),
  };
}

function addMaintenance(root: Command, run: Run, fill: Fill): void {
  const maintenance = root
    .command('maintenance')
    .summary('maintenance windows: open one, list them, end one')
    .description(
      'Maintenance windows of the two services. While one is open, alerts create nothing and page nobody: no incident, and no alert is kept.',
    )
    .addHelpText('after', examples(['pmp-pd maintenance start --preset deployment', 'pmp-pd maintenance list', 'pmp-pd maintenance end']));

  fill(maintenance.command('start').summary('open a window, now or later'), (command) =>
    changing(
      withGlobals(command)
        .description(
          'Opens a maintenance window: shows what it silences and until when, warns of open incidents, asks once, and reads it back.',
        )
        .addOption(
          new Option('--preset <preset>', 'the guide’s: deployment (1 h, up to 2), database (4 h, up to 8)').choices([
            'deployment',
            'database',
          ]),
        )
        .option('--for <length>', 'how long it lasts, e.g. 90m; at most 24h')
        .option('--at <time>', 'when it begins (default: now)')
        .addOption(new Option('--service <which>', 'which service').choices(['critical', 'high', 'both']).default('both'))
        .option('--reason <words>', 'what it is for; whoever is on call reads it'),
    )
      .addHelpText(
        'after',
        examples([
          ['pmp-pd maintenance start --preset deployment', 'one hour from now, both services'],
          'pmp-pd maintenance start --for 90m --reason "node upgrade" --service high',
          ['pmp-pd maintenance start --preset database --at "Saturday 22:00" --yes', 'four hours, planned by a script'],
        ]),
      )
      .action((options: Loose) =>
        run({
          ...change(options),
          command: 'maintenance start',
          service: oneOf(options['service'], ['critical', 'high', 'both']) ?? 'both',
          ...optional('preset', oneOf(options['preset'], ['deployment', 'database'])),
          ...optional('lasts', text(options['for'])),
          ...optional('at', text(options['at'])),
          ...optional('reason', text(options['reason'])),
        }),
      ),
  );

  fill(maintenance.command('list').summary('windows of the two services, open and ahead'), (command) =>
    withGlobals(command)
      .description('Lists the windows of the two services, open and ahead, whoever made them. Changes nothing.')
      .addHelpText('after', examples(['pmp-pd maintenance list', 'pmp-pd maintenance list -o json']))
      .action((options: Loose) => run({ ...change(options), command: 'maintenance list', service: 'both' })),
  );

  fill(
    maintenance
      .command('end')
      .summary('end the open window, or take away one that is ahead')
      .argument('[id]', 'the id that pmp-pd maintenance list shows'),
    (command) =>
      changing(
        withGlobals(command).description('Ends the window that is open, so that alerts page again; with an id that one, open or ahead.'),
      )
        .addHelpText('after', examples(['pmp-pd maintenance end', 'pmp-pd maintenance end PABC123 --yes']))
        .action((id: string | undefined, options: Loose) =>
          run({ ...change(options), command: 'maintenance end', service: 'both', ...optional('id', id) }),
        ),
  );
}

function addHandoff(root: Command, run: Run, fill: Fill): void {
  fill(root.command('handoff').summary("the guide's lists for the end and the start of a shift, filled in"), (command) =>
    withGlobals(command)
      .description(
        'What the next one must know: open incidents and their notes, P1 incidents that nobody reviewed yet, who is next and how they are reached, windows and replacements ahead, dashboards. Changes nothing.',
      )
      .option('--schedule <name>', 'the schedule that is handed over (default: the one that level 1 calls)')
      .addOption(new Option('--since <duration>', 'how far back incidents are looked at').argParser(duration).default(7 * 86_400_000, '7d'))
      .option('--markdown', 'as Markdown, for an e-mail or a chat', false)
      .addHelpText(
        'after',
        examples([
          'pmp-pd handoff',
          ['pmp-pd handoff --markdown > handoff.md', 'the hand-off e-mail to the team'],
          'pmp-pd handoff --since 14d -o json',
        ]),
      )
      .action((options: Loose) =>
        run({
          ...globals(options),
          command: 'handoff',
          since: number(options['since']) ?? 0,
          markdown: options['markdown'] === true,
          ...optional('schedule', text(options['schedule'])),
        }),
      ),
  );
}

function addTeardown(root: Command, run: Run, fill: Fill): void {
  fill(root.command('teardown').summary('take away what pmp-pd made, and nothing else'), (command) =>
    changing(
      withGlobals(command)
        .description(
          'Takes away what pmp-pd made for these answers, in the order that works: what bears its mark, and nothing that it adopted; users never. Shows what is in the way and what stays, and asks for a name to be typed.',
        )
        .option('--name <name>', 'with --yes: the name that would have to be typed (--plan shows it)'),
    )
      .addHelpText(
        'after',
        examples([
          ['pmp-pd teardown --plan', 'what would go, what is in the way, what stays'],
          'pmp-pd teardown',
          ['pmp-pd teardown --yes --name example-account', 'by a script; --plan shows the name'],
        ]),
      )
      .action((options: Loose) => run({ ...change(options), command: 'teardown', ...optional('name', text(options['name'])) })),
  );
}

/** The flags of what changes something. */
function changing(command: Command): Command {
  return command
    .option('-y, --yes', 'do it without asking', false)
    .option('--plan', 'show what would change and stop (exit code 5: there is something)', false)
    .option('--anyway', 'do it although something speaks against it', false);
}

function change(options: Loose) {
  return { ...globals(options), yes: options['yes'] === true, plan: options['plan'] === true, anyway: options['anyway'] === true };
}
