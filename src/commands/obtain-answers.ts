import { collect, knownZones, loadDraft, parseAnswers, saveAnswers, saveDraft, savePhones, type Draft } from '../answers/index.ts';
import { PmpError } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { PagerDuty } from '../ports/index.ts';
import type { Session } from './app.ts';
import type { SetupOptions } from './setup.ts';

/** PagerDuty people to pick from; a larger account is searched by typing an e-mail. */
const candidates = 1000;
const phonesFile = 'people.csv';

export type Obtained =
  | { readonly kind: 'answers'; readonly answers: Answers; readonly interviewed: boolean }
  /** Saved and left. */
  | { readonly kind: 'quit' };

/** From the file, and from a person for what is missing; flags win over both. */
export async function answersOf(session: Session, options: SetupOptions, pagerduty: PagerDuty): Promise<Obtained> {
  const { region, files, yaml, view } = session;
  const parse = { yaml, file: options.config, region, now: session.clock.now() };
  const loaded = await loadDraft({ ...parse, files });
  if (!session.interactive || options.yes) {
    if (loaded === undefined) throw noFile(options.config);
    const { answers, warnings } = parseAnswers(loaded.text, { ...parse, csv: loaded.csv });
    for (const warning of warnings) view.warn(warning);
    return { kind: 'answers', answers: withFlags(answers, options), interviewed: false };
  }
  return interview(session, options, pagerduty, loaded?.draft);
}

async function interview(session: Session, options: SetupOptions, pagerduty: PagerDuty, draft: Draft | undefined): Promise<Obtained> {
  const { prompter, view, files, region } = session;
  const { token } = await pagerduty.account();
  view.idle();
  const asked = { questions: 0 };
  const now = session.clock.now();
  const collected = await collect({
    given: draft ?? {},
    everything: draft === undefined,
    region,
    now,
    needsFrom: token !== 'user' && session.from === undefined,
    prompter: { ...prompter, say: (text) => ((asked.questions += 1), prompter.say(text)) },
    people: () => pagerduty.people(candidates),
    picture: (answers) => view.picture(answers, now, 'question'),
    zones: knownZones(),
    readFile: (name) => files.read(name),
  });
  if (collected.kind === 'quit') {
    await files.write(options.config, saveDraft(collected.draft), { private: true });
    prompter.say(`Saved to ${options.config}. Run the same command again to go on.`);
    return { kind: 'quit' };
  }
  for (const warning of collected.warnings) view.warn(warning);
  if (asked.questions > 0) await keep(session, options.config, collected.answers);
  return { kind: 'answers', answers: withFlags(collected.answers, options), interviewed: asked.questions > 0 };
}

/** Phones are personal: they go into a file of their own that git is told to leave alone, unless the person would rather have one file. */
async function keep({ prompter, files }: Session, config: string, answers: Answers): Promise<void> {
  const phones = answers.people.some((person) => person.phone !== undefined);
  const apart = phones
    ? await prompter.confirm({
        message: `Keep the phone numbers in ${phonesFile}, out of git?`,
        initial: true,
        help: `${config} is meant for git; ${phonesFile} is added to .gitignore.`,
      })
    : undefined;
  if (apart?.kind === 'answer' && apart.value) {
    await files.write(phonesFile, savePhones(answers.people), { private: true });
    await ignore(files, phonesFile);
    await files.write(config, saveAnswers(answers, { peopleFile: phonesFile }));
  } else await files.write(config, saveAnswers(answers), { private: phones });
  prompter.say(`The answers are in ${config}.`);
}

async function ignore(files: Session['files'], name: string): Promise<void> {
  const before = (await files.read('.gitignore')) ?? '';
  if (before.split(/\r?\n/).includes(name)) return;
  await files.write('.gitignore', `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${name}\n`);
}

function withFlags(answers: Answers, { namespace, context, applyAlertmanager }: SetupOptions): Answers {
  const { kubernetes, alertmanager } = answers;
  const cluster =
    kubernetes === 'none'
      ? kubernetes
      : { ...kubernetes, ...(namespace === undefined ? {} : { namespace }), ...(context === undefined ? {} : { context }) };
  return { ...answers, kubernetes: cluster, alertmanager: applyAlertmanager ? { ...alertmanager, apply: true } : alertmanager };
}

function noFile(file: string): PmpError {
  return new PmpError('answer-missing', {
    message: `there is no answers file ${file}, and nobody can be asked here`,
    fix: 'Name one with --config <file> (templates/pmp-pd.example.yaml is an example), or run pmp-pd setup on a terminal without --yes.',
  });
}
