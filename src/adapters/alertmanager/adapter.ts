import { PmpError } from '../../engine/errors.ts';
import { heartbeatSecretName, type AlertmanagerSettings } from '../../model/index.ts';
import type { Alertmanager, Clock, Kubernetes, Secret } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { managedByAmazon } from './aws.ts';
import { putInForce, type Configuring } from './configure.ts';
import { clusterObserving } from './cluster.ts';
import { foundDirectly } from './direct.ts';
import { drilling } from './drilling.ts';
import { findAlertmanager, type Installation } from './find.ts';
import { partsInForce } from './force.ts';
import { looking } from './look.ts';
import { mountSecrets, placesToMount, waitForMount } from './mount.ts';
import { liveReplicas, podServer } from './replicas.ts';
import type { PostingServer, Server } from './server.ts';
import type { AlertmanagerTextWork } from './text.ts';
import { dialectOf } from './version.ts';
import { refTo, secrets } from './workload.ts';

export interface AlertmanagerOptions {
  readonly kubernetes: Kubernetes;
  readonly text: AlertmanagerTextWork;
  readonly clock: Clock;
  readonly namespace: string;
  /** The guide's secret. */
  readonly secretName: string;
  /** The dead-man's-switch address, where one was given. */
  readonly heartbeat?: Secret;
  /** Where the heartbeat secret is mounted; default: beside the guide's secret. */
  readonly heartbeatDir?: string;
  /** Told what a person should know while it happens; one line each. */
  readonly notify?: (words: string) => void;
  /** ALERTMANAGER_URL: what a running Alertmanager tells of itself is read there, and alerts go there. It is never configured through it. */
  readonly direct?: PostingServer;
  /** Stops waiting; what was begun is taken back first. */
  readonly signal?: AbortSignal;
}

/** Alertmanager in a cluster, seen and changed through the Kubernetes port alone, unless an address to read it at was given. */
export function createAlertmanager(options: AlertmanagerOptions): Alertmanager {
  const { kubernetes, namespace, secretName } = options;
  const work: Configuring = {
    kubernetes,
    namespace,
    secretName,
    text: options.text,
    clock: options.clock,
    notify: options.notify ?? (() => undefined),
    ...(options.heartbeat ? { heartbeat: options.heartbeat } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const look = looking(kubernetes, namespace);
  const installations = remembering(async (where: string) => {
    const heartbeat = await hasHeartbeat();
    return findAlertmanager({ kubernetes, namespace: where, secretName, heartbeat, look });
  });
  const elsewhere = remembering((where: string) => managedByAmazon(kubernetes, where));
  const seen = clusterObserving({
    kubernetes,
    namespace,
    look,
    present,
    installation: () => installations.ask(namespace),
    ...(options.direct ? { direct: options.direct } : {}),
  });

  /** Given now, or put away by an earlier run. */
  async function hasHeartbeat(): Promise<boolean> {
    return options.heartbeat !== undefined || (await kubernetes.get(refTo(secrets, namespace, heartbeatSecretName))) !== undefined;
  }

  async function present(): Promise<Installation> {
    const installation = await installations.ask(namespace);
    if (installation) return installation;
    throw new PmpError('alertmanager-not-found', {
      message: `There is no Alertmanager in the namespace ${namespace}`,
      fix: 'Install it, or name its namespace with --namespace, then run the same command again.',
    });
  }

  /** Pods come and go while a drill lasts. */
  async function podsNow(): Promise<readonly PostingServer[]> {
    const { workload, web } = await present();
    const replicas = workload ? await liveReplicas(kubernetes, namespace, workload) : [];
    return replicas.map((replica) => ({
      ...podServer(kubernetes, namespace, replica, web),
      post: (path, body) =>
        kubernetes.proxy({ namespace, target: 'pods', name: replica.name, port: web.port, method: 'POST', path: web.prefix + path, body }),
    }));
  }

  async function podsKnown(): Promise<readonly Server[]> {
    const { workload } = await present();
    return workload ? look.servers(workload) : [];
  }

  const { direct } = options;
  const drill = drilling({
    now: direct ? () => Promise.resolve([direct]) : podsNow,
    known: direct ? () => Promise.resolve([direct]) : podsKnown,
    status: look.status,
    notify: work.notify,
  });
  const forget = (): void => {
    for (const memory of [installations, look, elsewhere, seen]) memory.forget();
  };

  return {
    ...seen,
    ...drill,
    async find() {
      const installation = await installations.ask(namespace);
      return installation?.found ?? (options.direct && foundDirectly(options.direct, await look.status(options.direct)));
    },
    managedElsewhere: () => elsewhere.ask(namespace),
    async partsInForce(settings) {
      const installation = await installations.ask(namespace);
      return installation && partsInForce(work, installation, look, settings);
    },
    async mount(secret, keyDir) {
      const installation = await present();
      refuseHandsOff(installation);
      const beside = options.heartbeatDir ?? `${keyDir.slice(0, Math.max(0, keyDir.lastIndexOf('/')))}/pagerduty-heartbeat`;
      try {
        await mountSecrets(work, installation, await placesToMount(work, secret, keyDir, beside));
      } finally {
        forget();
      }
    },
    async configure({ settings }) {
      try {
        if (await mountMissing(work, await present(), settings)) forget();
        const installation = await present();
        await waitForMount(work, installation, secretName);
        await putInForce(work, installation, settings);
      } finally {
        forget();
      }
    },
    forget,
  };
}

/** A configuration whose key files are not there stops all paging: whatever it reads must be mounted before it. @returns whether it had to be */
async function mountMissing(work: Configuring, installation: Installation, settings: AlertmanagerSettings): Promise<boolean> {
  const { found, heartbeatDir } = installation;
  const dialect = dialectOf(found.version);
  const lacksKeys = dialect.keys === 'file' && found.keyDir === undefined;
  const lacksHeartbeat = settings.heartbeat && dialect.webhook === 'file' && heartbeatDir === undefined;
  if (found.handsOff !== undefined || !(lacksKeys || lacksHeartbeat)) return false;
  const keyDir = found.keyDir ?? settings.keyDir;
  await mountSecrets(work, installation, await placesToMount(work, work.secretName, keyDir, settings.heartbeatDir));
  return true;
}

function refuseHandsOff({ found }: Installation): void {
  if (found.handsOff === undefined) return;
  throw new PmpError('not-ours', {
    message: `${found.workload} was not changed`,
    cause: found.handsOff,
    fix: 'Do what the cause says, then run setup again: it finds the secret mounted.',
  });
}
