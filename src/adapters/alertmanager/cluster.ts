import { clean, PmpError } from '../../engine/errors.ts';
import type { AlertmanagerRead, KubernetesRead, SourceState } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { refusalOf } from './acceptable.ts';
import { keysInCluster, unlessForbidden } from './cluster-keys.ts';
import { fieldLists, parseConfiguration, textOf, type Configuration } from './config.ts';
import { differences } from './drift.ts';
import type { Installation } from './find.ts';
import type { Look } from './look.ts';
import { observing } from './observe.ts';
import { keysSeenFromOutside } from './keys.ts';
import { addressFromOutside, addressInCluster } from './outlets.ts';
import { configurationOf, reached, type Server } from './server.ts';
import { readSource, type SourceSeen } from './source.ts';

const logLines = 500;

export interface ClusterSources {
  readonly kubernetes: KubernetesRead;
  readonly namespace: string;
  readonly look: Look;
  /** @throws PmpError alertmanager-not-found */
  readonly present: () => Promise<Installation>;
  /** Where it is found by its address alone, nothing around it is known. */
  readonly installation: () => Promise<Installation | undefined>;
  readonly direct?: Server;
}

type Seen = Pick<AlertmanagerRead, 'replicas' | 'keys' | 'route' | 'silences' | 'delivery' | 'outlets' | 'holding' | 'source'> & {
  forget(): void;
};

/** Everything that verifying an Alertmanager looks at: what its replicas tell, and what the cluster holds around them. */
export function clusterObserving(sources: ClusterSources): Seen {
  const { kubernetes, namespace, look, direct } = sources;
  const installed = direct ? sources.installation : sources.present;
  const kept = remembering(({ source }: Installation) =>
    source ? unlessForbidden(() => readSource(kubernetes, namespace, source)) : Promise.resolve(undefined),
  );
  const written = remembering(async (installation: Installation) => parsedOf(await kept.ask(installation)));
  const pods = async () => {
    const workload = (await installed())?.workload;
    return workload ? look.servers(workload) : [];
  };
  const servers = direct ? () => Promise.resolve([direct]) : pods;

  async function logs(): Promise<readonly string[]> {
    const read = async ({ replica }: Awaited<ReturnType<typeof pods>>[number]) =>
      kubernetes.podLog(namespace, replica.name, replica.spec?.containerName ?? 'alertmanager', logLines);
    const settled = await Promise.allSettled((await pods()).map(read));
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async function webhookAddress(): Promise<(receiver: string, index: number) => string | undefined> {
    const installation = await installed();
    const configuration = installation && (await written.ask(installation));
    return (name, index) => {
      const receiver = configuration?.receivers.find((one) => one['name'] === name);
      return textOf(fieldLists(receiver?.['webhook_configs'])[index]?.['url']);
    };
  }

  async function keys(): ReturnType<AlertmanagerRead['keys']> {
    const installation = await installed();
    const loaded = await loadedConfiguration(await servers(), look);
    if (!installation) return keysSeenFromOutside(loaded ?? (await firstConfiguration(await servers(), look)));
    const [source, replicas] = await Promise.all([written.ask(installation), pods()]);
    if (!loaded && !source) await firstConfiguration(await servers(), look);
    const running = replicas.map(({ replica }) => replica);
    return keysInCluster({ kubernetes, namespace, installation, loaded, written: source, replicas: running });
  }

  async function addresses(): ReturnType<Parameters<typeof observing>[0]['addresses']> {
    const installation = await installed();
    if (!installation) return addressFromOutside;
    const running = (await pods()).map(({ replica }) => replica);
    return addressInCluster({ kubernetes, namespace, installation, written: await written.ask(installation), replicas: running });
  }

  async function source(): Promise<SourceState | undefined> {
    const installation = await installed();
    if (!installation?.source) return undefined;
    const seen = await kept.ask(installation);
    if (seen === undefined) return { differences: [], unseen: 'you may not read it' };
    // What the operator makes of it, with the objects of others, is the operator's.
    const wrong = installation.custom && !seen.exists ? undefined : refusedFor(seen, installation.source);
    if (wrong !== undefined) return { differences: [], refusal: wrong };
    const configuration = await written.ask(installation);
    if (installation.custom || !configuration) return { differences: [] };
    const loaded = await reached(await servers(), async (server) => configurationOf(server, await look.status(server)));
    return { differences: [...new Set(loaded.flatMap(({ value }) => differences(configuration, value)))] };
  }

  const observed = observing({ servers, status: look.status, logs, webhookAddress, addresses });
  return {
    ...observed,
    keys,
    source,
    forget() {
      observed.forget();
      written.forget();
      kept.forget();
    },
  };
}

/** @throws PmpError where no server tells it */
async function firstConfiguration(servers: readonly Server[], look: Look): Promise<Configuration> {
  const [first] = await reached(servers, async (server) => configurationOf(server, await look.status(server)));
  if (first) return first.value;
  throw new RangeError('what was reached has at least one');
}

/** Of the first replica that answers; that they disagree is seen by routing. */
async function loadedConfiguration(servers: readonly Server[], look: Look): Promise<Configuration | undefined> {
  try {
    return await firstConfiguration(servers, look);
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id !== 'interrupted') return undefined;
    throw thrown;
  }
}

/** What the ConfigMap or Secret says, keys included; undefined where it may not be read, or says no configuration. */
function parsedOf(seen: SourceSeen | undefined): Configuration | undefined {
  try {
    return seen && parseConfiguration(seen.text);
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'alertmanager-refused') return undefined;
    throw thrown;
  }
}

/** Why Alertmanager would not start with it, in words. */
function refusedFor({ exists, text }: SourceSeen, { kind, name, entry }: NonNullable<Installation['source']>): string | undefined {
  if (!exists) return clean(`there is no ${kind} ${name} any more`, 200);
  try {
    const configuration = parseConfiguration(text);
    return configuration ? refusalOf(configuration) : clean(`its entry ${entry} holds no configuration`, 200);
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'alertmanager-refused') return thrown.facts.cause ?? thrown.facts.message;
    throw thrown;
  }
}
