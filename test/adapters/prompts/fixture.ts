/** Runs in a pseudo-terminal: asks one turn of the contract (or all) and prints the reply. */
import { createPrompter } from '../../../src/adapters/prompts/index.ts';
import { PmpError } from '../../../src/engine/index.ts';
import { listTurns, turns } from './conversation.ts';

const [mode = 'moving', only = ''] = process.argv.slice(2);
const prompter = createPrompter({
  stdin: process.stdin,
  stderr: process.stderr,
  interactive: process.stdin.isTTY,
  color: mode === 'colour',
  plain: mode === 'plain',
  unicode: mode !== 'ascii' && mode !== 'plain',
});
try {
  for (const turn of [...turns, ...listTurns].filter(({ about }) => only === '' || about === only)) {
    const reply = await turn.ask(prompter);
    process.stdout.write(`REPLY ${JSON.stringify(reply)}\n`);
  }
  process.stdout.write('END\n');
} catch (thrown) {
  process.stdout.write(`ERROR ${thrown instanceof PmpError ? thrown.id : String(thrown)}\n`);
  process.exitCode = 130;
}
