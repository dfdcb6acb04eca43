import type { VerifyOutcome } from '../../engine/index.ts';
import { headRows } from '../head.ts';
import { keyChains } from '../key-chains.ts';
import { voiceOf } from '../style.ts';
import { lookedForRows } from '../verify.ts';
import type { ReportExtras } from '../verify-facts.ts';
import { verdictSentence, verdictWord } from '../verify-words.ts';
import { chainFigure } from './chain.ts';
import { css, digestOf } from './css.ts';
import { drillTables } from './drill.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { castOf, scheduleFigure, type Cast } from './on-call.ts';
import { pathFigure } from './paths.ts';
import { time } from './times.ts';
import { checksTable, mark } from './verdicts.ts';

/**
 * The verdict as one file for a browser or a printer: no network, no script, a content security policy that allows nothing but its own style
 * sheet. `extras` is what was read for the pictures; what is missing there is said on the page. Times are shown in UTC and in each schedule's zone.
 */
export async function reportHtml(outcome: VerifyOutcome, extras: ReportExtras = {}): Promise<string> {
  const policy = `default-src 'none'; style-src '${await digestOf(css)}'; base-uri 'none'; form-action 'none'`;
  const account = outcome.head.account.subdomain ?? 'PagerDuty';
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${verdictWord(outcome)}: ${account}, launch report</title>
        <style>${trusted(css)}</style>
      </head>
      <body>
        <a class="jump" href="#checklist">Skip to the checklist</a>
        ${header(outcome, extras)} ${contents(outcome)}
        <main>${sections(outcome, extras)}</main>
        <footer>
          <p>
            Made by <code>pmp-pd verify --report</code> at ${time(outcome.at, 'UTC')}. It shows what was true then; run it again before you
            rely on it. It holds no key and no phone number, only fingerprints of keys.
          </p>
        </footer>
      </body>
    </html>
`;
  return page.toString();
}

function header(outcome: VerifyOutcome, extras: ReportExtras): Markup {
  const voice = voiceOf({ color: false, unicode: true, width: 10_000, spinner: false, wrap: false });
  const rows = [...headRows(voice, outcome.head, 'look'), ...lookedForRows(voice, extras)];
  const tone = outcome.exitCode !== 0 ? 'bad' : outcome.summary.warn > 0 || outcome.counted.length < 11 ? 'warn' : 'good';
  const counts = (['pass', 'warn', 'fail', 'skip'] as const)
    .filter((status) => outcome.summary[status] > 0)
    .map((status) => markup`<li>${mark(status, `${outcome.summary[status]} `)}</li>`);
  return markup`<header>
    <h1>Launch report: will the right phone ring?</h1>
    ${outcome.sandbox ? markup`<p class="sandbox">SANDBOX: an imitation was looked at; no real account, cluster or phone.</p>` : undefined}
    <div class="verdict ${tone}"><p>${verdictSentence(outcome, extras)}</p></div>
    <ul class="counts" aria-label="Verdicts by kind">
      ${counts}
    </ul>
    <dl>
      <dt>made</dt>
      <dd>${time(outcome.at, 'UTC')}</dd>
      ${rows.map(
        ({ label, body }) =>
          markup`<dt>${label}</dt>
            <dd>${body.map(({ text }) => text).join(' ')}</dd> `,
      )}
    </dl>
  </header>`;
}

function contents(outcome: VerifyOutcome): Markup {
  const further = outcome.checks.some((check) => check.item === undefined);
  return markup`<nav aria-label="Contents">
    <ul>
      <li><a href="#checklist">Checklist</a></li>
      ${further ? markup`<li><a href="#further">Further checks</a></li>` : undefined}
      <li><a href="#drills">Drills</a></li>
      <li><a href="#oncall">On call</a></li>
      <li><a href="#escalation">Escalation</a></li>
      <li><a href="#keys">Keys</a></li>
    </ul>
  </nav>`;
}

function sections(outcome: VerifyOutcome, extras: ReportExtras): readonly Markup[] {
  const items = outcome.checks.filter((check) => check.item !== undefined);
  const further = outcome.checks.filter((check) => check.item === undefined);
  const cast = castOf(extras.schedules ?? [], extras.people ?? new Map());
  return [
    section('checklist', "The guide's checklist", [
      items.length === 0 ? markup`<p>No item was asked for.</p>` : checksTable(items, 'In the order of the guide.', 'Item'),
    ]),
    ...(further.length === 0
      ? []
      : [section('further', 'Further checks', [checksTable(further, 'What the guide does not ask and a launch needs.', 'Check')])]),
    section('drills', 'The newest drills', drillTables(extras.drills, extras.people ?? new Map())),
    section('oncall', 'On call, the next six weeks', onCall(outcome, extras, cast)),
    section('escalation', 'Escalation', escalation(outcome, extras, cast)),
    section('keys', 'Where the keys go', keys(outcome, extras)),
  ];
}

function section(id: string, title: string, content: readonly Markup[]): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-h">
    <h2 id="${id}-h">${title}</h2>
    ${content}
  </section>`;
}

function onCall(outcome: VerifyOutcome, { schedules = [] }: ReportExtras, cast: Cast): readonly Markup[] {
  if (schedules.length === 0) return [markup`<p>No schedule could be read: no policy calls one, or PagerDuty did not show it.</p>`];
  return schedules.map((schedule, index) => scheduleFigure(schedule, index, cast, outcome.at));
}

function escalation(outcome: VerifyOutcome, { policies = [], schedules = [] }: ReportExtras, cast: Cast): readonly Markup[] {
  if (policies.length === 0) return [markup`<p>No escalation policy could be read.</p>`];
  return [markup`<div class="pair">${policies.map((path, index) => pathFigure(path, index, cast, schedules, outcome.at))}</div>`];
}

function keys(outcome: VerifyOutcome, { keys: reads }: ReportExtras): readonly Markup[] {
  const verdict = outcome.checks.find((check) => check.id === 'key-chain');
  const said = verdict === undefined ? [] : [markup`<p>${mark(verdict.verdict.status)} ${verdict.verdict.evidence}</p>`];
  if (reads === undefined) return [...said, markup`<p>No cluster was looked at, so there is no chain to draw.</p>`];
  return [
    ...said,
    markup`<p class="aside">Keys are shown by the first eight digits of their fingerprint, never by their value.</p>`,
    ...keyChains(reads).map(chainFigure),
  ];
}
