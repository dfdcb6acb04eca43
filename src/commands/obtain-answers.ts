import {
  collect,
  fill,
  knownZones,
  loadDraft,
  parseAnswers,
  readPeople,
  saveAnswers,
  saveDraft,
  savePhones,
  type Draft,
} from '../answers/index.ts';
import { PmpError, toPmpError, type Finding } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { PagerDuty } from '../ports/index.ts';
import { preflightCluster } from '../preflight/index.ts';
import type { Session } from './app.ts';
import type { SetupOptions } from './setup-run.ts';

/** PagerDuty people to pick from; a larger account is searched by typing an e-mail. */
const candidates = 1000;
/** The first that is free, or holds these numbers already. */
const phoneFiles = ['people.csv', 'phones.csv'];

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
  view.findings(await groundBefore(session, options, draft));
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
  if (asked.questions > 0) await keep(session, options.config, collected.answers, collected.draft.peopleFile);
  return { kind: 'answers', answers: withFlags(collected.answers, options), interviewed: asked.questions > 0 };
}

/** What can be known of the cluster before the first question costs anybody time; a person may still decide for none, so nothing ends here. */
async function groundBefore(session: Session, options: SetupOptions, draft: Draft | undefined): Promise<readonly Finding[]> {
  const supposed = withFlags(fill(draft ?? {}, { people: [], engineers: [], lead: '', cto: '' }), options);
  if (supposed.kubernetes === 'none') return [];
  try {
    return await preflightCluster(await session.world(supposed), supposed);
  } catch (thrown) {
    const error = toPmpError(thrown);
    return [{ title: 'The cluster answers', status: 'fail', evidence: error.facts.message, error }];
  }
}

/** Phones are personal: they go into a file of their own that git is told to leave alone, unless the person would rather have one file. */
async function keep(session: Session, config: string, answers: Answers, known: string | undefined): Promise<void> {
  const { prompter, files } = session;
  const phones = answers.people.some((person) => person.phone !== undefined);
  const peopleFile = known ?? (phones ? await apart(session, config, answers) : undefined);
  await files.write(config, saveAnswers(answers, { peopleFile }), { private: phones && peopleFile === undefined });
  prompter.say(`The answers are in ${config}.`);
}

/** @returns the file that holds the phones from now on; undefined: the answers file does. A file that is there already is never overwritten. */
async function apart({ prompter, files }: Session, config: string, answers: Answers): Promise<string | undefined> {
  const text = savePhones(answers.people);
  const without = answers.people.map(({ phone: _phone, ...person }) => person);
  for (const name of phoneFiles) {
    const before = await files.read(name);
    const holds = before !== undefined && savePhones(readPeople(before, without).people) === text;
    if (before !== undefined && !holds) continue;
    const reply = await prompter.confirm({
      message: `Keep the phone numbers in ${name}, out of git?`,
      initial: true,
      help: `${config} is meant for git; ${name} is added to .gitignore.`,
    });
    if (reply.kind !== 'answer' || !reply.value) return undefined;
    if (!holds) await files.write(name, text, { private: true });
    await ignore(files, name);
    return name;
  }
  return undefined;
}

async function ignore(files: Session['files'], name: string): Promise<void> {
  const before = (await files.read('.gitignore')) ?? '';
  if (before.split(/\r?\n/).includes(name)) return;
  await files.write('.gitignore', `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${name}\n`);
}

function withFlags(answers: Answers, options: SetupOptions): Answers {
  const { alertmanager, ...others } = inCluster(answers, options);
  return { ...others, alertmanager: options.applyAlertmanager ? { ...alertmanager, apply: true } : alertmanager };
}

/** The flags that say where the cluster is win over the answers. */
export function inCluster(answers: Answers, { namespace, context }: Pick<SetupOptions, 'namespace' | 'context'>): Answers {
  const { kubernetes } = answers;
  if (kubernetes === 'none') return answers;
  const flags = { ...(namespace === undefined ? {} : { namespace }), ...(context === undefined ? {} : { context }) };
  return { ...answers, kubernetes: { ...kubernetes, ...flags } };
}

function noFile(file: string): PmpError {
  return new PmpError('answer-missing', {
    message: `there is no answers file ${file}, and nobody can be asked here`,
    fix: 'Name one with --config <file> (templates/pmp-pd.example.yaml is an example), or run pmp-pd setup on a terminal without --yes.',
  });
}
