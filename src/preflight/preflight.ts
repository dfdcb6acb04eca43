import { PmpError, toPmpError, type Finding } from '../engine/index.ts';
import { secretKeys, type Answers, type KubernetesAnswers } from '../model/index.ts';
import type { Account, AlertmanagerFound, ReadWorld } from '../ports/index.ts';

/** @throws PmpError `account-expired`: every write would be refused, so nobody is asked anything first. */
export function refuseExpired({ expired, subdomain }: Account): void {
  if (expired !== true) return;
  throw new PmpError('account-expired', {
    message: `the PagerDuty account${subdomain === undefined ? '' : ` ${subdomain}`} has expired`,
    cause: 'PagerDuty says so (2012): it can be read a little, and every change is refused.',
    fix: 'Choose a plan in PagerDuty (Account Settings, Billing), then run the same command again.',
  });
}

/** Token, region, acting user. Throws what makes everything else pointless (no credentials, no connection). */
export async function preflightAccount(world: Pick<ReadWorld, 'pagerduty'>, from: string | undefined): Promise<readonly Finding[]> {
  const account = await world.pagerduty.account();
  return [{ title: 'PagerDuty knows this token', status: 'pass', evidence: tokenText(account) }, actingUser(account, from), seats(account)];
}

/** Cluster reachable, allowed to write, Alertmanager found and by whom owned. Never throws: each failure is a finding. */
export async function preflightCluster(world: ReadWorld, answers: Answers): Promise<readonly Finding[]> {
  if (answers.kubernetes === 'none' || world.kubernetes === undefined)
    return [
      {
        title: 'Kubernetes',
        status: 'warn',
        evidence: 'kubernetes: none, so no secret is written; alertmanager.yml is rendered to a file',
      },
    ];
  const reached = await finding('The cluster answers', () => clusterText(world));
  if (reached.status === 'fail') return [reached];
  const wanted = answers.kubernetes;
  const [rights, namespace, alertmanager] = await Promise.all([
    finding(`Secret ${wanted.secret} may be written`, () => maySecret(world, wanted)),
    finding(`Namespace ${wanted.namespace}`, () => namespaceText(world, wanted)),
    alertmanagerFinding(world, answers),
  ]);
  return [reached, rights, namespace, alertmanager];
}

async function finding(title: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { title, status: 'pass', evidence: await look() };
  } catch (thrown) {
    const error = toPmpError(thrown);
    return { title, status: 'fail', evidence: error.facts.message, error };
  }
}

function tokenText({ token, user, region, subdomain }: Account): string {
  const whose = {
    user: `a person's token${user ? `: ${user.email}, ${user.role}` : ''}`,
    account: 'an account token',
    oauth: 'a scoped OAuth token',
  }[token];
  return `${whose}; ${subdomain ?? 'account'} in ${region.toUpperCase()}`;
}

function actingUser(account: Account, from: string | undefined): Finding {
  const title = 'Acting user is known';
  if (account.token === 'user') return { title, status: 'pass', evidence: account.user?.email ?? 'the owner of the token' };
  if (from !== undefined) return { title, status: 'pass', evidence: from };
  const error = new PmpError('answer-missing', {
    message: 'this token belongs to nobody, and no acting user was named',
    cause: 'PagerDuty wants the e-mail of an existing user in the From header of some calls.',
    fix: 'Give --from <e-mail>, set PD_FROM_EMAIL, or put "from:" into the answers.',
  });
  return { title, status: 'fail', evidence: error.facts.message, error };
}

function seats({ seatsFree, license }: Account): Finding {
  const title = 'Seats';
  const plan = license === undefined ? '' : ` (${license})`;
  if (seatsFree === undefined) return { title, status: 'warn', evidence: 'the account does not say how many seats are free' };
  return { title, status: 'pass', evidence: seatsFree === null ? `no limit${plan}` : `${seatsFree} free${plan}` };
}

