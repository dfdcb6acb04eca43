import { PmpError } from '../../engine/errors.ts';
import { heartbeatSecretName, type AlertmanagerSettings } from '../../model/index.ts';
import type { Alertmanager, Clock, Kubernetes, Secret } from '../../ports/index.ts';
import { managedByAmazon } from './aws.ts';
import { putInForce, type Configuring } from './configure.ts';
import { findAlertmanager, type Installation } from './find.ts';
import { partsInForce } from './force.ts';
import { mountSecrets, placesToMount } from './mount.ts';
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
  /** Stops waiting; what was begun is taken back first. */
  readonly signal?: AbortSignal;
}

/** Alertmanager in a cluster, seen and changed through the Kubernetes port alone. */
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
  const memory: { installation?: Promise<Installation | undefined> } = {};

  function look(): Promise<Installation | undefined> {
    memory.installation ??= hasHeartbeat().then((heartbeat) => findAlertmanager({ kubernetes, namespace, secretName, heartbeat }));
    const remembered = memory.installation;
    remembered.catch(() => {
      if (memory.installation === remembered) delete memory.installation;
    });
    return remembered;
  }

  /** Given now, or put away by an earlier run. */
  async function hasHeartbeat(): Promise<boolean> {
    return options.heartbeat !== undefined || (await kubernetes.get(refTo(secrets, namespace, heartbeatSecretName))) !== undefined;
  }

  async function present(): Promise<Installation> {
    const installation = await look();
    if (installation) return installation;
    throw new PmpError('alertmanager-not-found', {
      message: `There is no Alertmanager in the namespace ${namespace}`,
      fix: 'Install it, or name its namespace with --namespace, then run setup again.',
    });
  }

  const forget = (): void => {
    delete memory.installation;
  };

  return {
    find: async () => (await look())?.found,
    managedElsewhere: () => managedByAmazon(kubernetes, namespace),
    async partsInForce(settings) {
      const installation = await look();
      return installation && partsInForce(work, installation, settings);
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
        await mountMissing(work, await present(), settings);
        forget();
        await putInForce(work, await present(), settings);
      } finally {
        forget();
      }
    },
    forget,
  };
}

/** A configuration whose key files are not there stops all paging: whatever it reads must be mounted before it. */
async function mountMissing(work: Configuring, installation: Installation, settings: AlertmanagerSettings): Promise<void> {
  const { found, heartbeatDir } = installation;
  const dialect = dialectOf(found.version);
  const lacksKeys = dialect.keys === 'file' && found.keyDir === undefined;
  const lacksHeartbeat = settings.heartbeat && dialect.webhook === 'file' && heartbeatDir === undefined;
  if (found.handsOff !== undefined || !(lacksKeys || lacksHeartbeat)) return;
  const keyDir = found.keyDir ?? settings.keyDir;
  await mountSecrets(work, installation, await placesToMount(work, work.secretName, keyDir, settings.heartbeatDir));
}

function refuseHandsOff({ found }: Installation): void {
  if (found.handsOff === undefined) return;
  throw new PmpError('not-ours', {
    message: `${found.workload} was not changed`,
    cause: found.handsOff,
    fix: 'Do what the cause says, then run setup again: it finds the secret mounted.',
  });
}
