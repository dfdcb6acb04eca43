import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program, usageError, type Handlers } from '../../src/commands/index.ts';
import { chooseChecks, errorIds } from '../../src/engine/index.ts';
import { checks } from '../../src/checks/index.ts';
import { checkPages, errorPages, pages, troubleshootingPages, type Page } from '../../src/explain/index.ts';
import { root, sourceFiles } from '../support/source.ts';
import { commandsOf, proseOf, typedOf } from './support.ts';

const all: readonly (readonly [string, Page])[] = [...pages];

/** The real command line, with nothing behind it. @returns what was run, or why it cannot be */
async function parse(words: readonly string[]): Promise<string> {
  const ran: string[] = [];
  const note = (name: string) => () => (ran.push(name), Promise.resolve(0));
  const handlers: Handlers = {
    setup: note('setup'),
    verify: note('verify'),
    explain: note('explain'),
    sandbox: note('sandbox'),
    completion: note('completion'),
    dayTwo: note('day-two'),
    testAlert: note('test-alert'),
  };
  const output = { stdout: () => undefined, stderr: () => undefined, columns: 80, color: false };
  try {
    await program('1.2.3', handlers, output, () => undefined, words).parseAsync([...words], { from: 'user' });
    return ran[0] ?? 'nothing';
  } catch (thrown) {
    const error = usageError(thrown);
    return error === undefined ? 'help' : error === 'not-usage' ? String(thrown) : `refused: ${error.facts.message}`;
  }
}

/** Command lines of ours in a shell line. */
function oursIn(line: string): readonly (readonly string[])[] {
  return line
    .split(/\s*(?:\|\||&&|[|;])\s*/)
    .filter((part) => /^pmp-pd(?:\s|$)/.test(part))
    .map((part) => part.split(/\s+/).slice(1));
}

const lines = all.flatMap(([id, page]) =>
  [...commandsOf(page), ...typedOf(page)].flatMap((line) => oursIn(line).map((words) => [id, words] as const)),
);

describe('whoever meets an error, a check or a trouble of the guide finds its page', () => {
  test.each([...pages.keys()])('%s has one, with all four parts', (id) => {
    const page = errorPages[id as keyof typeof errorPages] ?? checkPages[id] ?? troubleshootingPages[id];
    if (page === undefined) throw new Error(`no page ${id}`);
    expect(pages.get(id)).toBe(page);
    for (const part of [page.title, page.means, ...page.causes]) expect(part.trim().length).toBeGreaterThan(10);
    expect(page.causes.length).toBeGreaterThanOrEqual(3);
    expect(page.see.length).toBeGreaterThanOrEqual(1);
    expect(page.fix.length).toBeGreaterThanOrEqual(2);
  });

  test('there is no page for an id that does not exist', () => {
    expect(Object.keys(errorPages).sort()).toEqual([...errorIds].sort());
  });

  test('checks have theirs in the order in which verify tells them, under their own titles’ ids', () => {
    expect(Object.keys(checkPages)).toEqual(checks.map(({ id }) => id));
    expect(pages.size).toBe(errorIds.length + checks.length + 3);
  });

  test.each(Object.entries(troubleshootingPages))('%s leads to checks', (_id, page) => {
    const checkIds = checks.map(({ id }) => id);
    const named = page.related?.filter((id) => checkIds.includes(id)) ?? [];
    expect(named.length).toBeGreaterThanOrEqual(4);
  });

  test.each(all)('%s leads on to pages that exist, and not to itself', (id, page) => {
    expect((page.related ?? []).filter((other) => !pages.has(other) || other === id)).toEqual([]);
  });
});

