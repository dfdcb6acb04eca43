import { clean, PmpError, toPmpError } from '../../engine/errors.ts';
import type { AlertmanagerSettings } from '../../model/index.ts';
import type { Clock, Kubernetes } from '../../ports/index.ts';
import { fieldLists, fieldsOf, textOf } from './config.ts';
import type { Installation } from './find.ts';
import { effective, inlineValues, isOurs, isPassing, loadedByAll, onceSettled, type InForce, type LoadedReplica } from './force.ts';
import { reload, type Replica } from './replicas.ts';
import { restartWorkload } from './restart.ts';
import { backUp, readSource, restoreSource, writeSource, type SourceSeen } from './source.ts';
import { dialectOf } from './version.ts';
import { alertmanagers, refTo, type ConfigSource } from './workload.ts';
import { pauses } from './pauses.ts';

export interface Configuring extends InForce {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly notify: (words: string) => void;
}

/** A changed ConfigMap reaches the running pods within one or two minutes; then there is no reason left to wait. */
const loadMs = 3 * 60_000;
const pauseMs = 3_000;

/**
 * Writes the configuration and has every replica load it. Nothing is written where all of them run it already and the object says so too.
 * @throws PmpError alertmanager-refused with Alertmanager's words, or alertmanager-not-loaded; the old configuration is in force by then
 */
export async function putInForce(work: Configuring, installation: Installation, settings: AlertmanagerSettings): Promise<void> {
  const { source, found } = installation;
  if (found.handsOff !== undefined || !source) throw notOurs(found.handsOff ?? 'its configuration cannot be found');
  const before = await onceSettled(work, () => loadedByAll(work, installation));
  const seen = await readSource(work.kubernetes, work.namespace, source);
  const text = await composed(work, installation, settings, seen);
  if (text === seen.text && before.every(({ original }) => isOurs(work, installation, settings, original))) return;
  await backUp(work.kubernetes, work.namespace, source, seen);
  if (text !== seen.text) await write(work, source, seen, text);
  try {
    await load(work, installation, (original) => isOurs(work, installation, settings, original), true);
  } catch (thrown) {
    if (text !== seen.text) await takeBack(work, installation, source, seen, text, before);
    throw thrown;
  }
}

const writes = 3;

/** After an answer that never came it is looked whether the text is there, before it is sent again: the patch tests the version it was seen at. */
async function write(work: Configuring, source: ConfigSource, seen: SourceSeen, text: string): Promise<void> {
  let from = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await writeSource(work.kubernetes, work.namespace, source, from, text);
      return;
    } catch (thrown) {
      if (!(thrown instanceof PmpError) || thrown.id !== 'kubernetes-unreachable' || attempt >= writes) throw thrown;
      await work.clock.sleep(pauseMs, 'the cluster to answer', work.signal);
      from = await readSource(work.kubernetes, work.namespace, source);
      if (from.text === text) return;
      if (from.text !== seen.text) throw thrown;
    }
  }
}

async function composed(work: Configuring, installation: Installation, settings: AlertmanagerSettings, seen: SourceSeen): Promise<string> {
  const dialect = dialectOf(installation.found.version);
  const needsInline = dialect.keys === 'inline' || (settings.heartbeat && dialect.webhook === 'inline');
  const inline = needsInline ? await inlineValues(work) : undefined;
  const usable = inline && (!settings.heartbeat || dialect.webhook === 'file' || inline.watchdogUrl !== undefined);
  if (needsInline && !usable)
    throw new PmpError('alertmanager-not-loaded', {
      message: `The secret ${work.secretName} lacks a value that this Alertmanager needs written out`,
      fix: 'Run setup again: it fills the secret before the configuration.',
    });
  return work.text.compose(seen.text, effective(installation, settings), dialect, inline);
}

function notOurs(handsOff: string): PmpError {
  return new PmpError('not-ours', {
    message: 'The Alertmanager configuration was not changed',
    cause: handsOff,
    fix: 'Do what the cause says, then run setup again: it finds the configuration in force.',
  });
}