async function clusterText(world: ReadWorld): Promise<string> {
  const { kubernetes } = world;
  if (kubernetes === undefined) return 'none';
  const [target, version] = await Promise.all([kubernetes.target(), kubernetes.version()]);
  return `${target.cluster} at ${target.server}, context ${target.context}, Kubernetes ${version}`;
}

/** Asked before anything is written: a refusal half-way would leave keys without a home. */
async function maySecret({ kubernetes }: ReadWorld, { namespace, secret }: KubernetesAnswers): Promise<string> {
  const verbs = ['get', 'patch', 'create'] as const;
  const may = await Promise.all(
    verbs.map(async (verb) =>
      (await kubernetes?.can({ verb, group: '', resource: 'secrets', namespace, name: secret })) === true ? undefined : verb,
    ),
  );
  const missing = may.filter((verb) => verb !== undefined);
  if (missing.length === 0) return `${verbs.join(', ')} in ${namespace}`;
  throw new PmpError('kubernetes-permission', {
    message: `the cluster does not allow you to ${missing.join(' and ')} secret "${secret}" in namespace ${namespace}`,
    cause: `pmp-pd puts ${secretKeys.critical} and ${secretKeys.high} there.`,
    fix: `Ask a cluster admin for a Role with verbs get, patch, create on secrets named ${secret}, or use another --context.`,
  });
}

async function namespaceText({ kubernetes }: ReadWorld, { namespace }: KubernetesAnswers): Promise<string> {
  const found = await kubernetes?.get({ group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', name: namespace });
  if (found !== undefined) return 'exists';
  if ((await kubernetes?.can({ verb: 'patch', group: '', resource: 'namespaces', name: namespace })) === true)
    return 'absent, will be created';
  throw new PmpError('kubernetes-permission', {
    message: `namespace ${namespace} does not exist, and the cluster does not allow you to create it`,
    fix: `Ask a cluster admin to create it (kubectl create namespace ${namespace}), or name another with --namespace.`,
  });
}

async function alertmanagerFinding({ alertmanager }: ReadWorld, answers: Answers): Promise<Finding> {
  const title = 'Alertmanager';
  const look = await finding(title, async () => {
    const found = await alertmanager?.find();
    if (found === undefined) return (await alertmanager?.managedElsewhere()) ?? '';
    refuseClosed(found, answers);
    const owner = found.owner === undefined ? '' : `, owned by ${found.owner}`;
    return `${found.workload}${found.version === undefined ? '' : ` ${found.version}`}, ${found.replicas} replica${found.replicas === 1 ? '' : 's'}${owner}`;
  });
  if (look.status === 'fail') return look.error?.id === 'answers-invalid' ? look : { ...look, status: 'warn' };
  if (look.evidence !== '') return look;
  const where = answers.kubernetes === 'none' ? '' : ` in namespace ${answers.kubernetes.namespace}`;
  const then = answers.alertmanager.apply ? 'its steps will wait until one is deployed' : 'alertmanager.yml is only rendered to a file';
  return { title, status: 'warn', evidence: `none found${where}: ${then}` };
}

/** Found out before anything is written: a mount inside a mounted ConfigMap would keep the container from starting. */
function refuseClosed({ closed = [], keyDir, shape, handsOff }: AlertmanagerFound, { alertmanager }: Answers): void {
  if (!alertmanager.apply || keyDir !== undefined || shape === 'operator' || handsOff !== undefined) return;
  const over = closed.find((path) => alertmanager.keyDir === path || alertmanager.keyDir.startsWith(`${path}/`));
  if (over === undefined) return;
  throw new PmpError('answers-invalid', {
    message: `alertmanager.key_dir ${alertmanager.keyDir} cannot be mounted`,
    cause: `${over} is itself a mounted ConfigMap or Secret in that Alertmanager, in which no folder can be made.`,
    fix: 'Set alertmanager.key_dir to a folder outside it, for example /etc/pagerduty-secrets.',
  });
}
