import type { Answers, EscalationPolicy, Service, ServiceRole } from '../../model/index.ts';
import type { PagerDutyRead } from '../../ports/index.ts';

type Looks = { readonly pagerduty: Pick<PagerDutyRead, 'services' | 'policies'> };

/** One of the two services: the names that are looked for, and what was found. */
export interface ServiceSeen {
  readonly role: ServiceRole;
  readonly name: string;
  /** The policy of the answers. */
  readonly wantedPolicy: string;
  readonly found: Service | undefined;
}

/** A service's policy: the one that it escalates by, else the one that the answers name. */
export interface PolicySeen extends ServiceSeen {
  readonly policyName: string;
  readonly policy: EscalationPolicy | undefined;
  readonly description: string;
}

export async function servicesSeen({ names }: Answers, { pagerduty }: Looks): Promise<readonly ServiceSeen[]> {
  const wanted = [
    { role: 'critical', name: names.criticalService, wantedPolicy: names.criticalPolicy },
    { role: 'high', name: names.highService, wantedPolicy: names.highPolicy },
  ] as const;
  const found = await pagerduty.services(wanted.map(({ name }) => name));
  return wanted.map((one) => ({ ...one, found: found.find(({ value }) => value?.name === one.name)?.value }));
}

export async function policiesSeen(answers: Answers, world: Looks): Promise<readonly PolicySeen[]> {
  const services = await servicesSeen(answers, world);
  const nameOf = ({ found, wantedPolicy }: ServiceSeen) => (found === undefined || found.policy === '' ? wantedPolicy : found.policy);
  const policies = await world.pagerduty.policies([...new Set(services.map(nameOf))]);
  return services.map((service) => {
    const policyName = nameOf(service);
    const policy = policies.find(({ value }) => value?.name === policyName)?.value;
    return { ...service, policyName, policy, description: policy?.description ?? '' };
  });
}
