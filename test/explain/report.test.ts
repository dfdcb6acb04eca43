import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it, test } from 'vitest';
import { errorIds, PmpError } from '../../src/engine/index.ts';
import { pages } from '../../src/explain/index.ts';
import { documentText, errorText, explainJson, explainListJson, explainListText, explainText, type Style } from '../../src/report/index.ts';
import { widthOf } from '../../src/report/text.ts';
import { commandsOf, plain, screen } from './support.ts';

const all = [...pages];
const escapes = /\u001B\[\d+m/g;
const shown = (id: string, style: Style) => {
  const page = pages.get(id);
  if (page === undefined) throw new Error(`no page ${id}`);
  return explainText(id, page, style);
};

describe('on a screen', () => {
  test.each([
    ['page-60', () => shown('alertmanager-refused', screen(60))],
    ['page-100-color', () => shown('pagerduty-credentials', screen(100, { color: true }))],
    ['page-100-ascii', () => shown('pagerduty-credentials', screen(100, { unicode: false }))],
    ['page-plain', () => shown('kubernetes-permission', plain)],
    ['list-60', () => explainListText(pages, screen(60))],
    ['list-100', () => explainListText(pages, screen(100))],
  ])('%s reads as it was reviewed', async (name, show) => {
    await expect(`${show()}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test.each(all)('%s fits into 60 columns', (id) => {
    expect(
      shown(id, screen(60))
        .split('\n')
        .filter((line) => widthOf(line) > 60),
    ).toEqual([]);
  });

  test.each(all)('%s is ASCII where the terminal has nothing else, and the same without its colours', (id) => {
    expect(shown(id, screen(80, { unicode: false }))).toMatch(/^[\n\u0020-\u007E]*$/);
    expect(shown(id, screen(80, { color: true })).replace(escapes, '')).toBe(shown(id, screen(80)));
  });

  test.each(all)('%s: its commands can be pasted as they stand, at any width', (id, page) => {
    for (const width of [40, 60, 80, 120]) {
      const joined = shown(id, screen(width)).replaceAll(/ \\\n\s+/g, ' ');
      for (const command of commandsOf(page)) expect(joined).toContain(`  ${command}`);
    }
  });

  it('holds every fact on one line with --plain', () => {
    for (const [id, page] of all)
      for (const command of commandsOf(page))
        expect(shown(id, plain).split('\n')).toContainEqual(
          expect.stringMatching(new RegExp(`^ +${command.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`)),
        );
  });

  test.each(errorIds)('the error %s says which page tells more', (id) => {
    const text = errorText(new PmpError(id, { message: 'it failed', fix: 'Mend it' }), screen(60));
    expect(text.split('\n').at(-1)).toBe(`  more: pmp-pd explain ${id}`);
  });
});

describe('as JSON', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  const valid = ajv.compile(
    JSON.parse(readFileSync(new URL('../../templates/schema/explain.schema.json', import.meta.url), 'utf8')) as object,
  );
  const errorsOf = (document: object) => (valid(JSON.parse(documentText(document as never))) ? [] : valid.errors);

  test.each(all)('%s is what the shipped schema says', (id, page) => {
    const document = explainJson(id, page, { sandbox: false });
    expect(errorsOf(document)).toEqual([]);
    expect(document).toMatchObject({ command: 'explain', page: { id, see: page.see.map(([, command]) => ({ command })) } });
  });

  it('lists every id with its title', () => {
    const document = explainListJson(pages, { sandbox: true });
    expect(errorsOf(document)).toEqual([]);
    expect(document).toMatchObject({ sandbox: true, pages: [...pages].map(() => ({ id: expect.any(String) as string })) });
  });

  it('the schema refuses a page without its commands, and both at once', () => {
    const [[id, page] = ['', undefined]] = all;
    if (page === undefined) throw new Error('no page');
    const document = explainJson(id, page, { sandbox: false });
    expect(errorsOf({ ...document, page: { ...(document['page'] as object), see: [{ text: 'look' }] } })).not.toEqual([]);
    expect(errorsOf({ ...document, ...explainListJson(pages, { sandbox: false }) })).not.toEqual([]);
  });
});
