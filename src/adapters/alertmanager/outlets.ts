import { clean, PmpError } from '../../engine/errors.ts';
import type { KubernetesRead, Outlet } from '../../ports/index.ts';
import { staysInside } from '../inside.ts';
import { reveal } from '../secret.ts';
import { valueOf } from './cluster-keys.ts';
import { fieldLists, textOf, type Configuration, type Fields } from './config.ts';
import type { Installation } from './find.ts';
import { entryBehind, entryWords } from './key-files.ts';
import type { Labels } from './matching.ts';
import type { Replica } from './replicas.ts';
import { routesFor } from './routing.ts';

/** A webhook's address as far as it can be followed: a secret, which never leaves the adapters. */
export interface HookAddress {
  readonly where: string;
  readonly text?: string;
  /** Why there is none. */
  readonly missing?: string;
}

/** Finds the address of a loaded webhook, by its receiver and its place there. */
export type FindAddress = (receiver: string, index: number, hook: Fields) => Promise<HookAddress>;

/** What a loaded configuration alone tells. */
export const addressFromOutside: FindAddress = (_receiver, _index, hook) => {
  const [file, url] = [textOf(hook['url_file']), textOf(hook['url'])];
  if (file) return Promise.resolve({ where: clean(`file ${file}`, 200) });
  return Promise.resolve({ where: 'the configuration', ...(url === undefined || url === '<secret>' ? {} : { text: url }) });
};

export interface AddressSearch {
  readonly kubernetes: KubernetesRead;
  readonly namespace: string;
  readonly installation: Installation;
  /** The source text's; undefined where it cannot be read. */
  readonly written: Configuration | undefined;
  readonly replicas: readonly Replica[];
}

/** Follows an address as keys are followed: a file through its mount into the Secret, a hidden one into the source text. */
export function addressInCluster(search: AddressSearch): FindAddress {
  return async (receiver, index, hook) => {
    const file = textOf(hook['url_file']);
    if (file) return behindFile(search, file);
    const known = await addressFromOutside(receiver, index, hook);
    if (known.text !== undefined) return known;
    const named = search.written?.receivers.find((one) => one['name'] === receiver);
    const text = textOf(fieldLists(named?.['webhook_configs'])[index]?.['url']);
    return { ...known, ...(text === undefined ? {} : { text }) };
  };
}

async function behindFile({ kubernetes, namespace, installation, replicas }: AddressSearch, file: string): Promise<HookAddress> {
  const path = clean(`file ${file}`, 200);
  const { spec } = installation;
  if (!spec) return { where: path };
  const entry = entryBehind(spec, file);
  if (!entry) return { where: path, missing: 'nothing is mounted there' };
  const where = entryWords(entry);
  const late = replicas.filter((replica) => replica.spec && !entryBehind(replica.spec, file));
  try {
    const found = await valueOf({ kubernetes, namespace }, entry, () => kubernetes.secret(namespace, entry.name));
    if (typeof found === 'string') return { where, missing: found };
    if (late.length > 0) return { where, missing: `it is not mounted yet in ${late.map(({ name }) => clean(name, 80)).join(', ')}` };
    return { where, ...(found.held ? { text: reveal(found.held) } : {}) };
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'kubernetes-permission') return { where: `${where} (${thrown.facts.message})` };
    throw thrown;
  }
}

/** Everything but PagerDuty that these labels are told to. */
export async function outletsFor(configuration: Configuration, labels: Labels, find: FindAddress): Promise<readonly Outlet[]> {
  const each = routesFor(configuration, labels).map(async ({ receiver: name, groupInterval = 0, repeatInterval = 0 }) => {
    const receiver = configuration.receivers.find((one) => one['name'] === name) ?? {};
    const common = { receiver: clean(name, 200), every: Math.max(groupInterval, repeatInterval) / 1000 };
    const others = Object.entries(receiver)
      .filter(([kind, value]) => kind.endsWith('_configs') && !/^(?:webhook|pagerduty)_/.test(kind) && fieldLists(value).length > 0)
      .map(([kind]): Outlet => ({ ...common, where: clean(kind, 60), reach: 'outside' }));
    const hooks = fieldLists(receiver['webhook_configs']).map(async (hook, index) => ({
      ...common,
      ...judged(await find(name, index, hook)),
    }));
    return [...others, ...(await Promise.all(hooks))];
  });
  return (await Promise.all(each)).flat();
}

const insideWords = { loopback: 'a loopback', private: 'a private', 'in-cluster': 'an in-cluster' } as const;

/** Whom a webhook of that address reaches. */
function judged({ where, text, missing }: HookAddress): Pick<Outlet, 'where' | 'reach' | 'why'> {
  if (missing !== undefined) return { where, reach: 'nowhere', why: missing };
  if (text === undefined) return { where, reach: 'unseen', why: 'its address cannot be seen' };
  const address = text.trim();
  if (address === '') return { where, reach: 'nowhere', why: 'it is empty' };
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return { where, reach: 'nowhere', why: 'it is no http address' };
  const inside = staysInside(new URL(address));
  return inside === undefined ? { where, reach: 'outside' } : { where, reach: 'inside', why: `it is ${insideWords[inside]} address` };
}
