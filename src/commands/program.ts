import { Command, CommanderError, Option } from 'commander';
import { PmpError } from '../engine/index.ts';
import type { ExplainOptions } from './explain.ts';
import { duration, list, optional, port, speed, whole } from './flags.ts';
import { accountPlan, globals, serveOptions, setupOptions, verifyOptions } from './read-options.ts';
import type { SandboxOptions } from './sandbox.ts';
import type { SetupOptions } from './setup-run.ts';
import type { VerifyCommandOptions } from './verify.ts';

/** What the program does with a parsed command line; main gives it. */
export interface Handlers {
  setup(options: SetupOptions): Promise<number>;
  verify(options: VerifyCommandOptions): Promise<number>;
  explain(options: ExplainOptions): Promise<number>;
  sandbox(options: SandboxOptions): Promise<number>;
}

export interface ProgramOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly columns: number | undefined;
  readonly color: boolean;
}

/** The command line as the contract has it. Every option has a line of help and every command an example. */
export function program(version: string, handlers: Handlers, output: ProgramOutput, done: (code: number) => void): Command {
  const root = new Command('pmp-pd')
    .description(
      'From nothing to alerting that is proven to page the right person:\nPagerDuty, Alertmanager and the Kubernetes secret between them.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'help for any command')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', examples(['pmp-pd setup --sandbox', 'pmp-pd setup --plan', 'pmp-pd verify --wait 10m', 'pmp-pd sandbox status']));

  withGlobals(root.command('setup'))
    .summary("the guide's ten steps: interview, plan, one confirmation, apply, proof")
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
        'pmp-pd setup',
        'pmp-pd setup --yes --config team.yaml',
        'pmp-pd setup --sandbox --yes --config templates/pmp-pd.example.yaml',
      ]),
    )
    .action(async (options) => done(await handlers.setup(setupOptions(options))));

  addVerify(root, handlers, done);
  addExplain(root, handlers, done);
  addSandbox(root, handlers, done);
  quiet(root, output);
  return root;
}

function addVerify(root: Command, handlers: Handlers, done: (code: number) => void): void {
  withGlobals(root.command('verify'))
    .summary("the guide's eleven items and what else a launch depends on, proven")
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
        'pmp-pd verify',
        'pmp-pd verify --wait 10m --report launch.html',
        'pmp-pd verify --only 8,9,10 --max-age 7d',
        'pmp-pd verify --strict -o json',
      ]),
    )
    .action(async (options) => done(await handlers.verify(verifyOptions(options))));
}

function addExplain(root: Command, handlers: Handlers, done: (code: number) => void): void {
  withGlobals(root.command('explain'))
    .summary('what a check or an error means, how it happens, how to fix it')
    .description('The page behind a check or an error: what it means, how it happens, how to see it by hand, how to fix it. Offline.')
    .argument('[id]', 'the id of a check (or its number), of an error, or a topic; without one, every id is listed')
    .addHelpText(
      'after',
      examples(['pmp-pd explain', 'pmp-pd explain 8', 'pmp-pd explain key-chain', 'pmp-pd explain alertmanager-refused -o json']),
    )
    .action(async (id: string | undefined, options) => done(await handlers.explain({ ...globals(options), ...optional('id', id) })));
}

