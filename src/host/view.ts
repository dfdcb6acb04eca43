import type { GlobalOptions, PictureWeeks, View } from '../commands/index.ts';
import { deal, rotas } from '../coverage/index.ts';
import type { Answers, Instant } from '../model/index.ts';
import { createReporter, reportHtml, styleOf, weekPicture, type Reporter, type Style } from '../report/index.ts';
import type { Outside } from './outside.ts';

/** A reporter, and the part of it that commands see. */
export interface Voice extends Pick<Reporter, 'fail' | 'result' | 'warn'> {
  readonly view: View;
  readonly reporter: Reporter;
  /** What the prompts may show. */
  readonly look: { readonly color: boolean; readonly unicode: boolean; readonly plain: boolean };
}

export function createVoice(
  options: Pick<GlobalOptions, 'output' | 'plain' | 'quiet' | 'verbose' | 'color' | 'sandbox'>,
  outside: Outside,
): Voice {
  const flags = { plain: options.plain, ...(options.color === undefined ? {} : { color: options.color }) };
  const style = (stream: NodeJS.WriteStream) => styleOf({ isTTY: stream.isTTY, env: outside.env, flags, columns: stream.columns });
  const errorStyle = style(outside.stderr);
  const reporter = createReporter({
    stdout: (text) => void outside.stdout.write(text),
    stderr: (text) => void outside.stderr.write(text),
    style: style(outside.stdout),
    errorStyle,
    format: options.output,
    sandbox: options.sandbox,
    quiet: options.quiet,
    verbose: options.verbose,
    ...(outside.stderr.isTTY ? { terminal: outside.stderr } : {}),
  });
  const view: View = {
    working: (what) => reporter.working(what),
    idle: () => reporter.idle(),
    findings: (findings) => reporter.findings(findings),
    head: (head) => reporter.head(head),
    plan: (plan, head, purpose, extras) => reporter.plan(plan, head, purpose, extras),
    tell: (event) => reporter.tell(event),
    warn: (text) => reporter.warn(text),
    finish: (outcome, extras) => reporter.finish(outcome, extras),
    verified: (outcome, facts) => reporter.verify(outcome, facts),
    drillPreview: (preview, purpose) => reporter.drillPreview(preview, purpose),
    drilling: (news) => reporter.drilling(news),
    drilled: (outcome) => reporter.drilled(outcome),
    drillCleaned: (outcome) => reporter.drillCleaned(outcome),
    dayTwo: (outcome, purpose, more) => reporter.dayTwo(outcome, purpose, more),
    page: (outcome, facts) => reportHtml(outcome, facts),
    picture: (answers, now, purpose, weeks) => picture(answers, now, reporter.styleFor(purpose), weeks),
  };
  const look = { color: errorStyle.color, unicode: errorStyle.unicode, plain: options.plain || outside.env['TERM'] === 'dumb' };
  return {
    reporter,
    view,
    look,
    fail: reporter.fail.bind(reporter),
    result: reporter.result.bind(reporter),
    warn: reporter.warn.bind(reporter),
  };
}

/** Level 1 as these answers would deal it in an empty account. */
function picture(answers: Answers, now: Instant, style: Style, weeks: PictureWeeks): string {
  const { primarySchedule, followSunSchedule } = answers.names;
  const names = { primary: [primarySchedule], 'follow-sun': [followSunSchedule], both: [primarySchedule, followSunSchedule] }[
    answers.level1
  ];
  const schedules = rotas(answers)
    .filter((rota) => names.includes(rota.name))
    .map((rota) => deal(rota, undefined, now, answers.start));
  const people = new Map(answers.people.map((person) => [person.email, person.name]));
  return weekPicture({ schedules, names: people, now, weeks }, style).join('\n');
}
