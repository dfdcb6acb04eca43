import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { program, type Handlers } from '../../src/commands/index.ts';

/** The command line with nothing behind it: all of it, or as much as these words are about. */
function line(words?: readonly string[]): Command {
  const handlers = new Proxy({} as Handlers, { get: () => () => Promise.resolve(0) });
  return program(
    '1.2.3',
    handlers,
    { stdout: () => undefined, stderr: () => undefined, columns: 80, color: false },
    () => undefined,
    words,
  );
}

const below = (root: Command, path: readonly string[]): Command =>
  path.reduce((at, name) => at.commands.find((child) => child.name() === name) ?? expect.fail(`no command ${name}`), root);
const pathsOf = (command: Command, path: readonly string[] = []): readonly (readonly string[])[] =>
  command.commands.flatMap((child) => [[...path, child.name()], ...pathsOf(child, [...path, child.name()])]);
const everything = (root: Command): readonly string[] => [[], ...pathsOf(root)].map((path) => below(root, path).helpInformation());

const whole = line();

describe('whoever types a command finds it whole, although the others are only listed', () => {
  test.each(pathsOf(whole).map((path) => [path.join(' '), path] as const))('%s: the same help and options', (_name, path) => {
    const part = line([...path, '--help']);
    expect(below(part, path).helpInformation()).toBe(below(whole, path).helpInformation());
    expect(part.helpInformation()).toBe(whole.helpInformation());
  });

  test('completion reads every option of every command', () => {
    expect(everything(line(['completion', 'bash']))).toEqual(everything(whole));
  });

  test('for a line that names none, no options of any are built', () => {
    const listed = line(['--help']);
    expect(pathsOf(listed).map((path) => below(listed, path).options.length)).toEqual(pathsOf(listed).map(() => 0));
  });
});
