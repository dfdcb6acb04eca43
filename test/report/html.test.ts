import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { render, rotas, deal } from '../../src/coverage/index.ts';
import { reportHtml } from '../../src/report/index.ts';
import { markup } from '../../src/report/html/markup.ts';
import { weekRows } from '../../src/report/html/weeks.ts';
import { keyChains } from '../../src/report/key-chains.ts';
import { answersOf, six, zones } from '../coverage/answers.ts';
import { at } from './support.ts';
import { bad, brokenKeys, extrasOf, keys, narrowed, now, ready, schedulesOf, team } from './verify-support.ts';

const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'</style></title></svg><!-- \`\${7*7}\` javascript:alert(3) &lt;`;

/** The same value with every string replaced that comes from outside, however deep. */
function poisoned<T>(value: T, poison: string, keep: ReadonlySet<string>): T {
  if (typeof value === 'string') return (keep.has(value) ? value : poison) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => poisoned(one, poison, keep)) as T;
  if (value instanceof Map)
    return new Map([...value].map(([key, one]) => [poisoned(key as unknown, poison, keep), poisoned(one as unknown, poison, keep)])) as T;
  if (value instanceof Set || value instanceof Error || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one as unknown, poison, keep)])) as T;
}
const ours = new Set(
  'verify pass warn fail skip us eu user account oauth plain chart operator schedule critical high events_v2 prometheus routing_key service_key file inline America/New_York'.split(
    ' ',
  ),
);

/** Tags as a parser of attributes would see them; text between them left out. */
const tags = (page: string) => page.replace(/<style>[^]*?<\/style>/g, '').match(/<[^>]*>/g) ?? [];
const known =
  /^<(?:!doctype|\/?(?:html|head|meta|title|style|body|a|header|nav|main|section|footer|h1|h2|h3|p|ul|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|span|strong|code|time|details|summary|figure|figcaption|div|svg|desc|g|rect|line|path|circle|text))(?=[\s/>])/;

