import { clean, PmpError } from '../../engine/errors.ts';
import type { KubernetesRead, ReceiverKey, SeenSecret } from '../../ports/index.ts';
import { secretOf } from '../secret.ts';
import { remembering } from '../remember.ts';
import { fieldLists, fieldsOf, textOf, type Configuration } from './config.ts';
import type { Installation } from './find.ts';
import { entryBehind, entryWords, type FileEntry } from './key-files.ts';
import { pagersIn, receiverKey, type Holding, type Pager } from './keys.ts';
import { strings } from './labels.ts';
import type { Replica } from './replicas.ts';
import { configMaps, refTo } from './workload.ts';

const configObjects = {
  group: 'monitoring.coreos.com',
  version: 'v1alpha1',
  plural: 'alertmanagerconfigs',
  kind: 'AlertmanagerConfig',
} as const;

export interface KeySearch {
  readonly kubernetes: KubernetesRead;
  readonly namespace: string;
  readonly installation: Installation;
  /** As loaded; undefined where no replica answers. */
  readonly loaded: Configuration | undefined;
  /** The source text's; undefined where it cannot be read or says nothing. */
  readonly written: Configuration | undefined;
  readonly replicas: readonly Replica[];
}

/**
 * The key of every PagerDuty block that is loaded or written, followed to where its text lies: from the source text where it is inline (a loaded configuration
 * hides it), through mount and Secret where it is a file, through an AlertmanagerConfig object where the operator fills it in.
 * @throws PmpError for a Secret that could not be read
 */
export async function keysInCluster(search: KeySearch): Promise<readonly ReceiverKey[]> {
  const loaded = pagersIn(search.loaded ?? none);
  // Written and not loaded: they page nobody yet, and their names are how that is noticed.
  const waiting = pagersIn(search.written ?? none).filter((one) => !loaded.some((other) => isSame(one, other)));
  const secrets = remembering((name: string) => secretNamed(search.kubernetes, name));
  return Promise.all(
    [...loaded, ...waiting].map(async (pager) =>
      receiverKey(
        pager,
        pager.from === 'file' ? await behindFile(search, pager, secrets.ask) : await behindText(search, pager, secrets.ask),
      ),
    ),
  );
}

function isSame(one: Pager, other: Pager): boolean {
  return one.receiver === other.receiver && one.index === other.index;
}

const none: Configuration = { route: {}, routes: [], receivers: [], inhibitRules: [], global: {}, rest: {} };

type SecretNamed = (namespacedName: string) => Promise<SeenSecret | undefined>;

function secretNamed(kubernetes: KubernetesRead, namespacedName: string): Promise<SeenSecret | undefined> {
  const [namespace = '', name = ''] = namespacedName.split('/');
  return kubernetes.secret(namespace, name);
}

async function behindFile(search: KeySearch, pager: Pager, secret: SecretNamed): Promise<Holding> {
  const { spec } = search.installation;
  if (!spec) return {};
  const entry = entryBehind(spec, pager.text);
  if (!entry) return { wrong: 'nothing is mounted there' };
  const source = entryWords(entry);
  const late = search.replicas.filter((replica) => replica.spec && !entryBehind(replica.spec, pager.text));
  const held = await valueOf(search, entry, secret);
  if (typeof held === 'string') return { source, wrong: held };
  if (late.length > 0) return { source, ...held, wrong: `not mounted yet in ${late.map(({ name }) => clean(name, 80)).join(', ')}` };
  return { source, ...held };
}

/** The entry's text, or why there is none. */
export async function valueOf(
  search: Pick<KeySearch, 'kubernetes' | 'namespace'>,
  { kind, name, entry }: FileEntry,
  secret: SecretNamed,
): Promise<Pick<Holding, 'held'> | string> {
  if (kind === 'Secret') return entryOf(await secret(`${search.namespace}/${name}`), 'secret', entry);
  const map = await search.kubernetes.get(refTo(configMaps, search.namespace, name));
  const data = new Map(Object.entries(strings(map?.['data'])).map(([key, value]) => [key, secretOf(value)]));
  return entryOf(map && { data }, 'ConfigMap', entry);
}

function entryOf(object: Pick<SeenSecret, 'data'> | undefined, kind: string, entry: string): Pick<Holding, 'held'> | string {
  if (!object) return `there is no such ${kind}`;
  const held = object.data.get(entry);
  return held ? { held } : `the ${kind} has no entry ${clean(entry, 80)}`;
}

async function behindText(search: KeySearch, pager: Pager, secret: SecretNamed): Promise<Holding> {
  const { source } = search.installation;
  const generated = await byOperator(search, pager, secret);
  if (generated) return generated;
  const place = source && clean(`${source.kind} ${source.name}, entry ${source.entry}`, 200);
  const words = place === undefined ? {} : { source: place };
  if (!search.written) return words;
  const same = pagersIn(search.written).find((one) => isSame(one, pager));
  if (!same || same.from !== 'inline' || same.style !== pager.style)
    return { ...words, wrong: `what is loaded is not what ${source?.kind ?? 'its source'} ${clean(source?.name ?? '', 80)} says now` };
  return { ...words, held: secretOf(same.text) };
}

/** The operator names what it makes of an AlertmanagerConfig object `namespace/object/receiver`. */
async function byOperator({ kubernetes, installation }: KeySearch, pager: Pager, secret: SecretNamed): Promise<Holding | undefined> {
  const [namespace, name, receiver] = pager.receiver.split('/');
  if (!installation.custom || namespace === undefined || name === undefined || receiver === undefined) return undefined;
  const object = await kubernetes.get(refTo(configObjects, namespace, name));
  const words = { source: clean(`AlertmanagerConfig ${namespace}/${name}`, 200) };
  const listed = fieldLists(fieldsOf(object?.['spec'])['receivers']).find((one) => one['name'] === receiver);
  const block = fieldLists(listed?.['pagerdutyConfigs'])[pager.index];
  const selector = fieldsOf(block?.[pager.style === 'service_key' ? 'serviceKey' : 'routingKey']);
  const [secretName, entry] = [textOf(selector['name']), textOf(selector['key'])];
  if (secretName === undefined || entry === undefined) return { ...words, wrong: 'what is loaded is not what that object says now' };
  const source = `${words.source}, ${entryWords({ kind: 'Secret', name: secretName, entry })}`;
  const held = entryOf(await secret(`${namespace}/${secretName}`), 'secret', entry);
  return typeof held === 'string' ? { source, wrong: held } : { source, ...held };
}

/** What cannot be seen for want of rights leaves the rest to be seen. */
export async function unlessForbidden<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'kubernetes-permission') return undefined;
    throw thrown;
  }
}