/** Until every replica's loaded configuration is right. The operator's reloader needs no asking; a file mounted by subPath needs a restart. */
async function load(
  work: Configuring,
  installation: Installation,
  isRight: (original: string) => boolean,
  watched: boolean,
): Promise<void> {
  // Scaled to nothing: what starts next reads what stands there then.
  if (installation.found.replicas === 0) return;
  const until = work.clock.now() + loadMs;
  const byItself = installation.custom !== undefined;
  const signal = watched ? work.signal : undefined;
  if (installation.source?.subPath) await restartWorkload(work, installation, signal);
  for (const pause of pauses(pauseMs)) {
    const loaded = await tryLoaded(work, installation);
    const stale = loaded?.filter(({ original }) => !isRight(original));
    if (stale?.length === 0) return;
    const refusals = byItself || !stale ? [] : await Promise.all(stale.map(({ replica }) => tryReload(work, installation, replica)));
    const words = refusals.find((one) => one !== undefined);
    if (words !== undefined) throw refused(installation, words);
    const again = await tryLoaded(work, installation);
    if (again?.every(({ original }) => isRight(original))) return;
    if (work.clock.now() >= until) throw await notLoaded(work, installation, again ?? []);
    await work.clock.sleep(pause, 'every Alertmanager replica to load the configuration', signal);
  }
}

/** A reload may be asked for any number of times; one whose answer was lost shows in what is loaded. */
async function tryReload(work: Configuring, installation: Installation, replica: Replica): Promise<string | undefined> {
  try {
    return await reload(work.kubernetes, work.namespace, replica, installation.web);
  } catch (thrown) {
    if (isPassing(thrown)) return undefined;
    throw thrown;
  }
}

/** A replica may be restarting; whether that passes, the deadline tells. */
async function tryLoaded(work: Configuring, installation: Installation): Promise<readonly LoadedReplica[] | undefined> {
  try {
    const loaded = await loadedByAll(work, installation);
    return loaded.length > 0 ? loaded : undefined;
  } catch (thrown) {
    if (isPassing(thrown)) return undefined;
    throw thrown;
  }
}

function refused(installation: Installation, words: string): PmpError {
  return new PmpError('alertmanager-refused', {
    message: `${installation.found.workload} refuses the configuration; the old one is in force`,
    cause: clean(words),
    fix: 'Mend what Alertmanager names (the template, or a line of your own that now clashes), then run setup again.',
  });
}

async function notLoaded(work: Configuring, installation: Installation, loaded: readonly LoadedReplica[]): Promise<PmpError> {
  const operator = installation.custom && (await operatorWords(work, installation.custom.metadata.name));
  const names = loaded.map(({ replica }) => clean(replica.name, 80)).join(', ');
  return new PmpError('alertmanager-not-loaded', {
    message: `${installation.found.workload} has not loaded the configuration within ${loadMs / 60_000} minutes; the old one was put back`,
    cause: operator ?? (names === '' ? 'no replica answers' : `still running another one: ${names}`),
    fix: 'Look at the logs of the named pods (and of the operator), then run setup again.',
  });
}

async function operatorWords(work: Configuring, name: string): Promise<string | undefined> {
  const custom = await work.kubernetes.get(refTo(alertmanagers, work.namespace, name));
  const failed = fieldLists(fieldsOf(custom?.['status'])['conditions']).find(
    (one) => one['type'] === 'Reconciled' && one['status'] === 'False',
  );
  const words = textOf(failed?.['message']);
  return words === undefined ? undefined : `the operator says: ${clean(words)}`;
}

/** The old object, and the old configuration loaded again; an abort does not stop this. */
async function takeBack(
  work: Configuring,
  installation: Installation,
  source: ConfigSource,
  seen: SourceSeen,
  written: string,
  before: readonly LoadedReplica[],
): Promise<void> {
  work.notify('The configuration was not loaded: the old one is put back.');
  try {
    await restoreSource(work.kubernetes, work.namespace, source, seen, written);
  } catch (thrown) {
    throw notRestored(source, toPmpError(thrown));
  }
  const old = new Set(before.map(({ original }) => original));
  try {
    await load(work, installation, (original) => old.has(original), false);
  } catch (thrown) {
    // The first failure is the one to tell; that the old configuration is slow to come back is said beside it.
    work.notify(`The old configuration is in its place again, but not every replica runs it yet: ${toPmpError(thrown).facts.message}`);
  }
}

function notRestored(source: ConfigSource, thrown: PmpError): PmpError {
  return new PmpError(
    'alertmanager-not-loaded',
    {
      message: `The configuration was not loaded, and the old one could not be put back into ${source.kind} ${clean(source.name, 80)}`,
      cause: [thrown.facts.message, thrown.facts.cause].filter((words) => words !== undefined).join(': '),
      fix: `Put it back by hand: ${source.kind} ${clean(source.name, 80)}.pmp-pd-backup holds what was there before pmp-pd.`,
    },
    { cause: thrown },
  );
}
