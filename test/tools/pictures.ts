/**
 * The README's pictures, taken of the real program in a real terminal on the sandbox:
 * `npm run build && UPDATE=1 npx vitest run --config .config/vitest.config.mts test/readme/pictures.test.ts` writes them.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { sabotages } from '../sabotage/table/index.ts';
import { World } from '../sabotage/world.ts';
import { exampleAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';
import { openTerminal, type TerminalSession } from '../support/terminal.ts';
import { rowsOf, svgOf, textOf, type Row } from './screen-svg.ts';

/** A Wednesday morning in New York, with no window and no clock change near. */
const frozenAt = Date.parse('2026-09-09T14:00:00Z');
const columns = 100;

export interface Picture {
  /** Its file is .github/pictures/<name>.svg. */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Somebody's desk, with a terminal in front of which nobody sits. */
class Studio {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-pictures-'));
  readonly #state = join(this.folder, 'sandbox.json');

  constructor() {
    copyFileSync(exampleAnswers, join(this.folder, 'pmp-pd.yaml'));
  }

  open(words: string): TerminalSession {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      PMP_PD_SANDBOX_FILE: this.#state,
      FROZEN_AT: String(frozenAt),
    };
    const program = ['--require', join(root, 'test/tools/frozen.cjs'), join(root, 'bin/pmp-pd.js')];
    return openTerminal([...program, ...words.split(' '), '--sandbox'], { cwd: this.folder, env, columns, rows: 60 });
  }

  /** @returns everything that it wrote, once it has ended as it should */
  async run(words: string, code = 0): Promise<readonly Row[]> {
    const session = this.open(words);
    const ended = await session.ended;
    const rows = await shown(session);
    if (ended !== code) throw new Error(`pmp-pd ${words} ended with ${ended}:\n${rows.map(textOf).join('\n')}`);
    return rows;
  }

  /** What a person, or fate, does to the account and the cluster, after a quarter of an hour. */
  async befall(names: readonly string[] = []): Promise<void> {
    const world = await World.open(readFileSync(this.#state, 'utf8'));
    world.befall('advance', '15m');
    for (const name of names) await sabotages.find((one) => one.name === name)?.how(world);
    writeFileSync(this.#state, await world.stop());
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function shown(session: TerminalSession): Promise<readonly Row[]> {
  await new Promise<void>((resolve) => session.terminal.write('', resolve));
  return rowsOf(session.terminal);
}

/** A piece of a screen: from the row that the first matches to the one before that which the second matches, or to the end. */
type Piece = readonly [from: RegExp, until?: RegExp];

/** The command as it was typed, and of what it wrote the pieces that tell the story; ⋮ where something is left out. */
function story(words: string, rows: readonly Row[], ...pieces: readonly Piece[]): readonly Row[] {
  const typed: Row = [
    { column: 0, text: '$', look: 'dim' },
    { column: 2, text: words, look: 'bold' },
  ];
  const cut: Row = [{ column: 0, text: '⋮', look: 'dim' }];
  return [typed, ...pieces.flatMap((piece, index) => [...(index === 0 ? [] : [cut]), ...part(rows, piece)])];
}

/** @throws Error where the piece is not there: the picture has to be composed anew */
function part(rows: readonly Row[], [from, until]: Piece): readonly Row[] {
  const texts = rows.map(textOf);
  const begin = texts.findIndex((text) => from.test(text));
  const end = until === undefined ? rows.length : texts.findIndex((text, index) => index > begin && until.test(text));
  if (begin < 0 || end < 0) throw new Error(`no ${String(begin < 0 ? from : until)} in:\n${texts.join('\n')}`);
  return rows.slice(begin, end).slice(0, texts.slice(begin, end).findLastIndex((text) => text !== '') + 1);
}

/**
 * Setup, drills and verify as a team meets them, one after another on one account.
 * @param which those before the first drill take a third of the time
 */
export async function takePictures(which: 'all' | 'before a drill' = 'all'): Promise<readonly Picture[]> {
  const studio = new Studio();
  // The sandbox that is opened in this process must not see another day than the program does.
  vi.useFakeTimers({ toFake: ['Date'], now: frozenAt });
  try {
    const first = await setUp(studio);
    return which === 'all' ? [...first, ...(await drilled(studio))] : first;
  } finally {
    vi.useRealTimers();
    studio.close();
  }
}

async function setUp(studio: Studio): Promise<readonly Picture[]> {
  const session = studio.open('setup');
  await session.see(/Apply \d+ changes\?/, 30);
  const plan = await shown(session);
  session.press('\r');
  const code = await session.ended;
  const end = await shown(session);
  if (code !== 0) throw new Error(`setup ended with ${code}:\n${end.map(textOf).join('\n')}`);
  // Meanwhile everybody has accepted and signed in.
  await studio.befall();
  const onCall = await studio.run('oncall');
  return [
    {
      name: 'setup-plan',
      title: 'pmp-pd setup shows its plan, and asks once',
      rows: story(
        'pmp-pd setup',
        plan,
        [/^account/, /^On call before/],
        [/^PMP Primary On-Call, hours/, /^clocks change/],
        [/^A Ada Example/, /^$/],
        [/^\+ create {2}~ update/, /^Step 4/],
        [/^Step 6/, /^Step 7/],
        [/^Plan: /],
      ),
    },
    {
      name: 'setup-done',
      title: 'pmp-pd setup has applied the plan, and says what only people can do',
      rows: story('pmp-pd setup', end, [/^✔ {2}1 /, /^- Cleo/], [/^- whoever ran this/]),
    },
    {
      name: 'oncall',
      title: 'pmp-pd oncall shows who is called, now and next',
      rows: story('pmp-pd oncall', onCall, [/^PMP Critical Escalation/]),
    },
  ];
}

async function drilled(studio: Studio): Promise<readonly Picture[]> {
  await studio.run('setup --yes --quiet');
  const drill = await studio.run('test-alert --yes');
  await studio.run('test-alert --yes --escalation');
  await studio.run('test-alert --yes --severity high');
  const ready = await studio.run('verify');
  await studio.befall(['the keys were swapped', 'an engineer signed out of the app']);
  const broken = await studio.run('verify', 1);
  return [
    {
      name: 'test-alert',
      title: 'pmp-pd test-alert times a drill, hop by hop',
      rows: story('pmp-pd test-alert', drill, [/^A drill of/, /^SANDBOX/], [/^What was proven/]),
    },
    {
      name: 'verify-ready',
      title: 'pmp-pd verify proves every item of the checklist',
      rows: story('pmp-pd verify', ready, [/^The guide's checklist/, /^Further/], [/^‼ dead-mans-switch/, /^✔ token/], [/^‼ Ready/]),
    },
    {
      name: 'verify-broken',
      title: 'pmp-pd verify names what is broken, and how to mend it',
      rows: story(
        'pmp-pd verify',
        broken,
        [/^✔ {2}5/, /^✔ {2}8/],
        [/^✖ key-chain/, /^✔ coverage/],
        [/^‼ reachability/, /^✔ routing/],
        [/^✖ Not ready/],
      ),
    },
  ];
}

/** What is another number every time: how long it took here, and the port of the sandbox. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:port')
    .replaceAll(/\b\d+(?:\.\d+)? s\b/g, '# s')
    .replaceAll(/ textLength="[\d.]+"/g, '');
}

/** The file that .github/pictures holds of it. */
export function svgOfPicture({ title, rows }: Picture): string {
  return svgOf(rows, { title, columns });
}
