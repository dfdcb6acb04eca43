import { critical, day, high } from '../account.ts';
import { ofTheSecondService, said, throughEveryLevel } from '../drills.ts';
import type { Sabotage } from '../sabotage.ts';

const { notify, escalate, acknowledge } = said;
const answered = { log: [notify('2s', 'ada'), acknowledge('60s', 'ada')], note: 'ack=human escalation=1/3' };

/** Items 8 to 11: what drills of the past prove, and what is planned. */
export const evidence: readonly Sabotage[] = [
  {
    check: '08-test-alert',
    name: 'nobody ever drilled',
    how: () => undefined,
    undrilled: true,
    status: 'fail',
    says: /no drill of "PMP Study - Critical" in the last 35 days/,
    hint: /drill it/,
    also: { '09-acknowledgement': 'fail', '10-escalation': 'fail', 'high-drill': 'warn' },
  },
  {
    check: '08-test-alert',
    name: 'the last drill was half a year ago',
    how: (world) => {
      world.plant({ ...throughEveryLevel, created: '180d' });
      world.plant({ ...ofTheSecondService, created: '2d' });
    },
    undrilled: true,
    status: 'fail',
    says: /no drill of "PMP Study - Critical" in the last 35 days/,
    hint: /drill it/,
    also: { '09-acknowledgement': 'fail', '10-escalation': 'fail' },
  },
  {
    check: '08-test-alert',
    name: 'the drills of the last days count no more than one day',
    how: () => undefined,
    verify: { maxAge: day },
    status: 'fail',
    says: /in the last 24 h/,
    hint: /drill it/,
    also: { '09-acknowledgement': 'fail', '10-escalation': 'fail', 'high-drill': 'warn' },
  },
  {
    check: '08-test-alert',
    name: 'somebody typed the title of a drill',
    how: (world) => {
      world.plant({ ...throughEveryLevel, unmarked: true });
      world.plant(ofTheSecondService);
    },
    undrilled: true,
    status: 'fail',
    says: /incident #\d+ says so in the title only/,
    hint: /drill it/,
    also: { '09-acknowledgement': 'fail', '10-escalation': 'fail' },
  },
  {
    check: '08-test-alert',
    name: 'the newest drill rang nobody',
    how: (world) => world.plant({ created: '1d', log: [], note: 'ack=none escalation=1/3' }),
    status: 'fail',
    says: /nobody was notified/,
    hint: /04-contact-methods/,
    also: { '09-acknowledgement': 'fail' },
  },
  {
    check: '09-acknowledgement',
    name: 'nobody answered the newest drill',
    how: (world) => world.plant({ created: '1d', log: [notify('2s', 'ada')], note: 'ack=none escalation=1/3' }),
    status: 'fail',
    says: /was acknowledged by nobody/,
    hint: /why nobody answered/,
  },
  {
    check: '09-acknowledgement',
    name: 'the newest drill acknowledged itself by API, and a human is asked for',
    how: (world) => world.plant({ ...answered, created: '1d', note: 'ack=auto escalation=1/3' }),
    verify: { requireHuman: true },
    status: 'fail',
    says: /by API, no human tested/,
    hint: /who is on call at hand/,
  },
  {
    check: '09-acknowledgement',
    name: 'somebody acknowledged who had never been called',
    how: (world) => world.plant({ ...answered, created: '1d', log: [notify('2s', 'ada'), acknowledge('60s', 'eve')] }),
    verify: { requireHuman: true },
    status: 'fail',
    says: /no human tested/,
    hint: /who is on call at hand/,
  },
  {
    check: '09-acknowledgement',
    name: 'the lead was called although the drill was acknowledged',
    how: (world) => world.plant({ ...answered, created: '1d', log: [...answered.log, escalate('10m', 'grace'), notify('602s', 'grace')] }),
    status: 'fail',
    says: /went on after it was acknowledged: Grace Example was still notified/,
    hint: /escalation policy/,
    also: { '10-escalation': 'fail' },
  },
  {
    check: '09-acknowledgement',
    name: 'the answer took longer than was promised',
    how: (world) => world.plant({ ...answered, created: '1d', log: [notify('2s', 'ada'), acknowledge('8m', 'ada')] }),
    status: 'warn',
    says: /8 min after level 1 was called; the promise is 5 min/,
    hint: /kept Ada Example/,
  },
  {
    check: '10-escalation',
    name: 'no drill was ever left unanswered',
    how: (world) => {
      world.plant(answered);
      world.plant(ofTheSecondService);
    },
    undrilled: true,
    status: 'fail',
    says: /was left to escalate/,
    hint: /let nobody answer.* 25 min and calls 3 levels/,
  },
  {
    check: '10-escalation',
    name: 'the newest escalation never reached the CTO',
    how: (world) =>
      world.plant({
        created: '1d',
        log: [notify('2s', 'ada'), escalate('10m', 'grace'), notify('602s', 'grace'), acknowledge('11m', 'grace')],
        note: 'ack=human escalation=2/3',
      }),
    status: 'fail',
    says: /called 2 of 3 levels of "PMP Critical Escalation"/,
    hint: /Look at coverage/,
  },
  {
    check: '10-escalation',
    name: 'the lead was called ten minutes late',
    how: (world) =>
      world.plant({
        created: '1d',
        log: [
          notify('2s', 'ada'),
          escalate('20m', 'grace'),
          notify('1202s', 'grace'),
          escalate('35m', 'alan'),
          notify('2102s', 'alan'),
          acknowledge('36m', 'alan'),
        ],
        note: 'ack=human escalation=3/3',
      }),
    status: 'fail',
    says: /left level 1 after 20 min; "PMP Critical Escalation" says 10 min/,
    hint: /drill again/,
  },
  {
    check: 'high-drill',
    name: 'only the critical service was drilled',
    how: (world) => world.plant(throughEveryLevel),
    undrilled: true,
    status: 'warn',
    says: /PMP Study - High Priority was not drilled in the last 35 days/,
    hint: /Drill the second service/,
  },
  {
    check: 'high-drill',
    name: 'the drill of the second service rang nobody',
    how: (world) => {
      world.plant(throughEveryLevel);
      world.plant({ service: high, created: '1d', log: [] });
    },
    undrilled: true,
    status: 'warn',
    says: /notified nobody/,
    hint: /Drill the second service/,
  },
  {
    check: '11-maintenance-windows',
    name: 'the next deployment’s window was deleted',
    how: ({ account }) => account.remove('maintenance_windows', 'Deployment'),
    status: 'fail',
    says: /maintenance window "Deployment" of 2026-09-15 10:00Z is not in PagerDuty/,
    hint: /pmp-pd setup/,
  },
  {
    check: '11-maintenance-windows',
    name: 'a later date of a window was deleted',
    how: async ({ account }) => {
      const last = (await account.all('maintenance_windows')).findLast((one) => String(one['description']).startsWith('Database upgrade'));
      await account.call('DELETE', `/maintenance_windows/${last?.id}`);
    },
    status: 'warn',
    says: /2 of the next 3 dates of "Database upgrade" are planned/,
    hint: /pmp-pd setup/,
  },
  {
    check: '11-maintenance-windows',
    name: 'every window was deleted',
    how: async ({ account }) => {
      for (const one of await account.all('maintenance_windows')) await account.call('DELETE', `/maintenance_windows/${one.id}`);
    },
    status: 'fail',
    says: /"Deployment" .* is not in PagerDuty/,
    hint: /pmp-pd setup/,
  },
  {
    check: '11-maintenance-windows',
    name: 'a window ends two hours early',
    how: ({ account }) => account.change('maintenance_windows', 'Database upgrade', { end_time: '2026-10-04T04:00:00Z' }),
    status: 'fail',
    says: /"Database upgrade" .* ends 2026-10-04 04:00Z, the answers say 2026-10-04 06:00Z/,
    hint: /change the answers/,
  },
  {
    check: '11-maintenance-windows',
    name: 'a window of the second service silences the critical one too',
    how: async ({ account }) => {
      const ids = [(await account.find('services', critical)).id, (await account.find('services', high)).id];
      const services = ids.map((id) => ({ id, type: 'service_reference' }));
      await account.change('maintenance_windows', 'Infrastructure change', { services });
    },
    status: 'fail',
    says: /"Infrastructure change" .* also silences "PMP Study - Critical"/,
    hint: /change the answers/,
  },
];
