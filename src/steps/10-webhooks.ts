import { PmpError, type Change, type Step } from '../engine/index.ts';
import {
  keyOf,
  named,
  webhookSecretKeys,
  webhookSecretName,
  type Brief,
  type ConfigurationPart,
  type FieldDiff,
  type Seen,
  type ServiceRole,
  type WebhookSubscription,
} from '../model/index.ts';
import type { ReadWorld, Secret, World } from '../ports/index.ts';
import { clusterToRead, clusterToWrite } from './kinds/cluster.ts';
import { partDiff, readBack, seenPart, wantedPart } from './kinds/configuration-part.ts';

type R = ConfigurationPart | WebhookSubscription;

/** What a receiver of one's own needs to follow an incident from page to end. */
const events = [
  'incident.triggered',
  'incident.acknowledged',
  'incident.unacknowledged',
  'incident.escalated',
  'incident.reassigned',
  'incident.annotated',
  'incident.resolved',
];

/** The guide's step 10: `send_resolved`, and on request a webhook per service, since Alertmanager has no way in for PagerDuty. */
export const webhooks: Step<R> = {
  id: '10-webhooks',
  number: 10,
  title: 'Configure Webhook Callbacks (Optional)',

  desired(brief: Brief) {
    return named<R>([...wantedPart(brief, 'send_resolved', 'resolves reach PagerDuty', 'send_resolved: '), ...subscriptions(brief)]);
  },

  async read(world, wanted) {
    const seen = new Map<string, Seen<R>>();
    for (const [key, want] of wanted) {
      const one = want.kind === 'webhook subscription' ? undefined : await seenPart(world, want);
      if (one) seen.set(key, one);
    }
    const hooks = [...wanted.values()].filter((w) => w.kind === 'webhook subscription');
    if (hooks.length === 0) return seen;
    const found = await world.pagerduty.webhooks();
    for (const want of hooks) {
      const one = await seenSubscription(world, want, found);
      if (one) seen.set(keyOf(want), one);
    }
    return seen;
  },

  diff(before, after) {
    if (before.kind !== 'webhook subscription') return after.kind === 'webhook subscription' ? [] : partDiff(before, after);
    return after.kind === 'webhook subscription' ? subscriptionDiff(before, after) : [];
  },

  async apply(world, { wanted, seen }: Change<R>) {
    if (wanted.kind !== 'webhook subscription') await readBack(world, wanted);
    else await write(world, wanted, seen?.value?.kind === 'webhook subscription' ? seen.value : undefined);
    return undefined;
  },
};

function subscriptions({ answers }: Brief): readonly WebhookSubscription[] {
  const { webhook, names, kubernetes } = answers;
  if (webhook === undefined || kubernetes === 'none') return [];
  const one = (role: ServiceRole, name: string, needs: readonly string[]): WebhookSubscription => ({
    kind: 'webhook subscription',
    name,
    role,
    url: webhook.url,
    events,
    active: true,
    secretHeld: true,
    namespace: kubernetes.namespace,
    needs: [keyOf({ kind: 'service', name }), keyOf({ kind: 'namespace', name: kubernetes.namespace }), ...needs],
  });
  const critical = one('critical', names.criticalService, []);
  // Both secrets lie in one Secret: one after the other, or the second writing would not know the first.
  return [critical, one('high', names.highService, [keyOf(critical)])];
}

function subscriptionDiff(before: WebhookSubscription, after: WebhookSubscription): readonly FieldDiff[] {
  const diffs: FieldDiff[] = [];
  if (before.url !== after.url) diffs.push({ field: 'url', from: before.url, to: after.url, replace: true });
  if (!before.secretHeld) {
    const from = before.namespace === undefined && after.namespace !== undefined ? notFound(after.namespace) : 'lost';
    diffs.push({ field: 'signing secret', from, to: `kept in secret ${webhookSecretName}`, replace: true });
  }
  const [from, to] = [before.events, after.events].map((list) => [...list].sort().join(', '));
  if (from !== to) diffs.push({ field: 'events', from: from ?? '', to: to ?? '' });
  if (before.active !== after.active) diffs.push({ field: 'active', from: String(before.active), to: String(after.active) });
  const surplus = before.surplus?.length ?? 0;
  if (surplus > 0) diffs.push({ field: 'older subscriptions', from: String(surplus), to: 'none', replace: true });
  return diffs;
}

function notFound(namespace: string): string {
  return `secret ${webhookSecretName} not found in namespace ${namespace}`;
}

function namespaceOf({ namespace }: WebhookSubscription): string {
  if (namespace === undefined) throw new RangeError('a wanted webhook says where its secret goes');
  return namespace;
}

function annotation(role: ServiceRole): string {
  return `pmp-pd.io/subscription-${role}`;
}

