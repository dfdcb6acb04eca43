import { Argument, Option, type Command } from 'commander';
import { duration, port, speed, whole } from '../line/flags.ts';
import { examples, withGlobals, type Fill } from '../line/line.ts';
import type { Handlers } from '../program.ts';
import { accountPlan, globals, serveOptions } from '../line/read-options.ts';

/** What `sandbox do` can do. The sandbox knows more about each; a test holds the two lists together. */
export const doings = [
  'accept',
  'sign-in',
  'ack',
  'resolve',
  'block-phone',
  'advance',
  'expire',
  'am-failure',
  'load-rules',
  'disable-webhook',
  'hold-events',
  'nobody-on-call',
  'oauth-scopes',
] as const;

/** The command line of `pmp-pd sandbox` and what can be done with it. */
export function addSandbox(root: Command, handlers: Handlers, done: (code: number) => void, fill: Fill): void {
  const sandbox = root
    .command('sandbox')
    .summary('the imitation of PagerDuty, Alertmanager and Kubernetes to try everything on')
    .description(
      'An imitation of PagerDuty, Alertmanager and the Kubernetes API on this machine, sealed off from the real world.\n--sandbox on any command uses the same one, embedded.',
    )
    .addHelpText(
      'after',
      examples([
        ['pmp-pd sandbox status', 'what the last command with --sandbox left'],
        ['pmp-pd sandbox do sign-in ada@example.com', 'what only a person can do'],
        ['pmp-pd sandbox reset', 'start again'],
        ['pmp-pd sandbox serve --port 8080 --account-plan free', 'for curl, kubectl or Terraform'],
      ]),
    );

  fill(sandbox.command('serve').summary('serve it to other clients until Ctrl-C'), (command) =>
    withGlobals(command, 'nothing')
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
      .addOption(
        new Option('--dst <reading>', 'how the imitation reads turns and hours across a clock change').choices(['wall', 'elapsed']),
      )
      .addHelpText(
        'after',
        examples([
          'pmp-pd sandbox serve --port 8080',
          ['pmp-pd sandbox serve --clock 60x --people asleep', 'an hour a minute, and nobody answers'],
          ['pmp-pd sandbox serve --fault "reset-after:POST /services:1" --fault 429', 'how does a client of yours bear this?'],
        ]),
      )
      .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'serve', ...serveOptions(options) }))),
  );

  fill(sandbox.command('reset').summary('start again from an empty account and cluster'), (command) =>
    withGlobals(command, 'nothing')
      .description('Forgets everything in the sandbox.')
      .addOption(
        new Option('--account-plan <plan>', 'the plan of the fresh account').choices(['free', 'trial', 'professional', 'business']),
      )
      .addHelpText(
        'after',
        examples(['pmp-pd sandbox reset', ['pmp-pd sandbox reset --account-plan free', 'what does setup do without a paid plan?']]),
      )
      .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'reset', ...accountPlan(options) }))),
  );

  fill(sandbox.command('status').summary('what the account and the cluster hold'), (command) =>
    withGlobals(command, 'nothing')
      .description('Shows what the account and the cluster of the sandbox hold, and who is on call now.')
      .addHelpText('after', examples(['pmp-pd sandbox status', 'pmp-pd sandbox status -o json']))
      .action(async (options) => done(await handlers.sandbox({ ...globals(options), action: 'status' }))),
  );

  fill(
    sandbox
      .command('do')
      .summary('what only people and time can do')
      .addArgument(new Argument('<what>', 'what happens').choices(doings))
      .argument(
        '<whom>',
        'the e-mail of who does it; for advance a duration (90s, 10m, 2h, 7d), for expire on or off, for am-failure a reason, for load-rules a file of Prometheus rules, for disable-webhook its URL, for hold-events how long they wait (or off), for nobody-on-call a schedule, for oauth-scopes the scopes',
      ),
    (command) =>
      withGlobals(command, 'nothing')
        .description('Does in the sandbox what only people and time can do.')
        .addHelpText(
          'after',
          examples([
            ['pmp-pd sandbox do accept ada@example.com', 'Ada accepts the invitation'],
            ['pmp-pd sandbox do sign-in ada@example.com', 'and signs in to the app: now push can reach her'],
            ['pmp-pd sandbox do advance 7d', 'a week goes by'],
          ]),
        )
        .action(async (what: string, whom: string, options) =>
          done(await handlers.sandbox({ ...globals(options), action: 'do', what, whom })),
        ),
  );
}
