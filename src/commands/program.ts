import { Command, CommanderError, Option } from 'commander';
import { PmpError } from '../engine/index.ts';
import { addCompletion } from './completion/line.ts';
import type { CompletionOptions } from './completion/completion.ts';
import type { ExplainOptions } from './explain.ts';
import { duration, list, optional } from './line/flags.ts';
import { helpStyle, helpWidth } from './line/help.ts';
import { examples, fillFor, withGlobals, type Fill } from './line/line.ts';
import { globals, setupOptions, verifyOptions } from './line/read-options.ts';
import { addDayTwo } from './day-two/line.ts';
import { addTestAlert } from './test-alert/line.ts';
import type { TestAlertOptions } from './test-alert/options.ts';
import type { DayTwoOptions } from './day-two/options.ts';
import { addSandbox } from './sandbox/line.ts';
import type { SandboxOptions } from './sandbox/options.ts';
import type { SetupOptions } from './setup/run.ts';
import type { VerifyCommandOptions } from './verify/verify.ts';

/** What the program does with a parsed command line; main gives it. */
export interface Handlers {
  setup(options: SetupOptions): Promise<number>;
  verify(options: VerifyCommandOptions): Promise<number>;
  testAlert(options: TestAlertOptions): Promise<number>;
  explain(options: ExplainOptions): Promise<number>;
  dayTwo(options: DayTwoOptions): Promise<number>;
  sandbox(options: SandboxOptions): Promise<number>;
  completion(options: CompletionOptions): Promise<number>;
}

export interface ProgramOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Read only where help is shown. */
  readonly columns: number | undefined;
  readonly color: boolean;
}

/** What the help puts together: who runs it, and when. */
const groups = {
  launch: 'Before a launch, and whenever the answers change:',
  daily: 'Day by day:',
  learn: 'To try and to understand:',
} as const;

/**
 * The command line as the contract has it. Every option has a line of help and every command an example.
 * @param words what will be parsed: commands that are not among them are listed only; undefined: all of it
 */