describe('what a page tells to type can be typed', () => {
  test('pages name command lines of ours', () => {
    expect(lines.length).toBeGreaterThan(30);
  });

  const typed = lines.map(([id, words]) => [id, words.join(' '), words] as const);

  test.each(typed)('%s: pmp-pd %s', async (_id, _line, words) => {
    expect(await parse(words)).toMatch(/^(?:setup|verify|test-alert|explain|sandbox|completion|day-two|help)$/);
  });

  test.each(typed.filter(([, , words]) => words[0] === 'verify'))('%s: pmp-pd %s names checks that there are', (_id, _line, words) => {
    const only = words.flatMap((word, index) => (word === '--only' ? (words[index + 1] ?? '').split(',') : []));
    expect(() => chooseChecks(checks, { only, skip: [] })).not.toThrow();
  });

  test.each([[['setup', '--fast']], [['verfiy']], [['sandbox', 'serve', '--account-plan', 'gold']], [['explain', 'a', 'b']]])(
    'a planted wrong line is seen: %s',
    async (words) => {
      expect(await parse(words)).toMatch(/^refused: /);
    },
  );

  test.each(all)('%s names no command of ours outside a command or backticks', (_id, page) => {
    const bare = proseOf(page).map((text) => text.replace(/`[^`]*`/g, ''));
    expect(
      bare.filter((text) =>
        /\bpmp-pd (?:setup|verify|test-alert|explain|oncall|override|maintenance|handoff|teardown|completion|sandbox)\b/.test(text),
      ),
    ).toEqual([]);
  });

  test.each(all.flatMap(([id, page]) => commandsOf(page).map((command) => [id, command] as const)))(
    '%s: a shell reads %s',
    (_id, command) => {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: command, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      // A typographic quote or dash would not be what it looks like.
      expect(command).toMatch(/^[\u0020-\u007E]+$/);
    },
  );
});

describe('looking is safe', () => {
  const looks = all.flatMap(([id, page]) => page.see.map(([, command]) => [id, command] as const));

  /** A whitelist: what is not known to be harmless is not. */
  const harmless = [
    /^pmp-pd (?:setup .*(?:--plan|--help)\b|verify\b|oncall\b|handoff\b|maintenance list\b|override --list\b|sandbox status$|--version$)/,
    /^kubectl (?:-n monitoring )?(?:get|describe|logs|port-forward|rollout status|config (?:view|get-contexts)|auth (?:can-i|whoami)) ?/,
    /^kubectl -n monitoring create .*--dry-run=server$/,
    /^curl(?!.* (?:-X|-T|--request))(?:(?!.* (?:-d|--data))|.* -G ) ?/,
    /^aws (?:sts get-caller-identity|eks (?:list|describe)-)/,
    /^amtool (?:check-config|config routes test) /,
    /^(?:env|cut|grep|head|tail|less|cat|jq|ls|df|file|echo|printf) ?/,
    /^node --version$/,
  ];
  const changing = (command: string) =>
    (command.match(/(?:[^'"|&]|'[^']*'|"[^"]*")+/g) ?? [])
      .map((part) => part.trim())
      .filter((part) => !harmless.some((known) => known.test(part)) || /[^<]>(?! ?\/dev\/null)/.test(part.replace(/'[^']*'/g, '')));

  test.each(looks)('%s: %s changes nothing', (_id, command) => {
    expect(changing(command)).toEqual([]);
  });

  test.each([
    'pmp-pd setup --yes',
    'kubectl delete pod x',
    'env | tee x',
    'curl -X POST https://example.com',
    'curl -d a=b https://example.com',
    'env > x',
    'aws eks delete-cluster',
  ])('a planted change is seen: %s', (command) => {
    expect(changing(command)).toHaveLength(1);
  });

  test.each(looks)('%s: %s shows no secret', (_id, command) => {
    // A token among the arguments is in everybody's `ps`; a Secret as YAML or JSON holds its values.
    expect(command).not.toMatch(/curl[^|]*\$PAGERDUTY_TOKEN|\becho\b.*TOKEN|^env$|^printenv/);
    expect(command).not.toMatch(/get secrets?\b(?!.*jsonpath='\{\.(?:metadata|type|immutable)).*-o (?:yaml|json)/);
    expect(command).not.toMatch(/config view.*--raw/);
  });
});

describe('what a page names exists', () => {
  const source = sourceFiles()
    .filter((file) => file.room !== 'explain')
    .map((file) => file.text)
    .join('\n');
  const whole = (page: Page) => [...proseOf(page), ...commandsOf(page)].join('\n');

  test.each(all)('%s: every variable of ours is read somewhere', (_id, page) => {
    const named = whole(page).match(/\b(?:PAGERDUTY|PD|PMP_PD|ALERTMANAGER|PROMETHEUS|WATCHDOG)_[A-Z_]*[A-Z]\b/g) ?? [];
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
  });

  const help = sourceFiles()
    .filter((file) => file.room === 'commands')
    .map((file) => file.text)
    .join('\n');

  test.each(all)('%s: every option in prose is one of ours or known to be somebody else’s', (_id, page) => {
    const theirs = ['--web.route-prefix', '--web.external-url', '--web.config.file', '--cluster.peer'];
    const coming = ['--ack', '--escalation', '--severity'];
    const named =
      proseOf(page)
        .join('\n')
        .match(/--[a-z][a-z.-]*[a-z]/g) ?? [];
    expect(
      named.filter((option) => !theirs.includes(option) && !coming.includes(option) && !new RegExp(`['\\s]${option}\\b`).test(help)),
    ).toEqual([]);
  });

  test.each(all)('%s: every answer in backticks is a key of the answers', (_id, page) => {
    const schema = readFileSync(join(root, 'templates/pmp-pd.schema.json'), 'utf8');
    const keys = typedOf(page).flatMap((typed) => /^([a-z0-9_]+(?:\.[a-z_]+)*):(?: |$)/.exec(typed)?.[1]?.split('.') ?? []);
    const dotted = typedOf(page).flatMap((typed) => (/^(?:kubernetes|alertmanager)\.[a-z_]+$/.test(typed) ? typed.split('.') : []));
    expect([...keys, ...dotted].filter((key) => !schema.includes(`"${key}"`))).toEqual([]);
  });
});

describe('pages read like one hand', () => {
  test.each(all)('%s', (_id, page) => {
    expect(page.title).not.toMatch(/[.!]$/);
    for (const text of [page.means, ...page.causes]) expect(text).toMatch(/[.?)]$/);
    for (const [text] of page.see) expect(text).toMatch(/[:,]$/);
    for (const [text, command] of page.fix) expect(text).toMatch(command === undefined ? /\.\)?$/ : /[.:]$/);
    // Two screens at most for somebody who was woken.
    expect([...proseOf(page), ...commandsOf(page)].join(' ').length).toBeLessThan(3200);
  });
});
