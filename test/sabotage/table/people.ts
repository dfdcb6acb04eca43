import { critical, day, highPolicy, hour, primary, type Account } from '../account.ts';
import type { Sabotage } from '../sabotage.ts';

/** Item 4, who is missing when, and who does not hear it. */
export const people: readonly Sabotage[] = [
  {
    check: '04-contact-methods',
    name: 'an engineer deleted their phone',
    how: ({ account }) => account.removeMethods('ben@example.com', 'phone', 'sms'),
    status: 'fail',
    says: /Ben Example has neither a phone nor an SMS number/,
    hint: /add a number/,
    also: { reachability: 'fail' },
  },
  {
    check: '04-contact-methods',
    name: 'PagerDuty blocked an engineer’s number',
    how: (world) => world.befall('block-phone', 'cleo@example.com'),
    status: 'fail',
    says: /Cleo Example has only blocked phone and SMS numbers/,
    hint: /verify or replace the number/,
    also: { reachability: 'fail' },
  },
  {
    check: '04-contact-methods',
    name: 'the lead deleted every rule for high urgency',
    how: ({ account }) => account.rules('grace@example.com', 'high', () => undefined),
    status: 'fail',
    says: /Grace Example has no notification rule for high urgency/,
    hint: /Notification Rules/,
    also: { reachability: 'fail' },
  },
  {
    check: '04-contact-methods',
    name: 'an override puts somebody without a phone on call',
    how: async ({ account }) => account.override(primary, await account.invite('Hal'), day, 1.4 * day),
    status: 'fail',
    says: /Hal Example has neither a phone nor an SMS number/,
    hint: /Let Hal Example add a number/,
    also: { reachability: 'fail' },
  },
  {
    check: 'coverage',
    name: 'two weekday hours have nobody, and the 24/7 layer has ended',
    how: async ({ account }) => {
      await account.layers(primary, (layers) =>
        layers.map((layer) => (layer.restrictions.length === 0 ? { ...layer, end: account.at(10 * day) } : layer)),
      );
      await account.layers(primary, (layers) =>
        layers.map((layer) => ({
          ...layer,
          restrictions: layer.restrictions.map((one) => (one['duration_seconds'] === 43_200 ? { ...one, duration_seconds: 36_000 } : one)),
        })),
      );
    },
    status: 'fail',
    says: /nobody at level 1 of PMP Critical Escalation for [\d.]+ h .*: level 2 is called at once/,
    hint: /gaps: fill/,
  },
  {
    check: 'coverage',
    name: 'every layer ends in winter, before the clock changes back',
    how: ({ account }) => account.layers(primary, (layers) => layers.map((layer) => ({ ...layer, end: '2027-03-01T00:00:00Z' }))),
    status: 'fail',
    says: /nobody at level 1 .* around the clock change of 2027-03-14/,
    hint: /setup/,
  },
  {
    check: 'coverage',
    name: 'the lead also stands in for an engineer',
    how: ({ account }) => account.override(primary, 'grace@example.com', day, day + 8 * hour),
    status: 'warn',
    says: /Grace Example is on levels 1 and 2 of PMP Critical Escalation at one time/,
    hint: /somebody else on one of the two levels/,
  },
  {
    check: 'coverage',
    name: 'an override keeps one engineer awake for twenty hours',
    how: ({ account }) => account.override(primary, 'ada@example.com', day, day + 20 * hour),
    status: 'warn',
    says: /more than 12 h in a row at level 1 .*Ada Example/,
    hint: /Add an engineer/,
  },
  {
    check: 'reachability',
    name: 'an engineer signed out of the app',
    how: ({ account }) => account.removeMethods('dan@example.com', 'push_notification'),
    status: 'warn',
    says: /Dan Example: not signed in to the PagerDuty app/,
    hint: /install the app and sign in/,
  },
  {
    check: 'reachability',
    name: 'the lead, alone on level 2, signed out of the app',
    how: ({ account }) => account.removeMethods('grace@example.com', 'push_notification'),
    status: 'fail',
    says: /Grace Example: not signed in to the PagerDuty app \(the only person of a level\)/,
    hint: /install the app and sign in/,
  },
  {
    check: 'reachability',
    name: 'a new colleague is on call whose invitation lies in the mailbox',
    how: async ({ account }) => {
      const email = await account.invite('Ida');
      await account.addPhone(email, '2025550120');
      await account.override(primary, email, day, day + 8 * hour);
    },
    status: 'warn',
    says: /Ida Example: invitation not accepted/,
    hint: /Resend invite/,
  },
  {
    check: 'reachability',
    name: 'an engineer is called only after the next level was',
    how: ({ account }) =>
      account.rules('eve@example.com', 'high', (rule) => ({ start_delay_in_minutes: 15 + rule.start_delay_in_minutes })),
    status: 'fail',
    says: /Eve Example: first SMS or call after 15 min, when the next level was called after 10 min/,
    hint: /ring earlier/,
  },
  {
    check: 'reachability',
    name: 'an engineer muted low urgency',
    how: ({ account }) => account.rules('finn@example.com', 'low', () => undefined),
    status: 'warn',
    says: /Finn Example: no notification rule for low urgency/,
    hint: /add a rule/,
  },
  {
    check: 'reachability',
    name: 'an engineer kept only push',
    how: ({ account }) =>
      account.rules('ada@example.com', 'high', (rule) =>
        rule.contact_method.type.startsWith('push') ? { start_delay_in_minutes: 0 } : undefined,
      ),
    status: 'fail',
    says: /Ada Example: no rule for high urgency by SMS or phone/,
    hint: /SMS or phone rule/,
  },
  {
    check: 'reachability',
    name: 'an engineer kept only e-mail',
    how: ({ account }) =>
      account.rules('dan@example.com', 'high', (rule) =>
        rule.contact_method.type.startsWith('email') ? { start_delay_in_minutes: 0 } : undefined,
      ),
    status: 'fail',
    says: /Dan Example: no rule for high urgency by SMS or phone/,
    hint: /SMS or phone rule/,
  },
  {
    check: 'reachability',
    name: 'the lead was made a stakeholder, who cannot be called',
    how: ({ account }) => account.change('users', 'grace@example.com', { role: 'read_only_user' }),
    status: 'fail',
    says: /Grace Example: .*stakeholder/i,
    hint: /responder/i,
  },
  {
    check: 'loops',
    name: 'the second policy does not start again',
    how: ({ account }) => account.change('escalation_policies', highPolicy, { num_loops: 0 }),
    status: 'warn',
    says: /PMP High Priority Escalation ends with level 2/,
    hint: /loops: 1/,
  },
  {
    check: 'windows',
    name: 'somebody opened a maintenance window and went home',
    how: ({ account }) => openWindow(account, 0, 8 * hour),
    status: 'warn',
    says: /window "hotfix" on PMP Study - Critical is open until/,
    hint: /launch after it/,
  },
  {
    check: 'windows',
    name: 'a maintenance window opens tonight',
    how: ({ account }) => openWindow(account, 9 * hour, 11 * hour),
    status: 'warn',
    says: /window "hotfix" on PMP Study - Critical opens/,
    hint: /launch after it/,
  },
];

async function openWindow(account: Account, from: number, until: number): Promise<void> {
  const { id } = await account.find('services', critical);
  const services = [{ id, type: 'service_reference' }];
  await account.create('maintenance_windows', {
    description: 'hotfix',
    start_time: account.at(from),
    end_time: account.at(until),
    services,
  });
}
