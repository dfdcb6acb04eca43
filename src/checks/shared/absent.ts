import type { Service } from '../../model/index.ts';
import type { Problem } from './problems.ts';
import type { PolicySeen, ServiceSeen } from './services.ts';

type There = ServiceSeen & { readonly found: Service };

/** Those that are in the account. */
export function there(services: readonly ServiceSeen[]): readonly There[] {
  return services.flatMap((one) => (one.found === undefined ? [] : [{ ...one, found: one.found }]));
}

/** Of a service that is not there nothing can be said: that is item 1's failure and nobody's pass. */
export function absentServices(services: readonly ServiceSeen[]): readonly Problem[] {
  return services
    .filter(({ found }) => found === undefined)
    .map(({ name }): Problem => ({ status: 'unknown', what: `service "${name}" is not there` }));
}

/** The same of policies, which are item 2's. */
export function absentPolicies(policies: readonly PolicySeen[]): readonly Problem[] {
  return policies
    .filter(({ policy }) => policy === undefined)
    .map(({ policyName }): Problem => ({ status: 'unknown', what: `escalation policy "${policyName}" is not there` }));
}