/** Of several of ours (a replacement that was stopped half-way leaves two) the one that comes nearest to what is wanted. */
async function seenSubscription(
  world: ReadWorld,
  want: WebhookSubscription,
  found: readonly Seen<WebhookSubscription>[],
): Promise<Seen<WebhookSubscription> | undefined> {
  const ours = found.flatMap((hook) => (hook.ours && hook.value?.name === want.name ? [hook.value] : []));
  if (ours.length === 0) return undefined;
  const secret = await clusterToRead(world).secret(namespaceOf(want), webhookSecretName);
  const isHeld = ({ subscription }: WebhookSubscription): boolean =>
    secret?.annotations[annotation(want.role)] === subscription && secret?.data.has(webhookSecretKeys[want.role]) === true;
  const near = (hook: WebhookSubscription): number => (isHeld(hook) ? 2 : 0) + (hook.url === want.url ? 1 : 0);
  const best = ours.reduce((one, other) => (near(other) > near(one) ? other : one));
  const surplus = idsOf(ours.filter((hook) => hook !== best));
  const value = { ...best, role: want.role, secretHeld: isHeld(best), ...(surplus.length === 0 ? {} : { surplus }) };
  if (secret !== undefined) return { value: { ...value, namespace: namespaceOf(want) }, ours: true };
  await refuseElsewhere(world, best, namespaceOf(want));
  // A stopped run leaves the same picture as a wrong namespace, so this is told and not refused.
  const detail = `${notFound(namespaceOf(want))}: if it lies in another one, correct kubernetes.namespace; a new subscription has a new signing secret, and the receiver must be given it`;
  return { value, ours: true, detail };
}

/** @throws PmpError `answers-invalid` where the signing secrets are safe in another namespace: the one of the answers is then most likely a slip. */
async function refuseElsewhere(world: ReadWorld, { keptIn, subscription, role }: WebhookSubscription, namespace: string): Promise<void> {
  if (keptIn === undefined || keptIn === namespace) return;
  if ((await elsewhere(world, keptIn))?.annotations[annotation(role)] !== subscription) return;
  throw new PmpError('answers-invalid', {
    message: `kubernetes.namespace is ${namespace}, but the webhooks' signing secrets lie in secret ${webhookSecretName} of namespace ${keptIn}`,
    cause:
      'A signing secret is shown only once: with another namespace both webhooks would be replaced, and their receiver would refuse what they send.',
    fix: `Correct kubernetes.namespace (or --namespace) to ${keptIn}. If Alertmanager has moved, delete the old secret (kubectl delete secret ${webhookSecretName} -n ${keptIn}) and run the same command again: the receiver must then be given the new signing secrets.`,
    step: webhooks.id,
  });
}

/** Somebody who may not look there is told what is known, as before. */
async function elsewhere(world: ReadWorld, namespace: string): Promise<SecretFound> {
  try {
    return await clusterToRead(world).secret(namespace, webhookSecretName);
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id === 'kubernetes-permission') return undefined;
    throw thrown;
  }
}

type SecretFound = Awaited<ReturnType<ReturnType<typeof clusterToRead>['secret']>>;

function idsOf(hooks: readonly WebhookSubscription[]): readonly string[] {
  return hooks.flatMap((hook) => hook.subscription ?? []);
}

async function write(world: World, wanted: WebhookSubscription, before: WebhookSubscription | undefined): Promise<void> {
  const usable = before !== undefined && before.url === wanted.url && before.secretHeld;
  if (!usable) return create(world, wanted, before === undefined ? [] : [...idsOf([before]), ...(before.surplus ?? [])]);
  const { surplus, ...kept } = before;
  // By its id: an older one may have the same URL.
  const target = kept.subscription === undefined ? wanted : { ...wanted, subscription: kept.subscription };
  if (subscriptionDiff(kept, wanted).length > 0) await world.pagerduty.updateWebhook(target);
  for (const old of surplus ?? []) await world.pagerduty.deleteWebhook(old);
}

/** The secret is shown this once, so it is put away before anything else happens; older subscriptions go only after the new one was read back. */
async function create(world: World, wanted: WebhookSubscription, older: readonly string[]): Promise<void> {
  const { subscription, secret } = await world.pagerduty.createWebhook(wanted);
  await keep(world, wanted, subscription, secret);
  await world.pagerduty.pingWebhook(subscription);
  if (older.length === 0) return;
  world.pagerduty.forget();
  const back = await world.pagerduty.webhooks();
  if (!back.some((hook) => hook.value?.subscription === subscription)) return;
  for (const old of older) await world.pagerduty.deleteWebhook(old);
}

async function keep(world: World, wanted: WebhookSubscription, subscription: string, secret: Secret): Promise<void> {
  const kubernetes = clusterToWrite(world);
  const before = await kubernetes.secret(namespaceOf(wanted), webhookSecretName);
  // What is left out of a server-side apply by the same manager is removed, so the other entry goes along.
  const data = { ...Object.fromEntries(before?.data ?? []), [webhookSecretKeys[wanted.role]]: secret };
  const other = Object.fromEntries(
    Object.entries(before?.annotations ?? {}).filter(([name]) => name.startsWith('pmp-pd.io/subscription-')),
  );
  const annotations = { ...other, [annotation(wanted.role)]: subscription };
  await kubernetes.applySecret({ namespace: namespaceOf(wanted), name: webhookSecretName, data, annotations }, { force: true });
}
