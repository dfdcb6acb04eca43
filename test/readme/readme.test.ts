import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { exit } from '../../src/commands/exit-codes.ts';
import { usageError } from '../../src/commands/index.ts';
import { commandLine } from '../completion/scripts.ts';
import { sabotages } from '../sabotage/table/index.ts';
import { root } from '../support/source.ts';

const path = join(root, 'README.md');
const read = () => readFileSync(path, 'utf8');
const blockOf = (name: string) => new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`);

/** Every sabotage by the check that must find it. */
function sabotageBlock(): string {
  const lines = checks.map(({ id }) => `* **${id}**: ${sabotages.flatMap(({ check, name }) => (check === id ? [name] : [])).join('; ')}.`);
  return `<details>\n<summary>${sabotages.length} sabotages, by the check that must find them</summary>\n\n${lines.join('\n')}\n\n</details>\n`;
}

describe('what the README counts and lists', () => {
  test('every sabotage stands under its check; UPDATE=1 writes the list anew', () => {
    const block = blockOf('sabotages');
    if (process.env['UPDATE'] !== undefined)
      writeFileSync(
        path,
        read().replace(block, () => `<!-- sabotages -->\n${sabotageBlock()}<!-- /sabotages -->`),
      );
    expect(block.exec(read())?.[1]).toBe(sabotageBlock());
  });

  test('every exit code has its meaning', () => {
    const codes = [...read().matchAll(/^\| ([\d, ]+) \| /gm)].flatMap((match) => (match[1] ?? '').split(', ').map(Number));
    expect(codes).toEqual(expect.arrayContaining(Object.values(exit)));
  });

  test('every command is there', () => {
    const commands = commandLine().commands.map((command) => `pmp-pd ${command.name()}`);
    expect(commands.length).toBeGreaterThanOrEqual(5);
    expect(commands.filter((command) => !read().includes(command))).toEqual([]);
  });
});

describe('what the README tells to type', () => {
  const typed = [...read().matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap((match) => (match[1] ?? '').split('\n'))
    .flatMap((line) => line.replace(/ {2,}#.*$/, '').split(/&&/))
    .map((line) => line.trim().replace(/^npx /, ''))
    .filter((line) => line.startsWith('pmp-pd '));

  test.each(typed)('%s', async (line) => {
    const ran: string[] = [];
    const wrong = await commandLine((name) => ran.push(name))
      .parseAsync(line.split(' ').slice(1), { from: 'user' })
      .then(() => undefined, usageError);
    expect([wrong, ran.length]).toEqual([undefined, 1]);
  });

  test('is what a clean checkout is proven by', () => {
    for (const name of ['start', 'test']) expect(blockOf(name).exec(read())?.[1]).toMatch(/^```sh\nnpm ci && .+\n```\n$/);
    expect(typed.length).toBeGreaterThan(15);
  });
});