function addSandbox(root: Command, handlers: Handlers, done: (code: number) => void): void {
  const sandbox = root
    .command('sandbox')
    .summary('the imitation of PagerDuty, Alertmanager and Kubernetes to try everything on')
    .description(
      'An imitation of PagerDuty, Alertmanager and the Kubernetes API on this machine, sealed off from the real world.\n--sandbox on any command uses the same one, embedded.',
    )
    .addHelpText(
      'after',
      examples([
        'pmp-pd sandbox status',
        'pmp-pd sandbox reset',
        'pmp-pd sandbox do sign-in ada@example.com',
        'pmp-pd sandbox serve --port 8080 --account-plan free',
      ]),
    );

  withGlobals(sandbox.command('serve'))
    .summary('serve it to other clients until Ctrl-C')
    .description(
      'Serves the sandbox to other clients until Ctrl-C. Standard output gets one line of JSON with the addresses and the token;\nexport lines for a shell go to standard error.',
    )
    .option('--port <number>', 'port on the loopback address (default: any free one)', port)
    .addOption(new Option('--account-plan <plan>', 'the plan of a fresh account').choices(['free', 'trial', 'professional', 'business']))
    .option('--latency <duration>', 'time each PagerDuty call takes, e.g. 80ms', duration)
    .option('--rate-limit <number>', 'PagerDuty requests a minute', whole)
    .option('--clock <speed>', 'how fast time runs, e.g. 60x', speed)
    .addOption(
      new Option('--people <how>', 'awake: they accept, sign in and acknowledge by themselves').choices(['awake', 'asleep', 'manual']),
    )
    .option(
      '--fault <spec>',
      'something to go wrong: kind[=amount][:METHOD path][:times|:every n]; may be repeated',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .addOption(new Option('--dst <reading>', 'how the imitation reads turns and hours across a clock change').choices(['wall', 'elapsed']))
    .addHelpText(
      'after',
      examples([
        'pmp-pd sandbox serve --port 8080',
        'pmp-pd sandbox serve --clock 60x --people asleep',
        'pmp-pd sandbox serve --fault "reset-after:POST /services:1" --fault 429',
      ]),
    )
    .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'serve', ...serveOptions(options) })));

  withGlobals(sandbox.command('reset'))
    .summary('start again from an empty account and cluster')
    .description('Forgets everything in the sandbox.')
    .addOption(new Option('--account-plan <plan>', 'the plan of the fresh account').choices(['free', 'trial', 'professional', 'business']))
    .addHelpText('after', examples(['pmp-pd sandbox reset', 'pmp-pd sandbox reset --account-plan free']))
    .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'reset', ...accountPlan(options) })));

  withGlobals(sandbox.command('status'))
    .summary('what the account and the cluster hold')
    .description('Shows what the account and the cluster of the sandbox hold, and who is on call now.')
    .addHelpText('after', examples(['pmp-pd sandbox status', 'pmp-pd sandbox status -o json']))
    .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'status' })));

  withGlobals(sandbox.command('do'))
    .summary('what only people and time can do')
    .description('Does in the sandbox what only people and time can do.')
    .argument(
      '<what>',
      'with an e-mail: accept, sign-in, ack, resolve, block-phone; advance (with a duration); expire (on, off); am-failure (a reason); disable-webhook (its URL); oauth-scopes',
    )
    .argument('<whom>', 'an e-mail, a duration such as 90s, 10m, 2h, 7d, or what the action takes')
    .addHelpText(
      'after',
      examples(['pmp-pd sandbox do accept ada@example.com', 'pmp-pd sandbox do sign-in ada@example.com', 'pmp-pd sandbox do advance 7d']),
    )
    .action(async (what: string, whom: string, options) => done(await handlers.sandbox({ ...globals(options), action: 'do', what, whom })));
}

function withGlobals(command: Command): Command {
  return command
    .option('--config <file>', 'answers file', 'pmp-pd.yaml')
    .option('--sandbox', 'run against the embedded sandbox; nothing real is touched', false)
    .addOption(new Option('--sandbox-people <how>', 'how its people behave during this command').choices(['awake', 'asleep', 'manual']))
    .addOption(new Option('--region <region>', "PagerDuty's service region").choices(['us', 'eu']))
    .option('--token-file <file>', 'file that holds the PagerDuty REST token')
    .option('--from <e-mail>', 'acting user, for account tokens')
    .option('--kubeconfig <file>', 'kubeconfig file')
    .option('--context <name>', 'kubeconfig context')
    .option('-n, --namespace <name>', 'Kubernetes namespace')
    .addOption(new Option('-o, --output <format>', 'how results are printed').choices(['text', 'json']).default('text'))
    .option('--no-input', 'never ask anything')
    .option('--color', 'colour even where it would be left out')
    .option('--no-color', 'no colour')
    .option('--plain', 'no spinner, no boxes, one line a fact', false)
    .option('-q, --quiet', 'only what failed, and the closing sentence', false)
    .option('-v, --verbose', 'every resource by itself', false)
    .option('--trace <file>', 'one JSON line per HTTP call: time, method, path, status, milliseconds, attempt');
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** commander throws instead of leaving, and writes where we say; what went wrong is said by whoever catches it. */
function quiet(command: Command, output: ProgramOutput): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: output.stdout,
    writeErr: () => undefined,
    ...(output.columns === undefined ? {} : { getOutHelpWidth: () => output.columns ?? 80 }),
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