describe('on its own', () => {
  it('allows the browser nothing but its own style sheet, by digest', async () => {
    const page = await reportHtml(ready, extrasOf());
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`);
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('names no address outside itself, runs nothing, and has no style beside its sheet', async () => {
    const page = await reportHtml(bad, { ...extrasOf(), keys: brokenKeys });
    const addresses = [...page.matchAll(/(?:(?<![-\w])(?:href|src|action)\s*=\s*|url\()["'(]?([^"'\s)>]*)/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThan(4);
    expect(addresses.filter((address) => address?.startsWith('#') !== true)).toEqual([]);
    expect(tags(page).filter((tag) => /\s(?:style|on\w+)=|<(?:script|link|iframe|object|img|form)\b/i.test(tag))).toEqual([]);
  });

  it('is the same for the same outcome, byte for byte', async () => {
    expect(await reportHtml(bad, extrasOf())).toBe(await reportHtml(bad, extrasOf()));
  });

  it('carries every verdict with its evidence, its fix and its page', async () => {
    const page = await reportHtml(bad, extrasOf());
    for (const { id, title, verdict } of bad.checks) {
      expect(page).toContain(`id="check-${id}"`);
      expect(page).toContain(String(markup`${title}`));
      expect(page).toContain(String(markup`${verdict.evidence}`));
      expect(page).toContain(String(markup`${'hint' in verdict ? verdict.hint : ''}`));
    }
    expect(page).toContain('<time datetime="2026-11-24T15:20:00.000Z">');
    expect(page).toContain('Not ready: item 6 failed');
  });

  it('says what was counted, what is missing, and that it is the sandbox', async () => {
    const page = await reportHtml({ ...narrowed, sandbox: true });
    expect(page).toContain('Not counted, because of --only or --skip: items 6 to 11.');
    expect(page).toContain('SANDBOX');
    expect(page).toContain('No schedule could be read');
    expect(page).toContain('No escalation policy could be read');
    expect(page).toContain('No cluster was looked at');
  });
});

describe('against hostile names', () => {
  it('shows a script as text, in every place a name can stand', async () => {
    const extras = poisoned({ ...extrasOf(), keys: brokenKeys }, evil, ours);
    const page = await reportHtml(poisoned(bad, evil, ours), extras);
    expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)?.length).toBeGreaterThan(40);
    expect(tags(page).filter((tag) => !known.test(tag))).toEqual([]);
    expect(page).not.toMatch(/<script|<img|<!--/);
  });

  it('holds for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('', '<', '"', "'", '&', '</text>', ']]>', '-->'),
        async (some, sign) => {
          const poison = `${sign}${some}${sign}`;
          const extras = poisoned({ ...extrasOf(answersOf('ada:eu')), keys: brokenKeys, schedules: [] }, poison, ours);
          const page = await reportHtml(poisoned(bad, poison, ours), extras);
          expect(tags(page).filter((tag) => !known.test(tag))).toEqual([]);
          // eslint-disable-next-line no-control-regex
          expect(page).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('masks phone numbers, and keeps a name of 10,000 characters short', async () => {
    const page = await reportHtml(poisoned(bad, '+1 202 555 0101', ours), extrasOf());
    expect(page).toContain('•••01');
    expect(page).not.toMatch(/555.?0101/);
    expect(await reportHtml(poisoned(bad, 'A'.repeat(10_000), ours))).not.toContain('A'.repeat(2001));
  });

  it('cannot be tricked by a value that only looks like markup of ours', () => {
    expect(String(markup`<p title="${'" onclick="x'}">${['<b>', markup`<i>${'&'}</i>`]}</p>`)).toBe(
      '<p title="&quot; onclick=&quot;x">&lt;b&gt;<i>&amp;</i></p>',
    );
  });
});

describe('the weeks of a schedule', () => {
  const total = (bars: readonly { readonly from: number; readonly to: number }[]) => bars.reduce((sum, { from, to }) => sum + to - from, 0);

  test.each(zones)('show every hour of six weeks once, in %s, across clock changes too', (timeZone) => {
    for (const from of [at('2026-03-02T09:30:00Z'), at('2026-10-05T09:30:00Z'), at('2026-06-10T00:00:00Z')]) {
      for (const gaps of ['fill', 'accept'] as const) {
        const [schedule] = schedulesOf(answersOf(six, { timeZone, gaps }), from);
        if (schedule === undefined) throw new Error('no schedule');
        const rows = weekRows(schedule, from);
        // An hour that the clock skips has no width, one that it repeats has that of one: what is shown is the wall's 42 days, less the jump forward.
        const odd = rows.flatMap(({ days }) => days).reduce((sum, { hours }) => sum + Math.max(0, 24 - hours), 0);
        const shown = rows.reduce((sum, row) => sum + total(row.shifts) + total(row.gaps), 0);
        const clock = (schedule.until - schedule.from) / 3_600_000;
        expect(Math.abs(shown - clock)).toBeLessThanOrEqual(1 + odd);
        expect(rows.flatMap((row) => row.gaps).length > 0).toBe(gaps === 'accept');
        for (const row of rows) expect(row.days).toHaveLength(7);
        expect(rows.filter((row) => row.now !== undefined)).toHaveLength(1);
      }
    }
  });

  it('put a weekday shift at its wall hours before and after the clocks change', () => {
    const answers = answersOf(six, { gaps: 'accept' });
    const from = at('2026-10-19T04:00:00Z');
    const [rota] = rotas(answers);
    if (rota === undefined) throw new Error('no rota');
    const until = from + 28 * 86_400_000;
    const shifts = render(deal(rota, undefined, from), from, until);
    const rows = weekRows({ name: 'x', timeZone: rota.timeZone, from, until, shifts }, from);
    expect(rows.map(({ shifts: [first] }) => [first?.from, first?.to])).toEqual([
      [8, 20],
      [8, 20],
      [8, 20],
      [8, 20],
    ]);
    expect(rows[1]?.days.map(({ hours }) => hours)).toEqual([24, 24, 24, 24, 24, 24, 25]);
  });

  it('mark two who are on call at once, and where now is', () => {
    const from = at('2026-11-23T05:00:00Z');
    const hour = 3_600_000;
    const shifts = [
      { who: 'ada@example.com', start: from, end: from + 12 * hour },
      { who: 'ben@example.com', start: from + 6 * hour, end: from + 9 * hour },
    ];
    const rows = weekRows({ name: 'x', timeZone: 'America/New_York', from, until: from + 24 * hour, shifts }, from + 90 * 60_000);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ several: [{ from: 6, to: 9 }], gaps: [{ from: 12, to: 24 }], now: 1.5 });
  });

  it('say in words who has how many hours, and for how many nobody is there', async () => {
    const page = await reportHtml(ready, extrasOf({ ...team, gaps: 'accept' }));
    expect(page).toMatch(
      /<desc id="oncall-0-d">(?:[A-Z][a-z]+ Example [\d.]+ hours; ){6}nobody 360 hours\. The same as a table follows\.<\/desc>/,
    );
    expect(page).toContain('Nobody is on call for 360 hours:');
  });
});

describe('the chain of a key', () => {
  it('runs from the integration to each route, the same key at every place that holds one', () => {
    const chains = keyChains(keys);
    expect(chains.map(({ service, nodes }) => [service, nodes.at(-1)?.name])).toEqual([
      ['PMP Study - Critical', 'P1 as critical'],
      ['PMP Study - High Priority', 'P2 as error'],
      ['PMP Study - High Priority', 'P3 as warning'],
    ]);
    for (const { joints, nodes } of chains) {
      expect(joints).toEqual(['same key', 'same key', 'joined', 'joined']);
      expect(nodes.every(({ wrong }) => wrong === undefined)).toBe(true);
    }
  });

  it('breaks where the key is another one, where an entry is missing, and at a literal ${…}', () => {
    const [critical, high] = keyChains(brokenKeys);
    expect(critical?.joints.slice(0, 2)).toEqual(['another key', 'same key']);
    expect(high?.nodes.map(({ wrong }) => wrong)).toEqual([
      undefined,
      'there is no such entry',
      'the literal text ${PAGERDUTY_SERVICE_KEY_HIGH}',
      undefined,
      undefined,
    ]);
    expect(high?.joints.slice(0, 2)).toEqual(['broken', 'broken']);
  });

  it('ends where a priority reaches no PagerDuty receiver, and says which', () => {
    const chains = keyChains({ ...keys, secret: undefined, routes: keys.routes.map((route) => ({ ...route, match: { receivers: [] } })) });
    expect(chains.map(({ nodes }) => nodes.at(-1)?.name)).toEqual([
      'P1 reaches no PagerDuty receiver',
      'P2 and P3 reach no PagerDuty receiver',
    ]);
    expect(chains[0]?.nodes[1]?.wrong).toBe('there is no such secret');
  });

  it('does not call keys the same that it could not compare', () => {
    const unseen = {
      ...keys,
      receivers: keys.receivers.map((key) => ({
        receiver: key.receiver,
        style: key.style,
        from: key.from,
        path: 'x',
        source: 'secret pagerduty-secrets',
      })),
    };
    expect(keyChains(unseen)[0]?.joints).toEqual(['same key', 'not comparable', 'joined', 'joined']);
  });

  it('is drawn with its words, its fingerprints and never a key', async () => {
    const page = await reportHtml(bad, { ...extrasOf(), keys: brokenKeys });
    expect(page).toContain('another key');
    expect(page).toContain('key 99999999');
    expect(page).toContain('there is no such entry');
  });
});

describe('an escalation path', () => {
  it('says who is called after how many minutes, and what comes after the last level', async () => {
    const page = await reportHtml(ready, extrasOf());
    const described = [...page.matchAll(/<desc id="path-\d-d">([^<]*)<\/desc>/g)].map((match) => match[1]);
    expect(described).toEqual([
      'at once: Level 1, PMP Primary On-Call (now Ben Example). 10 min: Level 2, Grace Example. 25 min: Level 3, Alan Example. after that: nobody is called again',
      'at once: Level 1, PMP Primary On-Call (now Ben Example). 30 min: Level 2, Grace Example. 90 min: starts again from level 1, up to 2 times',
    ]);
  });

  it('says of a schedule that nobody is on it now, and of one that was not read that it was not', async () => {
    const extras = extrasOf({ ...team, gaps: 'accept' }, at('2026-11-25T03:00:00Z'));
    const outcome = { ...ready, at: at('2026-11-25T03:00:00Z') };
    expect(await reportHtml(outcome, extras)).toContain('PMP Primary On-Call (nobody on call now)');
    expect(await reportHtml(outcome, { ...extras, schedules: [] })).toContain('PMP Primary On-Call (not read)');
  });

  it('has its levels where a policy has twenty, and a level without anybody', async () => {
    const level = (name: string) => ({ delayMinutes: 5, targets: name === '' ? [] : [{ kind: 'user' as const, name }] });
    const levels = Array.from({ length: 20 }, (_, index) => level(index === 3 ? '' : `person${index}@example.com`));
    const page = await reportHtml(ready, { policies: [{ name: 'Long', services: [], loops: 1, levels }] });
    expect(page).toContain('95 min: Level 20, person19@example.com. 100 min: starts again from level 1, once');
    expect(page).toContain('15 min: Level 4, nobody');
    expect(page).toContain('no service uses it');
  });
});

it('shows who is on call now as of when it was made', () => {
  expect(schedulesOf(team)[0]?.shifts.find(({ start, end }) => start <= now && now < end)?.who).toBe('ben@example.com');
});