export function program(
  version: string,
  handlers: Handlers,
  output: ProgramOutput,
  done: (code: number) => void,
  words?: readonly string[],
): Command {
  // Completion reads the whole line.
  const fill = fillFor(words?.includes('completion') === true ? undefined : words);
  const root = new Command('pmp-pd')
    .description(
      'From nothing to alerting that is proven to page the right person:\nPagerDuty, Alertmanager and the Kubernetes secret between them.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'help for any command')
    .showSuggestionAfterError(true)
    .configureHelp(helpStyle)
    .commandsGroup(groups.launch)
    .addHelpText(
      'after',
      examples([
        ['pmp-pd setup --sandbox', 'on an imitation of PagerDuty and a cluster: nothing real is touched'],
        ['pmp-pd setup --plan', 'what setup would change; it asks what it must know'],
        ['pmp-pd verify --wait 10m', 'before a launch: is every item proven?'],
        ['pmp-pd explain alertmanager-refused', 'what an error means, and how to fix it'],
      ]),
    );

  fill(root.command('setup').summary("the guide's ten steps: interview, plan, one confirmation, apply, proof"), (command) =>
    withGlobals(command)
      .description(
        'Interview → plan → one confirmation → apply → proof.\nRun it again whenever the answers change; what is in place is left alone.',
      )
      .option('-y, --yes', 'replay the answers without asking anything', false)
      .option('--plan', 'show what would change and stop (exit code 5: there are changes)', false)
      .option('--apply-alertmanager', 'put the configuration in force in the cluster (alertmanager.apply: true)', false)
      .option('--only <step>', 'only these steps, by number or name; may be repeated', list, [])
      .option('--skip <step>', 'all but these steps', list, [])
      .addHelpText(
        'after',
        examples([
          ['pmp-pd setup', 'asks, shows the plan, asks once, applies, proves'],
          ['pmp-pd setup --plan -o json', 'what would change, for a pull request'],
          ['pmp-pd setup --yes --config team.yaml', 'the answers from git, by CI'],
          ['pmp-pd setup --only 9', "only the guide's step 9, the maintenance windows"],
          ['pmp-pd setup --sandbox', 'to try it: nothing real is touched'],
        ]),
      )
      .action(async (options) => done(await handlers.setup(setupOptions(options)))),
  );

  addVerify(root, handlers, done, fill);
  root.commandsGroup(groups.daily);
  addTestAlert(root, handlers, done, fill);
  addDayTwo(root, handlers, done, fill);
  root.commandsGroup(groups.learn).helpCommand('help [command]', 'help for any command');
  addExplain(root, handlers, done, fill);
  addSandbox(root, handlers, done, fill);
  addCompletion(root, handlers, done, fill);
  quiet(root, output);
  return root;
}

function addVerify(root: Command, handlers: Handlers, done: (code: number) => void, fill: Fill): void {
  fill(root.command('verify').summary("the guide's eleven items and what else a launch depends on, proven"), (command) =>
    withGlobals(command)
      .description(
        "Will the right phone ring? Looks at PagerDuty, the secret, Alertmanager's loaded configuration and people's phones together; changes nothing.",
      )
      .option('--wait <duration>', 'look again at what people or time can still turn green, for that long, e.g. 10m', duration)
      .option('--only <check>', 'only these checks, by number or name; may be repeated', list, [])
      .option('--skip <check>', 'all but these checks', list, [])
      .addOption(
        new Option('--max-age <duration>', 'drills older than this prove nothing').argParser(duration).default(35 * 86_400_000, '35d'),
      )
      .option('--require-human', 'a drill that was acknowledged by API proves nothing', false)
      .option('--strict', 'exit code 3 where there are only warnings', false)
      .option('--report <file>', 'write the verdict as an HTML page too')
      .addHelpText(
        'after',
        examples([
          ['pmp-pd verify', 'exit code 0 only when every item is proven'],
          ['pmp-pd verify --wait 10m --report launch.html', 'waits for people to sign in, and writes one page to sign off with'],
          ['pmp-pd verify --only 8,9,10 --max-age 7d', "was there a drill this week? By the guide's numbers"],
          ['pmp-pd verify --strict -o json', 'nightly, for a machine to read'],
        ]),
      )
      .action(async (options) => done(await handlers.verify(verifyOptions(options)))),
  );
}

function addExplain(root: Command, handlers: Handlers, done: (code: number) => void, fill: Fill): void {
  fill(
    root
      .command('explain')
      .summary('what a check or an error means, how it happens, how to fix it')
      .argument('[id]', 'the id of a check (or its number), of an error, or a topic; without one, every id is listed'),
    (command) =>
      withGlobals(command, 'nothing')
        .description('The page behind a check or an error: what it means, how it happens, how to see it by hand, how to fix it. Offline.')
        .addHelpText(
          'after',
          examples([
            ['pmp-pd explain', 'every id there is'],
            ['pmp-pd explain 8', "item 8 of the guide's checklist"],
            ['pmp-pd explain alerts-not-reaching', "the guide's troubleshooting, with the checks to look at"],
            'pmp-pd explain alertmanager-refused -o json',
          ]),
        )
        .action(async (id: string | undefined, options) => done(await handlers.explain({ ...globals(options), ...optional('id', id) }))),
  );
}

/** commander throws instead of leaving, and writes where we say; what went wrong is said by whoever catches it. */
function quiet(command: Command, output: ProgramOutput): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: output.stdout,
    writeErr: () => undefined,
    getOutHelpWidth: () => helpWidth(output.columns),
    getOutHasColors: () => output.color,
  });
  for (const child of command.commands) quiet(child, output);
}

/** @returns undefined for help and version, which were printed; else the error of a wrong command line. */
export function usageError(thrown: unknown): PmpError | undefined | 'not-usage' {
  if (!(thrown instanceof CommanderError)) return 'not-usage';
  if (thrown.exitCode === 0) return undefined;
  const message = thrown.message.replace(/^error: /, '');
  if (thrown.code === 'commander.help')
    return new PmpError('usage', { message: 'no command was named', fix: 'Run pmp-pd --help to see what there is.' });
  const [first = message, ...rest] = message.split('\n').filter((line) => line.trim() !== '');
  const hint = rest.join(' ').replace(/^\(|\)$/g, '');
  return new PmpError('usage', {
    message: first,
    ...(hint === '' ? {} : { cause: hint }),
    fix: 'Run the same command with --help to see what it takes.',
  });
}
