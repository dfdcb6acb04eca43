import type { Check } from '../engine/index.ts';
import type { AlertGrouping, Service } from '../model/index.ts';
import { absentServices, there } from './shared/absent.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { servicesSeen } from './shared/services.ts';

const hint =
  'Give each service a grouping setting of its own, "severity" among the fields of the second: run pmp-pd setup --only services.';

/** Grouping merges alerts into an incident that is already open, and an open incident pages nobody again. */
export const grouping: Check = {
  id: 'grouping',
  title: 'Alert grouping cannot put a P1 into an incident that pages nobody',

  async run(answers, world) {
    const services = await servicesSeen(answers, world);
    const names = there(services).map(({ name }) => name);
    // Asked for by the same list as everybody else's, so that it is read once.
    const found = names.length === 0 ? [] : await world.pagerduty.groupings(services.map(({ name }) => name));
    if (found === 'refused') return skip("the account's plan shows no grouping settings; Alertmanager's own group_by is in force");
    const settings = found.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const settingOf = (name: string) => settings.find((setting) => setting.services.includes(name));
    const problems = there(services).flatMap(({ role, name, found: service }) => {
      const setting = settingOf(name);
      if (setting === undefined) return [];
      return [...holdsMore(setting, names), ...(role === 'high' ? mixes(setting, service) : [])];
    });
    const seen = names.map((name) => `${name}: ${inWords(settingOf(name))}`);
    return judged([...problems, ...absentServices(services)], seen.join('; '));
  },
};

function holdsMore({ services }: AlertGrouping, ours: readonly string[]): readonly Problem[] {
  const own = services.filter((name) => ours.includes(name)).join(' and ');
  const others = services.filter((name) => !ours.includes(name));
  if (ours.every((name) => services.includes(name)) && ours.length > 1)
    return [{ status: 'fail', what: `one grouping setting holds ${own}: a P1 could join an open P2 and page nobody`, hint }];
  if (others.length === 0) return [];
  const what = `the grouping setting of ${own} also holds ${others.join(', ')}: an alert could join an incident of another service`;
  return [{ status: 'warn', what, hint }];
}

/** Only where severity decides the urgency can a loud alert drown in a quiet incident. */
function mixes({ type, fields, anyField }: AlertGrouping, { name, urgency }: Service): readonly Problem[] {
  const apart =
    (type === 'content_based' || type === 'content_based_intelligent') &&
    fields.includes('severity') &&
    (anyField !== true || fields.length === 1);
  if (apart || urgency !== 'severity_based') return [];
  const what = `${name} groups ${inWords({ type, fields, ...(anyField === true && { anyField }) })}: a P2 could join an open, low-urgency P3, which never escalates`;
  return [{ status: 'fail', what, hint }];
}

function inWords(setting: Pick<AlertGrouping, 'type' | 'fields' | 'anyField'> | undefined): string {
  if (setting === undefined) return "no setting, Alertmanager's own group_by";
  const kind = setting.type.replaceAll('_', '-');
  return setting.fields.length === 0 ? kind : `${kind} by ${setting.anyField === true ? 'any of ' : ''}${setting.fields.join(', ')}`;
}
