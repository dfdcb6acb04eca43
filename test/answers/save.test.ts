import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeAnswers, parseDraft, saveAnswers, saveDraft, savePhones, type Draft } from '../../src/answers/index.ts';
import { drafts } from './arbitrary.ts';
import { minimal, options, parse } from './team.ts';

const complete = (draft: Draft) => completeAnswers(draft, { region: 'us', file: 'test' }).answers;

describe('saved answers', () => {
  test('are the minimal file where everything is the guide', () => {
    const text = saveAnswers(parse(minimal).answers);
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(
      minimal.replace('202 555 0101', '2025550101').trimEnd().split('\n'),
    );
  });

  test('read back as the same answers, whatever they are', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const answers = complete(draft);
        const text = saveAnswers(answers);
        expect(parse(text).answers).toEqual(answers);
        expect(saveAnswers(parse(text).answers)).toBe(text);
      }),
      { numRuns: 80 },
    );
  });

  test('an unfinished interview reads back as far as it went', () => {
    const draft: Draft = { names: { criticalService: 'null' }, p2: 'error', followSun: true, kubernetes: { context: 'a: b' }, loops: 0 };
    expect(parseDraft(saveDraft(draft), options).draft).toEqual({ ...draft, unfinished: true });
    expect(saveDraft(draft)).toContain('p2: error');
  });

  test('leave phones to a file that git does not see, and find them there again', () => {
    const { answers } = parse(minimal);
    const text = saveAnswers(answers, { peopleFile: 'people.csv' });
    expect(text).not.toContain('555');
    expect(text).toContain('people_file: people.csv');
    const csv = savePhones(answers.people);
    expect(csv).toBe('email,phone\nada@example.com,+1 2025550101\n');
    expect(parse(text, { csv }).answers).toEqual(answers);
  });

  test('stay whole in a fresh clone, where the file with the phones is absent', () => {
    const text = saveAnswers(parse(minimal).answers, { peopleFile: 'people.csv' });
    const { answers, warnings } = parse(text);
    expect(answers.people.map(({ phone }) => phone)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(warnings.join()).toContain('people.csv is not there');
  });
});
