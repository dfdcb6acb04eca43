import type { Check } from '../engine/index.ts';
import type { Answers, Integration } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import { absentServices, there } from './shared/absent.ts';
import { judged } from './shared/problems.ts';
import { servicesSeen } from './shared/services.ts';
import type { Trouble } from './shared/verdicts.ts';

const kinds = { events_v2: 'Events API v2', prometheus: 'Prometheus (Events API v1)' } as const;

/** Item 5. By the guide's names either kind will do; with answers, theirs. */
export const integrationKeys: Check = {
  id: '05-integration-keys',
  item: 5,
  title: 'Integration keys obtained',

  async run(answers, world, { byGuidesNames }) {
    const services = await servicesSeen(answers, world);
    const found = await world.pagerduty.integrations(services.map(({ name }) => name));
    const values = found.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const looked = await Promise.all(
      there(services).map(({ name }) => {
        const own = values.filter(({ service, type }) => service === name && (byGuidesNames || type === answers.integration));
        return look(name, own, answers, world);
      }),
    );
    return judged(
      [...looked.flatMap(({ troubles }) => troubles), ...absentServices(services)],
      looked.flatMap(({ facts }) => facts).join('; '),
    );
  },
};

interface Looked {
  readonly troubles: readonly Trouble[];
  readonly facts: readonly string[];
}

async function look(service: string, own: readonly Integration[], answers: Answers, world: ReadWorld): Promise<Looked> {
  const [first] = own;
  if (first === undefined) {
    const what = `service "${service}" has no ${kinds[answers.integration]} integration`;
    return {
      troubles: [{ status: 'fail', what, hint: 'Run pmp-pd setup, or add the integration at PagerDuty → Services → Integrations.' }],
      facts: [],
    };
  }
  const fingerprint =
    own.find((one) => one.fingerprint !== undefined)?.fingerprint ??
    (await world.pagerduty.integrationKey(service, first.type))?.fingerprint;
  if (fingerprint !== undefined) return { troubles: [], facts: [`"${service}": ${kinds[first.type]}, key ${fingerprint}`] };
  const what = `PagerDuty shows no key for "${first.label}" of service "${service}"`;
  return {
    troubles: [{ status: 'fail', what, hint: 'Use a token that may read integrations, or delete the integration and run pmp-pd setup.' }],
    facts: [],
  };
}
