import type { Change, Step } from '../engine/index.ts';
import {
  fieldManager,
  heartbeatSecretKey,
  heartbeatSecretName,
  integrationName,
  keyOf,
  named,
  secretKeys,
  type AlertmanagerConfiguration,
  type AlertmanagerMount,
  type Brief,
  type ClusterSecret,
  type Namespace,
  type RenderedFile,
  type Seen,
} from '../model/index.ts';
import type { ReadWorld, World } from '../ports/index.ts';
import { clusterToRead, clusterToWrite } from './kinds/cluster.ts';
import { secretDiff, seenClusterSecret, watchdogAddress, writeSecret } from './kinds/cluster-secret.ts';
import { partsDiff, seenConfiguration, seenMount } from './kinds/configuration.ts';
import { fileDiff, seenFile } from './kinds/rendered-file.ts';

type R = Namespace | ClusterSecret | RenderedFile | AlertmanagerMount | AlertmanagerConfiguration;

/** The guide's step 6: secret → mount → rollout → configuration → reload, in that order, so that paging never stops. */
export const alertmanager: Step<R> = {
  id: '06-alertmanager',
  number: 6,
  title: 'Configure AlertManager',

  desired(brief: Brief) {
    const file: RenderedFile = { kind: 'file', name: brief.answers.alertmanager.file, text: brief.alertmanagerYml };
    return named<R>(brief.answers.kubernetes === 'none' ? [file] : [...clusterSide(brief), file]);
  },

  async read(world, wanted) {
    const pairs = await Promise.all([...wanted].map(async ([key, want]) => [key, await seenOf(world, want)] as const));
    return new Map(pairs.flatMap(([key, seen]) => (seen === undefined ? [] : [[key, seen] as const])));
  },

  diff(before, after) {
    if (before.kind === 'secret' && after.kind === 'secret') return secretDiff(before, after);
    if (before.kind === 'file' && after.kind === 'file') return fileDiff(before, after);
    if (before.kind === 'alertmanager configuration' && after.kind === before.kind) return partsDiff(before.parts, after.parts);
    if (before.kind === 'alertmanager mount' && after.kind === before.kind && before.path !== after.path)
      return [{ field: 'path', from: before.path, to: after.path }];
    return [];
  },

  async apply(world, change: Change<R>) {
    await write(world, change);
    return undefined;
  },

  async todos(_world, { answers, settings }) {
    const { apply, file } = answers.alertmanager;
    if (answers.kubernetes !== 'none' && apply) return [];
    const keys =
      answers.kubernetes === 'none'
        ? `put both integration keys (PagerDuty shows them) into files named ${secretKeys.critical} and ${secretKeys.high} in ${settings.keyDir}`
        : `mount secret ${answers.kubernetes.secret} at ${settings.keyDir}`;
    const instead = answers.kubernetes === 'none' ? '' : ', or let pmp-pd setup --apply-alertmanager do it';
    return [{ who: 'whoever runs Alertmanager', what: `${keys}, load ${file} and reload${instead}; until then nobody is paged` }];
  },
};

function clusterSide(brief: Brief): readonly R[] {
  const { answers, settings } = brief;
  if (answers.kubernetes === 'none') return [];
  const namespace: Namespace = { kind: 'namespace', name: answers.kubernetes.namespace };
  const services = [answers.names.criticalService, answers.names.highService];
  const secret: ClusterSecret = {
    kind: 'secret',
    name: answers.kubernetes.secret,
    namespace: namespace.name,
    entries: { [secretKeys.critical]: answers.names.criticalService, [secretKeys.high]: answers.names.highService },
    immutable: false,
    integration: answers.integration,
    needs: [
      keyOf(namespace),
      ...services.map((service) => keyOf({ kind: 'integration', name: integrationName(service, answers.integration) })),
    ],
  };
  const heartbeat: ClusterSecret = {
    kind: 'secret',
    name: heartbeatSecretName,
    namespace: namespace.name,
    entries: { [heartbeatSecretKey]: watchdogAddress },
    immutable: false,
    needs: [keyOf(namespace)],
  };
  const secrets = settings.heartbeat ? [secret, heartbeat] : [secret];
  if (!answers.alertmanager.apply) return [namespace, ...secrets];
  const mount: AlertmanagerMount = {
    kind: 'alertmanager mount',
    name: secret.name,
    secret: secret.name,
    path: settings.keyDir,
    needs: secrets.map(keyOf),
  };
  const configuration: AlertmanagerConfiguration = {
    kind: 'alertmanager configuration',
    name: namespace.name,
    settings,
    parts: brief.parts,
    needs: [keyOf(mount)],
  };
  return [namespace, ...secrets, mount, configuration];
}

async function seenOf(world: ReadWorld, want: R): Promise<Seen<R> | undefined> {
  switch (want.kind) {
    case 'file':
      return seenFile(world, want);
    case 'namespace': {
      const found = await clusterToRead(world).get({ group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', name: want.name });
      return found === undefined
        ? undefined
        : { value: want, ours: found.metadata.labels?.['app.kubernetes.io/managed-by'] === fieldManager };
    }
    case 'secret':
      return seenClusterSecret(world, want);
    case 'alertmanager mount':
      return seenMount(world, want);
    case 'alertmanager configuration':
      return seenConfiguration(world, want);
  }
}

async function write(world: World, { wanted, seen, action }: Change<R>): Promise<void> {
  switch (wanted.kind) {
    case 'file':
      return world.files.write(wanted.name, wanted.text);
    case 'namespace':
      return clusterToWrite(world).apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: wanted.name, labels: { 'app.kubernetes.io/managed-by': fieldManager } } },
        'namespaces',
      );
    case 'secret':
      return writeSecret(world, wanted, seen, action === 'replace');
    case 'alertmanager mount':
      return world.alertmanager?.mount(wanted.secret, wanted.path);
    case 'alertmanager configuration':
      return world.alertmanager?.configure(wanted);
  }
}
