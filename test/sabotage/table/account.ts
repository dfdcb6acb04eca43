import { critical, criticalPolicy, high, type Account } from '../account.ts';
import type { Sabotage } from '../sabotage.ts';

/** One service's own grouping setting, changed. */
async function regroup(account: Account, service: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const { id } = await account.find('services', service);
  const [setting] = await account.all('alert_grouping_settings', `&service_ids[]=${id}`);
  const alert_grouping_setting = { services: [{ id }], ...fields };
  await account.call('PUT', `/alert_grouping_settings/${setting?.id}`, { alert_grouping_setting });
}

/** Whatever is to be read from PagerDuty. */
const unread = Object.fromEntries(
  [
    '01-services-exist',
    '02-escalation-policies',
    '03-schedules',
    '04-contact-methods',
    '05-integration-keys',
    '06-kubernetes-secrets',
    '08-test-alert',
    '09-acknowledgement',
    '10-escalation',
    '11-maintenance-windows',
    'key-chain',
    'coverage',
    'reachability',
    'routing',
    'windows',
    'grouping',
    'high-drill',
    'loops',
  ].map((id) => [id, 'fail'] as const),
);

/** What holds for the account as a whole. */
export const theAccount: readonly Sabotage[] = [
  {
    check: 'grouping',
    name: 'one grouping setting holds both services',
    how: async ({ account }) => {
      const services = [await account.find('services', critical), await account.find('services', high)].map(({ id }) => ({ id }));
      for (const one of await account.all('alert_grouping_settings')) await account.call('DELETE', `/alert_grouping_settings/${one.id}`);
      await account.create('alert_grouping_settings', { name: 'all of it', type: 'intelligent', config: {}, services });
    },
    status: 'fail',
    says: /one grouping setting holds PMP Study - Critical and PMP Study - High Priority/,
    hint: /a grouping setting of its own/,
  },
  {
    check: 'grouping',
    name: 'a setting of ours took in somebody else’s service',
    how: async ({ account }) => {
      const { id: policy } = await account.find('escalation_policies', 'PMP Critical Escalation');
      const shop = await account.create('services', {
        name: 'Shop',
        escalation_policy: { id: policy, type: 'escalation_policy_reference' },
      });
      const { id } = await account.find('services', critical);
      await regroup(account, critical, { type: 'intelligent', config: {}, services: [{ id }, { id: shop.id }] });
    },
    status: 'warn',
    says: /also holds Shop/,
    hint: /a grouping setting of its own/,
  },
  {
    check: 'grouping',
    name: 'the second service groups by time alone',
    how: ({ account }) => regroup(account, high, { type: 'time', config: { timeout: 300 } }),
    status: 'fail',
    says: /PMP Study - High Priority groups time: a P2 could join an open, low-urgency P3/,
    hint: /"severity" among the fields/,
  },
  {
    check: 'grouping',
    name: 'the second service’s grouping forgot severity',
    how: ({ account }) => regroup(account, high, { type: 'content_based', config: { aggregate: 'all', fields: ['class'] } }),
    status: 'fail',
    says: /groups content-based by class: a P2 could join/,
    hint: /"severity" among the fields/,
  },
  {
    check: 'grouping',
    name: 'any one field is enough to join an incident',
    how: ({ account }) => regroup(account, high, { type: 'content_based', config: { aggregate: 'any', fields: ['class', 'severity'] } }),
    status: 'fail',
    says: /by any of class, severity/,
    hint: /"severity" among the fields/,
  },
  {
    check: 'token',
    name: 'the token is that of somebody who may only watch',
    sandbox: { token: 'user' },
    how: ({ account, sandbox }) => account.change('users', sandbox.from, { role: 'observer' }),
    status: 'warn',
    says: /a person's token: Sandbox Owner \(owner@example\.com\), role observer/,
    hint: /read-only account key/,
  },
  {
    check: 'token',
    name: 'nobody paid: the account has expired',
    how: (world) => world.befall('expire', 'on'),
    status: 'fail',
    says: /the account has expired: PagerDuty takes no events and pages nobody/,
    hint: /Choose a plan/,
    also: { ...unread, plan: 'skip' },
  },
  {
    check: 'plan',
    name: 'the CTO left, and there is no seat for the next one',
    sandbox: { seats: 8 },
    how: async ({ account }) => {
      await account.levels(criticalPolicy, (levels) => levels.slice(0, 2));
      await account.remove('users', 'alan@example.com');
    },
    status: 'warn',
    says: /1 person without a seat \(alan@example\.com\), and 0 free/,
    hint: /Free a seat/,
    also: { '02-escalation-policies': 'fail', '04-contact-methods': 'fail' },
  },
  {
    check: 'plan',
    name: 'the trial ended and became the free plan',
    sandbox: { accountPlan: 'free' },
    how: () => undefined,
    status: 'warn',
    says: /no low urgency/,
    hint: /larger PagerDuty plan/,
  },
];
