import type { Check, Verdict } from '../engine/index.ts';
import type { AlertmanagerFound, AlertmanagerRead, ReceiverKey, Replica, SourceState } from '../ports/index.ts';
import { judged, type Problem } from './shared/problems.ts';
import { listed } from './shared/telling.ts';
import type { Trouble } from './shared/verdicts.ts';
import { ago, count, inWords } from './shared/words.ts';

/** Item 7. Every replica runs what it was given last, and that pages PagerDuty; whose key it uses is the *key chain*'s. */
export const alertmanagerConfig: Check = {
  id: '07-alertmanager-config',
  item: 7,
  title: 'AlertManager deployed with PagerDuty config',

  async run(_answers, { alertmanager }, { now }) {
    if (alertmanager === undefined)
      return { status: 'skip', evidence: 'the answers say kubernetes: none, and ALERTMANAGER_URL is not set' };
    const found = await alertmanager.find();
    if (found === undefined) return notFound(alertmanager);
    const [replicas, keys, source] = await Promise.all([alertmanager.replicas(), alertmanager.keys(), alertmanager.source()]);
    const oldest = Math.min(...replicas.map(({ startedAt }) => startedAt));
    const receivers = [...new Set(keys.map(({ receiver }) => receiver))];
    const versions = [...new Set(replicas.map(({ version }) => version))].join(' and ');
    return judged(
      [...rolloutTroubles(found, replicas), ...receiverTroubles(found, replicas, keys), ...sourceProblems(found, source)],
      `${found.workload} ${versions}, ${count(replicas.length, 'replica')} up for ${ago(now, oldest).replace(' ago', '')}, pages PagerDuty by ${inWords(receivers)}`,
    );
  },
};

async function notFound(alertmanager: AlertmanagerRead): Promise<Verdict> {
  const elsewhere = await alertmanager.managedElsewhere();
  const hint = 'Deploy Alertmanager in the namespace of the answers (kubernetes.namespace), or set ALERTMANAGER_URL.';
  return elsewhere === undefined
    ? { status: 'fail', evidence: 'no Alertmanager runs in that namespace', hint }
    : {
        status: 'fail',
        evidence: elsewhere,
        hint: 'Put the keys where that service takes them from: a Kubernetes secret does not serve it.',
      };
}

function rolloutTroubles({ workload, replicas: wanted }: AlertmanagerFound, replicas: readonly Replica[]): readonly Trouble[] {
  const troubles: Trouble[] = [];
  const awaits = `${workload} to be ready with its configuration`;
  const unready = replicas.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length > 0)
    troubles.push({
      status: 'fail',
      what: `${inWords(unready)} is not ready`,
      hint: `Look at kubectl describe and kubectl logs of ${unready.join(', ')}.`,
      awaits,
    });
  const refused = replicas.filter(({ lastReloadSucceeded }) => !lastReloadSucceeded).map(({ name }) => name);
  if (refused.length > 0)
    troubles.push({
      status: 'fail',
      what: `${inWords(refused)} refused its newest configuration and still runs the one before`,
      hint: `Read why with kubectl logs ${refused[0] ?? ''}, and try the configuration with amtool check-config.`,
      awaits,
    });
  if (replicas.length < wanted)
    troubles.push({
      status: 'warn',
      what: `${replicas.length} of ${count(wanted, 'replica')} of ${workload} could be reached`,
      hint: `Look at kubectl get pods: a replica that nobody reaches may run anything.`,
      awaits,
    });
  return troubles;
}

/** The source text has receivers that a replica may not have loaded yet. */
function receiverTroubles(
  { workload, configuration }: AlertmanagerFound,
  replicas: readonly Replica[],
  keys: readonly ReceiverKey[],
): readonly Trouble[] {
  if (keys.length === 0)
    return [
      {
        status: 'fail',
        what: `${workload} runs, and no receiver of its configuration (${configuration}) pages PagerDuty`,
        hint: 'Run pmp-pd setup --apply-alertmanager, or put the rendered alertmanager.yml in force.',
        awaits: `${workload} to load a configuration with PagerDuty`,
      },
    ];
  const wanted = [...new Set(keys.map(({ receiver }) => receiver))];
  return replicas.flatMap(({ name, receivers }): readonly Trouble[] => {
    const missing = wanted.filter((receiver) => !receivers.includes(receiver));
    if (missing.length === 0) return [];
    return [
      {
        status: 'fail',
        what: `${name} has not loaded ${count(missing.length, 'receiver')} of ${configuration}: ${inWords(missing)}`,
        hint: `Reload it (kubectl exec ${name} -- kill -HUP 1), or run pmp-pd setup --apply-alertmanager.`,
        awaits: `${name} to load ${configuration}`,
      },
    ];
  });
}

/** What runs lives until the next restart; what is written comes after it. */
function sourceProblems({ workload, configuration }: AlertmanagerFound, source: SourceState | undefined): readonly Problem[] {
  if (source === undefined) return [];
  const { refusal, unseen, differences } = source;
  if (unseen !== undefined) return [{ status: 'unknown', what: `whether ${configuration} says what is loaded is not known: ${unseen}` }];
  if (refusal !== undefined)
    return [
      {
        status: 'fail',
        what: `${configuration} is one that ${workload} will not start with again: ${refusal}`,
        hint: `Repair ${configuration} (amtool check-config names the place), or run pmp-pd setup --apply-alertmanager.`,
      },
    ];
  if (differences.length === 0) return [];
  return [
    {
      status: 'warn',
      what: `the next restart of ${workload} loads something else: ${configuration} and what is loaded differ in ${listed(differences, 4)}`,
      hint: `Reload ${workload} if ${configuration} is right, or run pmp-pd setup --apply-alertmanager to put the right one there.`,
      awaits: `${workload} to load ${configuration}`,
    },
  ];
}
