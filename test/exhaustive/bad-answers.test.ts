import { afterAll, expect, test } from 'vitest';
import { sideBySide } from '../crash/law.ts';
import { Desk } from '../support/cli.ts';
import { badAnswers, type BadAnswers } from './bad-answers.ts';
import { writeResults } from './results.ts';

const desks: Desk[] = [];
afterAll(() => desks.forEach((desk) => desk.close()));

/** Nothing that a terminal would obey, or that would hide text. */
// eslint-disable-next-line no-control-regex
const unfit = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

async function wrongWith({ why, text }: BadAnswers): Promise<readonly string[]> {
  const desk = new Desk();
  desks.push(desk);
  desk.write('bad.yaml', text);
  const begun = performance.now();
  const ran = await desk.run(['setup', '--sandbox', '--yes', '--config', 'bad.yaml', '-o', 'json']);
  const seconds = (performance.now() - begun) / 1000;
  const { error } = ran.json() as { error?: { id: string; message: string; cause?: string; fix?: string } };
  return [
    ...(ran.code === 2 || error?.id === 'file' ? [] : [`exit ${ran.code}: ${JSON.stringify(error)}`]),
    ...(error !== undefined && ['answers-invalid', 'answer-missing', 'file', 'usage'].includes(error.id) ? [] : [`error ${error?.id}`]),
    ...((error?.fix ?? '') === '' || (error?.message ?? '') === '' ? ['no message or no way out'] : []),
    ...(unfit.test(ran.stdout + ran.stderr) ? ['control characters in what it printed'] : []),
    ...(seconds > 30 ? [`it took ${seconds} s`] : []),
  ].map((problem) => `${why}: ${problem}`);
}

test('answers that cannot work are refused before anything is written, with the reason and the way out', async () => {
  const found = await sideBySide(badAnswers, 4, wrongWith);
  const refused = found.filter((problems) => problems.length === 0).length;
  writeResults('bad-answers', { tried: badAnswers.length, refused });
  console.log(`${refused} of ${badAnswers.length} bad inputs refused with a reason`);
  expect(found.flat()).toEqual([]);
});
