import { critical, criticalPolicy, followSun, high, highPolicy, primary } from '../account.ts';
import type { Sabotage } from '../sabotage.ts';

/** Of a service that is not there nothing can be proven, and its windows and its key lead nowhere. */
const notThere = {
  '05-integration-keys': 'skip',
  '06-kubernetes-secrets': 'skip',
  '11-maintenance-windows': 'fail',
  'key-chain': 'fail',
  windows: 'skip',
  grouping: 'skip',
  'high-drill': 'skip',
  plan: 'skip',
} as const;

const bySeverity = { incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } };

/** Items 1 to 3: what exists in PagerDuty. */
export const setUp: readonly Sabotage[] = [
  {
    check: '01-services-exist',
    name: 'the critical service was renamed',
    how: ({ account }) => account.change('services', critical, { name: 'PMP Critical' }),
    status: 'fail',
    says: /there is no service "PMP Study - Critical"/,
    hint: /names/,
    also: { ...notThere, 'high-drill': 'pass', '08-test-alert': 'skip', '09-acknowledgement': 'skip', '10-escalation': 'skip' },
  },
  {
    check: '01-services-exist',
    name: 'the second service was deleted',
    how: ({ account }) => account.remove('services', high),
    status: 'fail',
    says: /there is no service "PMP Study - High Priority"/,
    hint: /pmp-pd setup/,
    also: notThere,
  },
  {
    check: '01-services-exist',
    name: 'the critical service was disabled',
    how: ({ account }) => account.change('services', critical, { status: 'disabled' }),
    status: 'fail',
    says: /"PMP Study - Critical" is disabled/,
    hint: /Enable service/,
  },
  {
    check: '01-services-exist',
    name: 'every incident of the critical service has low urgency',
    how: ({ account }) => account.change('services', critical, { incident_urgency_rule: { type: 'constant', urgency: 'low' } }),
    status: 'fail',
    says: /low urgency, which never escalates/,
    hint: /high urgency/,
    also: { routing: 'fail' },
  },
  {
    check: '01-services-exist',
    name: 'the critical service lets severity decide its urgency',
    how: ({ account }) => account.change('services', critical, bySeverity),
    status: 'warn',
    says: /"PMP Study - Critical" takes its urgency from each alert's severity/,
    hint: /Choose high urgency/,
  },
  {
    check: '01-services-exist',
    name: 'support hours make the nights quiet',
    how: ({ account }) =>
      account.change('services', critical, {
        incident_urgency_rule: {
          type: 'use_support_hours',
          during_support_hours: { type: 'constant', urgency: 'high' },
          outside_support_hours: { type: 'constant', urgency: 'low' },
        },
        support_hours: {
          type: 'fixed_time_per_day',
          time_zone: 'America/New_York',
          days_of_week: [1, 2, 3, 4, 5],
          start_time: '09:00:00',
          end_time: '17:00:00',
        },
      }),
    status: 'warn',
    says: /support hours/,
    hint: /high urgency/,
  },
  {
    check: '01-services-exist',
    name: 'unanswered incidents resolve themselves',
    how: ({ account }) => account.change('services', critical, { auto_resolve_timeout: 14_400 }),
    status: 'warn',
    says: /resolves incidents by itself after 14400 s/,
    hint: /auto-resolve off/,
  },
  {
    check: '01-services-exist',
    name: 'an acknowledged incident never rings again',
    how: ({ account }) => account.change('services', critical, { acknowledgement_timeout: 0 }),
    status: 'warn',
    says: /never rings again/,
    hint: /acknowledgement timeout/,
  },
  {
    check: '02-escalation-policies',
    name: 'the CTO was taken off the critical policy',
    how: ({ account }) => account.levels(criticalPolicy, (levels) => levels.slice(0, 2)),
    status: 'fail',
    says: /"PMP Critical Escalation" has 2 levels, the answers say 3/,
    hint: /pmp-pd setup/,
  },
  {
    check: '02-escalation-policies',
    name: 'the second policy ends with level 1',
    how: ({ account }) => account.levels(highPolicy, (levels) => levels.slice(0, 1)),
    status: 'fail',
    says: /no second level/,
    hint: /Add a level/,
  },
  {
    check: '02-escalation-policies',
    name: 'level 1 is left after 30 minutes instead of 10',
    how: ({ account }) =>
      account.levels(criticalPolicy, ([first, ...others]) => [{ ...first!, escalation_delay_in_minutes: 30 }, ...others]),
    status: 'fail',
    says: /leaves level 1 after 30 min, the answers say 10/,
    hint: /pmp-pd setup/,
    also: { '10-escalation': 'fail' },
  },
  {
    check: '02-escalation-policies',
    name: 'somebody else stands in for the lead',
    how: async ({ account }) => {
      const targets = [await account.target('user', 'alan@example.com')];
      await account.levels(highPolicy, ([first, second]) => [first!, { ...second!, targets }]);
    },
    status: 'fail',
    says: /calls "alan@example\.com" at level 2, the answers say "grace@example\.com"/,
    hint: /change the answers/,
  },
  {
    check: '02-escalation-policies',
    name: 'the critical service escalates by the other policy',
    how: async ({ account }) => {
      const { id } = await account.find('escalation_policies', highPolicy);
      await account.change('services', critical, { escalation_policy: { id, type: 'escalation_policy_reference' } });
    },
    status: 'fail',
    says: /"PMP Study - Critical" escalates by "PMP High Priority Escalation"/,
    hint: /Assign "PMP Critical Escalation"/,
    also: { '10-escalation': 'fail' },
  },
  {
    check: '03-schedules',
    name: 'the Follow Sun schedule was deleted',
    how: ({ account }) => account.remove('schedules', followSun),
    status: 'fail',
    says: /there is no schedule "PMP Follow Sun"/,
    hint: /follow_sun: none/,
  },
  {
    check: '03-schedules',
    name: 'the schedule’s clock is that of London',
    how: ({ account }) => account.change('schedules', primary, { time_zone: 'Europe/London' }),
    status: 'fail',
    says: /"PMP Primary On-Call" reads its hours in Europe\/London/,
    hint: /time_zone/,
  },
  {
    check: '03-schedules',
    name: 'nobody stands in the schedule any more',
    how: async (world) => {
      await world.account.layers(primary, (layers) => layers.map((layer) => ({ ...layer, end: world.account.at(60_000) })));
      world.befall('advance', '5m');
    },
    status: 'fail',
    says: /nobody stands in "PMP Primary On-Call"/,
    hint: /Put people into a layer/,
    also: { coverage: 'fail' },
  },
];
