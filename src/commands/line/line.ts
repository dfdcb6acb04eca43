import { Option, type Command } from 'commander';
import { own } from './help.ts';

const where = 'Which account and cluster:';

/** Gives a command its description, options and action, where this command line is about it; the others are only listed. */
export type Fill = (command: Command, more: (command: Command) => unknown) => void;

/**
 * Three hundred options take longer to build than to parse: only those of the commands whose names are among the words are built.
 * @param words undefined: all of it, for whoever reads the whole command line
 */
export function fillFor(words: readonly string[] | undefined): Fill {
  return (command, more) => {
    if (words?.includes(command.name()) !== false) more(command);
  };
}

/**
 * The options that every command has.
 * @param reach a command that works on no account takes them all the same, so that scripts need not tell commands apart; its help leaves them out
 */
export function withGlobals(command: Command, reach: 'account' | 'nothing' = 'account'): Command {
  addGlobals(command);
  if (reach === 'nothing') for (const option of command.options) option.hideHelp(option.helpGroupHeading === where);
  return command;
}

function addGlobals(command: Command): void {
  command
    .optionsGroup(where)
    .option('--config <file>', 'answers file', 'pmp-pd.yaml')
    .option('--sandbox', 'run against the embedded sandbox; nothing real is touched', false)
    .addOption(new Option('--sandbox-people <how>', 'how its people behave during this command').choices(['awake', 'asleep', 'manual']))
    .addOption(new Option('--region <region>', "PagerDuty's service region").choices(['us', 'eu']))
    .option('--token-file <file>', 'file that holds the PagerDuty REST token (else PAGERDUTY_TOKEN, or a prompt)')
    .option('--from <e-mail>', 'acting user, for tokens that belong to nobody')
    .option('--kubeconfig <file>', 'kubeconfig file (else KUBECONFIG, or ~/.kube/config)')
    .option('--context <name>', 'kubeconfig context')
    .option('-n, --namespace <name>', 'Kubernetes namespace')
    .optionsGroup('What is asked and printed:')
    .addOption(new Option('-o, --output <format>', 'how results are printed').choices(['text', 'json']).default('text'))
    .option('--no-input', 'never ask anything')
    .option('--color', 'colour even where it would be left out')
    .option('--no-color', 'no colour')
    .option('--plain', 'no spinner, no boxes, one line a fact', false)
    .option('-q, --quiet', 'only what failed, and the closing sentence', false)
    .option('-v, --verbose', 'every resource by itself', false)
    .option('--trace <file>', 'one JSON line per HTTP call: time, method, path, status, milliseconds, attempt')
    .optionsGroup(own);
}

/** What `--help` ends with: lines to type, each with what it is good for where its words do not say so. */
export function examples(lines: readonly (string | readonly [line: string, why: string])[]): string {
  const said = lines.map((line) => (typeof line === 'string' ? `  $ ${line}` : `  # ${line[1]}\n  $ ${line[0]}`));
  return `\nExamples:\n${said.join('\n')}\n`;
}
