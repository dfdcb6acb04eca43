import { PmpError } from '../../engine/errors.ts';
import type { AlertmanagerRead, KubernetesRead } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { keysInCluster, unlessForbidden } from './cluster-keys.ts';
import { fieldLists, parseConfiguration, textOf, type Configuration } from './config.ts';
import type { Installation } from './find.ts';
import type { Look } from './look.ts';
import { observing } from './observe.ts';
import { keysSeenFromOutside } from './keys.ts';
import { configurationOf, reached, type Server } from './server.ts';
import { readSource } from './source.ts';

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

type Seen = Pick<AlertmanagerRead, 'replicas' | 'keys' | 'route' | 'silences' | 'delivery'> & { forget(): void };

/** Everything that verifying an Alertmanager looks at: what its replicas tell, and what the cluster holds around them. */
export function clusterObserving(sources: ClusterSources): Seen {
  const { kubernetes, namespace, look, direct } = sources;
  const installed = direct ? sources.installation : sources.present;
  const written = remembering((installation: Installation) => writtenIn(kubernetes, namespace, installation));
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

  const observed = observing({ servers, status: look.status, logs, webhookAddress });
  return {
    ...observed,
    keys,
    forget() {
      observed.forget();
      written.forget();
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
async function writtenIn(kubernetes: KubernetesRead, namespace: string, { source }: Installation): Promise<Configuration | undefined> {
  if (!source) return undefined;
  const seen = await unlessForbidden(() => readSource(kubernetes, namespace, source));
  try {
    return seen && parseConfiguration(seen.text);
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'alertmanager-refused') return undefined;
    throw thrown;
  }
}
