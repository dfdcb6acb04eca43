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
} from '../../answers/index.ts';
import { PmpError, toPmpError, type Finding, type Head } from '../../engine/index.ts';
import type { Answers } from '../../model/index.ts';
import type { Account, AlertmanagerFound, PagerDuty, Prompter, World } from '../../ports/index.ts';
import { preflightCluster } from '../../preflight/index.ts';
import type { Session } from '../app.ts';
import { leaving } from './leaving.ts';
import type { SetupOptions } from './run.ts';

/** PagerDuty people to pick from; a larger account is searched by typing an e-mail. */
const candidates = 1000;
/** The first that is free, or holds these numbers already. */
const phoneFiles = ['people.csv', 'phones.csv'];

export type Obtained =
  | { readonly kind: 'answers'; readonly answers: Answers; readonly draft: Draft; readonly interviewed: boolean }
  /** Saved and left. */
  | { readonly kind: 'quit' };

/** From the file, and from a person for what is missing; flags win over both. @param again answers that somebody wants to change */
export async function answersOf(session: Session, options: SetupOptions, pagerduty: PagerDuty, again?: Draft): Promise<Obtained> {
  if (again !== undefined) return interview(session, options, pagerduty, again, true);
  const { region, files, yaml, view } = session;
  const parse = { yaml, file: options.config, region, now: session.clock.now() };
  const loaded = await loadDraft({ ...parse, files });
  if (!session.interactive || options.yes) {
    if (loaded === undefined) throw noFile(options.config);
    const { answers, warnings } = parseAnswers(loaded.text, { ...parse, csv: loaded.csv });
    for (const warning of warnings) view.warn(warning);
    return { kind: 'answers', answers: withFlags(answers, options), draft: loaded.draft, interviewed: false };
  }
  return interview(session, options, pagerduty, loaded?.draft, false);
}

async function interview(
  session: Session,
  options: SetupOptions,
  pagerduty: PagerDuty,
  draft: Draft | undefined,
  again: boolean,
): Promise<Obtained> {
  const { view, files, region } = session;
  const { prompter, stopped } = leaving(session.prompter);
  const account = await pagerduty.account();
  const { findings, head } = await groundBefore(session, options, draft, account);
  view.findings(again ? [] : findings);
  view.idle();
  const asked = { questions: 0 };
  const now = session.clock.now();
  const collected = await collect({
    given: draft ?? {},
    everything: draft === undefined,
    again,
    begin: () => {
      asked.questions += 1;
      if (!again) view.head(head);
    },
    region,
    now,
    needsFrom: account.token !== 'user' && session.from === undefined,
    canApply: head.alertmanager !== undefined && head.alertmanager.handsOff === undefined,
    prompter,
    people: () => pagerduty.people(candidates),
    picture: (answers) => view.picture(answers, now, 'question', 'first'),
    zones: knownZones(),
    readFile: (name) => files.read(name),
  });
  if (collected.kind === 'quit') return left(session, options, { before: draft ?? {}, after: collected.draft }, stopped());
  for (const warning of collected.warnings) view.warn(warning);
  const { answers, draft: given } = collected;
  const interviewed = asked.questions > 0;
  const { file, quit } = interviewed
    ? await keep(session, prompter, options.config, answers, given.peopleFile)
    : { file: given.peopleFile, quit: false };
  const why = stopped();
  if (why !== undefined) throw keptSoFar(why, options.config);
  if (quit) return { kind: 'quit' };
  return { kind: 'answers', answers: withFlags(answers, options), draft: { ...given, peopleFile: file }, interviewed };
}

/** Saves, and says so. @throws PmpError what took the question away, if something did; then nothing is saved where nothing was answered. */
async function left(
  { files, prompter }: Session,
  { config }: SetupOptions,
  { before, after }: { readonly before: Draft; readonly after: Draft },
  stopped: PmpError | undefined,
): Promise<Obtained> {
  const text = saveDraft(after);
  if (stopped !== undefined && text === saveDraft(before)) throw stopped;
  await files.write(config, text, { private: true });
  if (stopped !== undefined) throw keptSoFar(stopped, config);
  prompter.say(`Saved to ${config}; nothing was created. Run the same command again to go on.`);
  return { kind: 'quit' };
}

/** Whoever pressed Ctrl-C wanted to leave, not to type everything again. */
function keptSoFar({ id, facts }: PmpError, config: string): PmpError {
  return new PmpError(id, {
    ...facts,
    message: `${facts.message}: nothing was created`,
    fix: `Run the same command again to go on: the answers given so far are kept in ${config}.`,
  });
}

/** What can be known of the cluster before the first question costs anybody time; a person may still decide for none, so nothing ends here. */
async function groundBefore(
  session: Session,
  options: SetupOptions,
  draft: Draft | undefined,
  account: Account,
): Promise<{ readonly findings: readonly Finding[]; readonly head: Head }> {
  const supposed = withFlags(fill(draft ?? {}, { people: [], engineers: [], lead: '', cto: '' }), options);
  const namespace = supposed.kubernetes === 'none' ? undefined : supposed.kubernetes.namespace;
  const head: Head = { sandbox: session.sandbox, account, cluster: undefined, namespace, alertmanager: undefined };
  if (supposed.kubernetes === 'none') return { findings: [], head };
  try {
    const world = await session.world(supposed);
    const findings = await preflightCluster(world, supposed);
    if (findings.some(({ status }) => status === 'fail')) return { findings, head };
    const [cluster, alertmanager] = await Promise.all([world.kubernetes?.target(), found(world)]);
    return { findings, head: { ...head, cluster, alertmanager } };
  } catch (thrown) {
    const error = toPmpError(thrown);
    return { findings: [{ title: 'The cluster answers', status: 'fail', evidence: error.facts.message, error }], head };
  }
}

/** That it cannot be looked for was told by the finding about it. */
async function found({ alertmanager }: World): Promise<AlertmanagerFound | undefined> {
  try {
    return await alertmanager?.find();
  } catch {
    return undefined;
  }
}

interface Kept {
  /** Where the phones are, if not in the answers file. */
  readonly file: string | undefined;
  /** Saved and left. */
  readonly quit: boolean;
}

/** Phones are personal: they go into a file of their own that git is told to leave alone, unless the person would rather have one file. */
async function keep({ files }: Session, prompter: Prompter, config: string, answers: Answers, known: string | undefined): Promise<Kept> {
  const phones = answers.people.some((person) => person.phone !== undefined);
  const place = known !== undefined || !phones ? { file: known, quit: false } : await apart(files, prompter, config, answers);
  await files.write(config, saveAnswers(answers, { peopleFile: place.file }), { private: phones && place.file === undefined });
  prompter.say(`The answers are in ${config}${place.file === undefined ? '' : `, the phone numbers in ${place.file}`}.`);
  if (place.quit) prompter.say('Nothing was created. Run the same command again to go on.');
  return place;
}

/** @returns the file that holds the phones from now on; undefined: the answers file does. A file that is there already is never overwritten. */
async function apart(files: Session['files'], prompter: Prompter, config: string, answers: Answers): Promise<Kept> {
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
    const quit = reply.kind === 'quit';
    if (reply.kind === 'answer' && !reply.value) return { file: undefined, quit };
    // Whoever leaves here has not said that the numbers may go into git.
    if (!holds) await files.write(name, text, { private: true });
    await ignore(files, name);
    return { file: name, quit };
  }
  return { file: undefined, quit: false };
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
