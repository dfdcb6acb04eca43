import type { Head } from '../engine/index.ts';
import { fact, table, type Row } from './lines.ts';
import type { Voice } from './style.ts';
import { count } from './text.ts';

/** Whether something may be written: then it matters who owns what. */
export type HeadPurpose = 'change' | 'look';

/** What is being worked on, as lines; `more` stands beneath it. */
export function headLines(voice: Voice, head: Head, more: readonly Row[] = [], purpose: HeadPurpose = 'change'): readonly string[] {
  return [...sandboxLines(voice, head.sandbox), ...table(voice, [...headRows(voice, head, purpose), ...more], 0)];
}

/** Account, region, token, cluster and context, Alertmanager and who owns it. */
export function headRows(voice: Voice, head: Head, purpose: HeadPurpose): readonly Row[] {
  return [
    { label: 'account', body: [{ text: accountText(voice, head.account) }] },
    { label: 'cluster', body: [{ text: clusterText(voice, head, purpose) }] },
    ...(head.cluster === undefined ? [] : [{ label: 'Alertmanager', body: [{ text: alertmanagerText(voice, head, purpose) }] }]),
  ];
}

/** The line that every screen of the sandbox begins with. */
export function sandboxLines(voice: Voice, sandbox: boolean): readonly string[] {
  if (!sandbox) return [];
  const text = 'an imitation on this machine; no real account, cluster or phone is touched';
  return fact(voice, [{ text: 'SANDBOX', tone: 'warn' }, { text: '  ' }], [{ text }]);
}

function accountText(voice: Voice, account: Head['account']): string {
  const { token, user } = account;
  const name =
    account.subdomain === undefined
      ? 'PagerDuty account (its name cannot be seen with this token)'
      : `${voice.say(account.subdomain, 100)}.pagerduty.com`;
  const whose = user === undefined ? '' : ` of ${voice.say(user.name, 100)} (${voice.say(user.role, 60)})`;
  const credential = { user: `user token${whose}`, account: 'account token', oauth: 'scoped OAuth' }[token];
  return `${name}, region ${account.region.toUpperCase()}, ${credential}`;
}

function clusterText(voice: Voice, { cluster, namespace }: Head, purpose: HeadPurpose): string {
  if (cluster === undefined && namespace !== undefined && purpose === 'look') return `not reached, namespace ${voice.say(namespace, 100)}`;
  if (cluster === undefined) return `none (kubernetes: none); nothing is ${purpose === 'change' ? 'written to' : 'read from'} a cluster`;
  const where = namespace === undefined ? '' : `, namespace ${voice.say(namespace, 100)}`;
  return `${voice.say(cluster.cluster, 100)} at ${voice.say(cluster.server, 100)}, context ${voice.say(cluster.context, 100)}${where}`;
}

function alertmanagerText(voice: Voice, { alertmanager: found, namespace }: Head, purpose: HeadPurpose): string {
  if (found === undefined) return `none found${namespace === undefined ? '' : ` in namespace ${voice.say(namespace, 100)}`}`;
  const shape = { plain: '', chart: 'community chart', operator: 'Prometheus operator' }[found.shape];
  const facts = [
    ...(found.version === undefined ? ['version unknown'] : [`version ${voice.say(found.version, 60)}`]),
    ...(shape === '' ? [] : [shape]),
    count(found.replicas, 'replica'),
    `reads ${voice.say(found.configuration, 150)}`,
    found.owner === undefined ? 'nobody else manages it' : `owned by ${found.owner}`,
  ];
  const handsOff = found.handsOff === undefined || purpose === 'look' ? '' : `. Nothing of it is patched: ${voice.say(found.handsOff)}`;
  return `${voice.say(found.workload, 150)}: ${facts.join(', ')}${handsOff}`;
}
