import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createYaml } from '../../../src/adapters/yaml.ts';

const yaml = createYaml();

describe('yaml', () => {
  test('knows the line of every key and entry, and of the nearest thing around what is not there', () => {
    const { line } = yaml.read('# top\na: 1\nb:\n  - x\n\n  - c: d\n    e: {f: 1,\n      g: 2}\n');
    expect([line(['a']), line(['b']), line(['b', 0]), line(['b', 1]), line(['b', 1, 'c']), line(['b', 1, 'e', 'g'])]).toEqual([
      2, 3, 4, 6, 6, 8,
    ]);
    expect([line(['b', 1, 'zz']), line(['b', 7]), line(['nowhere']), line([])]).toEqual([6, 3, 2, 2]);
  });

  test('counts lines of files from Windows as editors do', () => {
    expect(yaml.read('a: 1\r\nb: 2\r\nc: 3\r\n').line(['c'])).toBe(3);
  });

  test('names every key that stands twice, and still gives the value', () => {
    const { problems, value } = yaml.read('a: 1\nb: {c: 1, c: 2}\na: 3\n');
    expect(problems.map(({ line, wrong }) => [line, wrong])).toEqual([
      [2, 'c stands here a second time (first in line 2)'],
      [3, 'a stands here a second time (first in line 1)'],
    ]);
    expect(value).toEqual({ a: 3, b: { c: 2 } });
  });

  test('reads no alias, so no document is cyclic or grows', () => {
    expect(yaml.read('a: &a [*a]').value).toBeUndefined();
    expect(yaml.read('a: &a [*a]').problems[0]?.wrong).toContain('alias');
  });

  test('never throws, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a: ',
        '- ',
        '\n',
        '  ',
        '&x ',
        '*x',
        '!!t ',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '|',
        '>',
        '---\n',
        '? ',
        ': ',
        '\t',
        '\0',
        '%Y',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { value, problems, line } = yaml.read(pieces.join(''));
        return (
          line(['a', 0]) >= 1 &&
          problems.every((problem) => problem.line >= 1) &&
          (value === undefined || problems.every(({ wrong }) => wrong.includes('second time')))
        );
      }),
      { numRuns: 500 },
    );
    expect(yaml.read('{'.repeat(100_000)).problems[0]?.wrong).toContain('nesting');
  });

  test('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(yaml.read(yaml.dump(plain)).value).toEqual(plain);
      }),
      { numRuns: 200 },
    );
    expect(yaml.dump({ a: 'EST' })).toBe('a: EST\n');
  });
});
