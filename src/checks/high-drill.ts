import type { Check } from '../engine/index.ts';
import { drillsOf, isUnderWay, newestDrill, type Drill } from './shared/drills.ts';
import { skip } from './shared/problems.ts';
import { servicesSeen } from './shared/services.ts';
import { at } from './shared/words.ts';

const hint = 'Drill the second service too: pmp-pd test-alert --severity high.';

/** Items 8 to 10 are proven by the critical service; the other has a key, a policy and a route of its own. */
export const highDrill: Check = {
  id: 'high-drill',
  title: 'The second service was drilled too',

  async run(answers, world, { now, maxAge }) {
    const { criticalService, highService } = answers.names;
    const services = await servicesSeen(answers, world);
    if (services.find(({ role }) => role === 'high')?.found === undefined) return skip(`service "${highService}" is not there`);
    const drills = () => drillsOf(world, highService, [criticalService, highService], now - maxAge * 1000);
    const proof = await newestDrill(drills(), (drill) => pages(drill).length > 0);
    if (proof !== undefined)
      return { status: 'pass', evidence: evidenceOf(proof), ageSeconds: Math.floor((now - proof.incident.created) / 1000) };
    const any = await newestDrill(drills(), () => true);
    const evidence =
      any === undefined
        ? `${highService} was not drilled in the last ${Math.round(maxAge / 86_400)} days`
        : `the drill of ${at(any.incident.created)} (incident ${any.incident.number}) notified nobody`;
    const open = any !== undefined && isUnderWay(any, now) ? { awaits: `the drill of ${highService} that is under way` } : {};
    return { status: 'warn', evidence, hint, ...open };
  },
};

function pages({ entries }: Drill): Drill['entries'] {
  return entries.filter(({ type }) => type === 'notify');
}

function evidenceOf(drill: Drill): string {
  const [first] = pages(drill);
  const whom = first?.who === undefined ? 'somebody' : first.who;
  const by = first?.channel === undefined ? '' : ` by ${first.channel}`;
  return `drill ${drill.id} of ${at(drill.incident.created)}, incident ${drill.incident.number}: notified ${whom}${by}`;
}
