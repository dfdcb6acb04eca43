import type { Check } from '../engine/index.ts';
import { pagedPeople, type Answers } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import { absentServices } from './shared/absent.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { servicesSeen } from './shared/services.ts';
import { listed } from './shared/telling.ts';
import { count } from './shared/words.ts';

const larger = 'Take a larger PagerDuty plan (a trial has everything), or accept it.';

/** What the guide wants and the account's plan does not sell: the rest works, and this is what it works without. */
export const plan: Check = {
  id: 'plan',
  title: "The account's plan has what the guide wants",

  async run(answers, world, { byGuidesNames }) {
    const account = await world.pagerduty.account();
    if (account.abilities.size === 0) return skip('PagerDuty shows no abilities of this account');
    const [groupings, seats] = await Promise.all([refusedGroupings(answers, world), byGuidesNames ? [] : missingSeats(answers, world)]);
    const urgencies: readonly Problem[] = account.abilities.has('urgencies')
      ? []
      : [{ status: 'warn', what: 'no low urgency ("urgencies"): P3 cannot be quiet, so it does not reach PagerDuty', hint: larger }];
    const license = account.license === undefined ? '' : ` (${account.license})`;
    return judged([...urgencies, ...groupings, ...seats], `low urgency is there; no alert grouping was refused${license}`);
  },
};

async function refusedGroupings(answers: Answers, world: ReadWorld): Promise<readonly Problem[]> {
  const { criticalService, highService } = answers.names;
  const wanted = [criticalService, highService];
  const [seen, services] = await Promise.all([servicesSeen(answers, world), world.pagerduty.services(wanted)]);
  const absent = absentServices(seen);
  const settings = services.length === 0 ? [] : await world.pagerduty.groupings(wanted);
  const refused = services.filter((one) => one.refused.length > 0).map((one) => `${one.value?.name ?? ''}: ${one.refused.join(', ')}`);
  if (settings !== 'refused' && refused.length === 0) return absent;
  const what = settings === 'refused' ? 'no alert grouping' : `alert grouping was refused (${refused.join('; ')})`;
  return [{ status: 'warn', what: `${what}: only Alertmanager's own group_by keeps incidents few`, hint: larger }, ...absent];
}

/** People of the answers who still need a seat, against those that are free. */
async function missingSeats(answers: Answers, { pagerduty }: ReadWorld): Promise<readonly Problem[]> {
  const emails = pagedPeople(answers).map((person) => person.email);
  const [{ seatsFree }, users] = await Promise.all([pagerduty.account(), pagerduty.users(emails)]);
  const without = emails.filter((email) => !users.some((user) => user.value.name === email));
  if (typeof seatsFree !== 'number' || seatsFree >= without.length) return [];
  const what = `${count(without.length, 'person', 'people')} without a seat (${listed(without)}), and ${seatsFree} free`;
  return [{ status: 'warn', what, hint: 'Free a seat or add one in PagerDuty (Account Settings, Billing), then run pmp-pd setup.' }];
}
