import { Argument, type Command } from 'commander';
import { shells } from './completion.ts';
import { oneOf } from '../line/flags.ts';
import { examples, withGlobals, type Fill } from '../line/line.ts';
import type { Handlers } from '../program.ts';
import { globals } from '../line/read-options.ts';

/** The command line of `pmp-pd completion`. */
export function addCompletion(root: Command, handlers: Pick<Handlers, 'completion'>, done: (code: number) => void, fill: Fill): void {
  fill(
    root
      .command('completion')
      .summary('a script that completes all of this when you press Tab')
      .addArgument(new Argument('<shell>', 'the shell it is for').choices(shells)),
    (command) =>
      withGlobals(command, 'nothing')
        .description(
          'Prints a script that completes commands, options, steps, checks and ids when you press Tab.\nPut the line for your shell into the file it reads at its start.',
        )
        .addHelpText(
          'after',
          examples([
            ['source <(pmp-pd completion bash)', 'in ~/.bashrc'],
            ['source <(pmp-pd completion zsh)', 'in ~/.zshrc, after compinit'],
            ['pmp-pd completion fish > ~/.config/fish/completions/pmp-pd.fish', 'once'],
          ]),
        )
        .action(async (shell: string, options) =>
          done(await handlers.completion({ ...globals(options), shell: oneOf(shell, shells) ?? 'bash', line: root })),
        ),
  );
}
