import type { Check } from '../engine/index.ts';
import { secretKeys, type Answers, type Integration, type ServiceRole } from '../model/index.ts';
import type { SeenSecret } from '../ports/index.ts';
import { judged, type Problem } from './shared/problems.ts';

/** Item 6. The secret holds both entries, and each holds a key of its own service; by fingerprint. */
export const kubernetesSecrets: Check = {
  id: '06-kubernetes-secrets',
  item: 6,
  title: 'Kubernetes secrets created',

  async run(answers, world) {
    const { kubernetes, names } = answers;
    if (kubernetes === 'none' || world.kubernetes === undefined)
      return { status: 'skip', evidence: 'the answers say kubernetes: none, so there is no cluster to look into' };
    const { namespace, secret: name } = kubernetes;
    const services = { critical: names.criticalService, high: names.highService };
    const [secret, integrations] = await Promise.all([
      world.kubernetes.secret(namespace, name),
      world.pagerduty.integrations(Object.values(services)),
    ]);
    if (secret === undefined)
      return {
        status: 'fail',
        evidence: `there is no secret "${name}" in namespace ${namespace}`,
        hint: 'Run pmp-pd setup, or name yours in the answers (kubernetes.namespace, kubernetes.secret).',
      };
    const values = integrations.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const looked = (['critical', 'high'] as const).map((role) => look(secret, role, services[role], values, kubernetes));
    const facts = looked.flatMap(({ fact }) => fact);
    const owner = secret.owner === undefined ? '' : ` (written by ${secret.owner})`;
    return judged(
      looked.flatMap(({ problems }) => problems),
      `secret ${namespace}/${name}${owner}: ${facts.join(', ')}`,
    );
  },
};

type Place = Exclude<Answers['kubernetes'], 'none'>;

function look(secret: SeenSecret, role: ServiceRole, service: string, all: readonly Integration[], { namespace, secret: name }: Place) {
  const entry = secretKeys[role];
  const held = secret.data.get(entry)?.fingerprint;
  const keys = all.filter((one) => one.service === service).flatMap(({ fingerprint }) => fingerprint ?? []);
  const repair =
    secret.owner === undefined ? 'Run pmp-pd setup, which puts the key there.' : `Put the key into the source of ${secret.owner}.`;
  const trouble = (what: string, hint = repair): { readonly problems: readonly Problem[]; readonly fact: readonly string[] } => ({
    problems: [{ status: 'fail', what, hint, awaits: `secret ${namespace}/${name} to hold the right keys` }],
    fact: [],
  });
  if (held === undefined) return trouble(`secret ${namespace}/${name} has no entry ${entry}`);
  if (keys.length === 0) {
    const what = `PagerDuty shows no key of "${service}" that entry ${entry} (${held}) could be compared with`;
    return { problems: [{ status: 'unknown' as const, what }], fact: [] };
  }
  if (!keys.includes(held)) {
    const owner = all.find(({ fingerprint }) => fingerprint === held)?.service;
    const what = owner === undefined ? `key ${held}, which is none of this service's` : `the key of "${owner}"`;
    return trouble(`entry ${entry} should hold the key of "${service}" (${keys.join(' or ')}) and holds ${what}`);
  }
  return { problems: [], fact: [`${entry} ${held}`] };
}
