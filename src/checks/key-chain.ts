import { PmpError, type Check } from '../engine/index.ts';
import { secretKeys, type Answers, type Integration, type ServiceRole } from '../model/index.ts';
import type { Account, AlertmanagerFound, AlertmanagerRead, ReadWorld, ReceiverKey, SeenSecret } from '../ports/index.ts';
import { keyFaults, type Chain } from './shared/key-faults.ts';
import { foundAlertmanager, probe, severities } from './shared/loaded.ts';
import { judged, skip, type Problem } from './shared/problems.ts';

const apply = 'run pmp-pd setup --apply-alertmanager';

interface Seen {
  readonly account: Account;
  readonly integrations: readonly Integration[];
  readonly keys: readonly ReceiverKey[];
  readonly secret: SeenSecret | undefined;
}

/** Five systems hold or use a key, each can be right by itself, and only together do they page. Keys are compared by fingerprint. */
export const keyChain: Check = {
  id: 'key-chain',
  title: "Each route ends with its own service's key",

  async run(answers, world) {
    const alertmanager = await foundAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const [seen, found] = await Promise.all([look(answers, world, alertmanager), alertmanager.find()]);
    const chains = await Promise.all(
      (['critical', 'high'] as const).map(async (role) => {
        const receivers = await receiversOf(alertmanager, severities[role]);
        const problems = follow(role, answers, world, seen, receivers);
        return { problems, words: inWords(role, seen.keys, receivers ?? []) };
      }),
    );
    return judged(
      [...chains.flatMap(({ problems }) => problems), ...(found?.subPath === true ? frozen(found, seen.keys) : [])],
      chains.map(({ words }) => words).join('; '),
    );
  },
};

async function look({ kubernetes, names }: Answers, world: ReadWorld, alertmanager: AlertmanagerRead): Promise<Seen> {
  const [account, integrations, keys, secret] = await Promise.all([
    world.pagerduty.account(),
    world.pagerduty.integrations([names.criticalService, names.highService]),
    alertmanager.keys(),
    kubernetes === 'none' ? undefined : world.kubernetes?.secret(kubernetes.namespace, kubernetes.secret),
  ]);
  return { account, keys, secret, integrations: integrations.flatMap(({ value }) => (value === undefined ? [] : [value])) };
}

/** Names of the PagerDuty receivers that the loaded route tree leads to; undefined where no replica tells. */
async function receiversOf(alertmanager: AlertmanagerRead, severity: string): Promise<readonly string[] | undefined> {
  try {
    const { receivers } = await alertmanager.route(probe(severity));
    return receivers.filter(({ pagerduty }) => pagerduty).map(({ name }) => name);
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || !thrown.id.startsWith('alertmanager-')) throw thrown;
    // Item 7 tells what is wrong with it; the source text of the keys can still be read.
    return undefined;
  }
}

function follow(
  role: ServiceRole,
  answers: Answers,
  world: ReadWorld,
  seen: Seen,
  receivers: readonly string[] | undefined,
): readonly Problem[] {
  const service = role === 'critical' ? answers.names.criticalService : answers.names.highService;
  const own = seen.integrations.filter((one) => one.service === service);
  if (own.length === 0)
    return [{ status: 'fail', what: `service "${service}" has no integration, so no key leads to it`, hint: 'Run pmp-pd setup.' }];
  if (receivers?.length === 0)
    return [
      {
        status: 'fail',
        what: `${severities[role]} alerts end at no PagerDuty receiver in the loaded configuration`,
        hint: `Give them a route: ${apply}.`,
        awaits: 'Alertmanager to load a route to PagerDuty',
      },
    ];
  const links = seen.keys.filter(({ receiver }) => receivers?.includes(receiver) ?? receiver.endsWith(`pagerduty-${role}`));
  const chain: Chain = { role, service, own, all: seen.integrations, region: seen.account.region, eventsUrl: world.eventsUrl };
  const unseen: readonly Problem[] =
    receivers === undefined
      ? [{ status: 'unknown', what: `where ${severities[role]} alerts go is not known: no Alertmanager tells its configuration` }]
      : receivers
          .filter((name) => !links.some(({ receiver }) => receiver === name))
          .map((name) => ({ status: 'unknown', what: `the key of receiver ${name} cannot be seen` }));
  const faults = links.flatMap((key) => keyFaults(key, chain));
  return [...faults, ...unseen, ...(faults.length > 0 ? [] : entryFault(role, answers, chain, seen, links))];
}

/** The guide's secret, where the receivers were right: one that nobody reads yet is tomorrow's fault. */
function entryFault(
  role: ServiceRole,
  { kubernetes }: Answers,
  { service, own }: Chain,
  { secret }: Seen,
  links: readonly ReceiverKey[],
): readonly Problem[] {
  const entry = secretKeys[role];
  const held = secret?.data.get(entry)?.fingerprint;
  const keys = own.flatMap(({ fingerprint }) => fingerprint ?? []);
  if (kubernetes === 'none' || held === undefined || keys.length === 0 || keys.includes(held)) return [];
  const read = links.some(({ source }) => source?.includes(kubernetes.secret) === true);
  return [
    {
      status: read ? 'fail' : 'warn',
      what: `entry ${entry} of secret ${kubernetes.secret} holds key ${held}, which is none of "${service}"`,
      hint: 'Put the right key there: run pmp-pd setup.',
    },
  ];
}

/** A file below a subPath mount stays what it was when the container started, whatever the secret says since. */
function frozen({ workload }: AlertmanagerFound, keys: readonly ReceiverKey[]): readonly Problem[] {
  if (!keys.some(({ from }) => from === 'file')) return [];
  const what = `${workload} mounts by subPath: it uses the key of its start, and whether that is still the secret's cannot be seen`;
  const hint = 'Restart it after every change of the secret (kubectl rollout restart), or mount the whole secret as a folder.';
  return [{ status: 'warn', what, hint }];
}

function inWords(role: ServiceRole, keys: readonly ReceiverKey[], receivers: readonly string[]): string {
  const links = keys.filter(({ receiver }) => receivers.includes(receiver));
  const chain = links.map(
    ({ receiver, fingerprint, source }) => `${receiver}, key ${fingerprint ?? '?'}${source === undefined ? '' : ` of ${source}`}`,
  );
  return `${severities[role]} → ${chain.join(' and ')}`;
}
