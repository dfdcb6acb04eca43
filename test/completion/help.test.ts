import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { usageError } from '../../src/commands/index.ts';
import { commandLine } from './scripts.ts';

const every = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(every)];
const nameOf = (command: Command): string => (command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`);
const commands = every(commandLine()).map((command) => [nameOf(command), command] as const);

/** What `--help` prints. */
function helpOf(command: Command): string {
  const said: string[] = [];
  command.configureOutput({ writeOut: (text) => void said.push(text), getOutHelpWidth: () => 80 }).outputHelp();
  return said.join('');
}

const examplesOf = (text: string) => [...text.matchAll(/^ {2}\$ (.+)$/gm)].map((match) => match[1] ?? '');
/** The words of ours in a line of shell, quotes taken off. */
const typed = (line: string) =>
  [...(/pmp-pd ?([^)|>]*)/.exec(line)?.[1] ?? '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );

/** @returns what ran, or why it could not */
async function run(words: readonly string[]): Promise<string> {
  const ran: string[] = [];
  try {
    await commandLine((name) => ran.push(name)).parseAsync([...words], { from: 'user' });
    return ran[0] ?? 'nothing';
  } catch (thrown) {
    const error = usageError(thrown);
    return error === undefined ? 'help' : error === 'not-usage' ? String(thrown) : `refused: ${error.facts.message}`;
  }
}

describe('whoever asks a command for help', () => {
  test.each(commands)('%s --help fits a terminal of 80 columns', (_name, command) => {
    expect(
      helpOf(command)
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  test.each(commands)('%s --help says what it does, and what each option and argument does', (_name, command) => {
    expect(command.description().length).toBeGreaterThan(20);
    for (const part of [...command.options, ...command.registeredArguments]) expect(part.description.length).toBeGreaterThan(5);
    expect(helpOf(command)).not.toMatch(/default: (?:false|\[\])/);
  });

  test.each(commands)('%s --help teaches by examples that can be typed as they stand', async (name, command) => {
    const examples = examplesOf(helpOf(command));
    expect(examples.length).toBeGreaterThan(0);
    for (const line of examples) {
      expect(line).toContain(name === 'pmp-pd' ? 'pmp-pd' : name);
      expect(`${line}: ${await run(typed(line))}`).not.toMatch(/: (?:refused|nothing|help|Error)/);
    }
  });

  test('sees what a command alone can do before what every command can', () => {
    const text = helpOf(commands.find(([name]) => name === 'pmp-pd verify')?.[1] ?? commandLine());
    expect(text.indexOf('--max-age')).toBeLessThan(text.indexOf('--kubeconfig'));
    expect(text.indexOf('--kubeconfig')).toBeLessThan(text.indexOf('--trace'));
  });
});
