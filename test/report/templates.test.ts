import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load, loadAll } from 'js-yaml';
import { afterAll, describe, expect, it, test } from 'vitest';
import { Desk, exampleAnswers } from '../support/cli.ts';
import { ClusterServer } from '../support/cluster-server.ts';

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

const file = (name: string) => new URL(`../../templates/${name}`, import.meta.url);
const manifest = readFileSync(file('verify-cronjob.yaml'), 'utf8');
const documents = loadAll(manifest) as Loose[];
const of = (kind: string): Loose => documents.find((document) => document.kind === kind);
const [role, cronJob] = [of('Role'), of('CronJob')];
const pod = cronJob.spec.jobTemplate.spec.template.spec;
const workflow = load(readFileSync(file('github-actions-verify.yml'), 'utf8')) as Loose;
const scripts = (workflow.jobs.verify.steps as Loose[]).flatMap(({ run }) => (typeof run === 'string' ? [run] : []));

const desk = new Desk();
const kubectlHere = (() => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const cluster = await ClusterServer.start();
const served = new Map(
  await Promise.all(
    documents.map(async (document): Promise<[string, boolean]> => {
      const group = (document.apiVersion as string).includes('/')
        ? `/apis/${document.apiVersion as string}`
        : `/api/${document.apiVersion as string}`;
      const { status, json } = await cluster.get(group);
      return [document.kind as string, status === 200 && (json.resources as Loose[]).some(({ kind }) => kind === document.kind)];
    }),
  ),
);
afterAll(async () => {
  desk.close();
  await cluster.close();
});

/** What RBAC makes of a path that was asked of the API server with GET. */
function asked(
  url: string,
):
  | { readonly group: string; readonly resource: string; readonly verb: string; readonly name: string; readonly namespace: string }
  | undefined {
  const match = /^\/k8s\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?/.exec(url);
  if (match === null) return undefined;
  const [, group = '', namespace = '', plural = '', name = '', subresource] = match;
  return {
    group,
    namespace,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    verb: name === '' ? 'list' : 'get',
    name,
  };
}

function grants(rule: Loose, ask: NonNullable<ReturnType<typeof asked>>): boolean {
  return (
    rule.apiGroups.includes(ask.group) &&
    rule.resources.includes(ask.resource) &&
    rule.verbs.includes(ask.verb) &&
    (rule.resourceNames === undefined || rule.resourceNames.includes(ask.name))
  );
}

describe('the nightly verify in the cluster', () => {
  it('may read and not write, and no Secret but those it names', () => {
    const rules = role.rules as Loose[];
    expect(rules.flatMap(({ verbs }) => verbs as string[]).filter((verb) => !['get', 'list'].includes(verb))).toEqual([]);
    expect(rules.flatMap((rule) => [...rule.apiGroups, ...rule.resources]).filter((word) => (word as string).includes('*'))).toEqual([]);
    const secrets = rules.filter(({ resources }) => resources.includes('secrets'));
    expect(secrets).toEqual([
      expect.objectContaining({ verbs: ['get'], resourceNames: expect.arrayContaining(['pagerduty-secrets']) as string[] }),
    ]);
  });

  it('is bound to its own account, in one namespace, with the token where the program looks for it', () => {
    const binding = of('RoleBinding');
    expect(binding.roleRef).toMatchObject({ kind: 'Role', name: role.metadata.name });
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: pod.serviceAccountName, namespace: 'monitoring' }]);
    expect(new Set(documents.map(({ metadata }) => metadata.namespace as string))).toEqual(new Set(['monitoring']));
    const [container] = pod.containers;
    const mounts = new Map((container.volumeMounts as Loose[]).map((mount) => [mount.mountPath, mount]));
    expect(container.env).toContainEqual({ name: 'PAGERDUTY_TOKEN_FILE', value: '/credentials/PAGERDUTY_TOKEN' });
    for (const folder of ['/credentials', '/answers']) expect(mounts.get(folder)).toMatchObject({ readOnly: true });
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(manifest).not.toMatch(/token:\s*\S|PAGERDUTY_TOKEN=(?!token\.txt)/);
  });

  it('grants every call that a verify makes of the cluster', async () => {
    const set = await desk.run(['setup', '--sandbox', '--yes', '--config', exampleAnswers, '-q']);
    expect(set.stderr).not.toContain('✖');
    await desk.run(['verify', '--sandbox', '--config', exampleAnswers, '--trace', 'trace.jsonl']);
    const calls = desk
      .read('trace.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { method: string; path: string })
      .filter(({ path: url }) => url.startsWith('/k8s/'));
    // What is no object (discovery, an access review) every account of a cluster may ask.
    const asks = calls.flatMap(({ path: url }) => asked(url) ?? []);
    expect(asks.length).toBeGreaterThan(10);
    expect(calls.filter(({ method, path: url }) => method !== 'GET' && asked(url) !== undefined)).toEqual([]);
    expect(asks.filter((ask) => ask.namespace !== 'monitoring' || !(role.rules as Loose[]).some((rule) => grants(rule, ask)))).toEqual([]);
  });

  const withKubectl = async (document: Loose, args: readonly string[], kubeconfig = ''): Promise<string> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pmp-pd-templates-'));
    try {
      writeFileSync(path.join(folder, 'kubeconfig'), kubeconfig);
      writeFileSync(path.join(folder, 'one.json'), JSON.stringify(document));
      const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: path.join(folder, 'kubeconfig') };
      return await new Promise((resolve) => {
        execFile('kubectl', [...args, '-f', path.join(folder, 'one.json')], { env, timeout: 20_000 }, (_error, stdout, stderr) =>
          resolve(`${stdout}${stderr}`),
        );
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  // kubectl reads these two into its own types and drops what they do not know: a misspelt field would be missing from what it prints.
  test.skipIf(!kubectlHere).each([
    ['CronJob', ['set', 'image', '--local', 'verify=example', '-o', 'json']],
    ['RoleBinding', ['set', 'subject', '--local', '--user=nobody', '-o', 'json']],
  ])('%s has no field that Kubernetes does not know', async (kind, args) => {
    const known = JSON.parse(await withKubectl(of(kind), args)) as Loose;
    const wanted = structuredClone(of(kind));
    // What the command itself sets; without a change it prints nothing.
    if (kind === 'CronJob') wanted.spec.jobTemplate.spec.template.spec.containers[0].image = 'example';
    else delete wanted.subjects;
    expect(known).toMatchObject(wanted as object);
    const misspelt = JSON.parse(await withKubectl({ ...of(kind), surprise: 1 }, args)) as Loose;
    expect(misspelt).not.toHaveProperty('surprise');
  });

  const kinds = documents.map(({ kind }) => ({ kind: kind as string, here: kubectlHere && served.get(kind as string) === true }));
  for (const { kind, here } of kinds) {
    test.skipIf(!here)(
      `${kind} is taken by an API server${here ? '' : ' (the sandbox does not serve it, or no kubectl: skipped)'}`,
      async () => {
        const printed = await withKubectl(of(kind), ['apply', '--dry-run=server', '--validate=false'], cluster.kubeconfig);
        expect(printed).toMatch(/^\S+\/pmp-pd-verify created \(server dry run\)\n$/);
      },
    );
  }
});

describe('the workflow', () => {
  it('asks for no more than it needs, and keeps secrets out of its commands', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(scripts.join('\n')).not.toMatch(/\$\{\{/);
    expect(workflow.jobs.verify.env.PAGERDUTY_TOKEN).toBe('${{ secrets.PAGERDUTY_TOKEN }}');
  });

  it('fails where verify fails, and keeps its report all the same', () => {
    expect(scripts.find((script) => script.includes('pmp-pd verify'))).toContain('set -o pipefail');
    const kept = (workflow.jobs.verify.steps as Loose[]).filter(({ if: when }) => typeof when === 'string' && when.startsWith('always()'));
    expect(kept).toHaveLength(2);
  });
});

it('uses only options that verify has', async () => {
  const { stdout } = await desk.run(['verify', '--help']);
  const known = new Set(stdout.match(/--[a-z][a-z-]*/g));
  const used = [...(pod.containers[0].args as string[]), ...scripts.filter((script) => script.includes('pmp-pd verify'))].join(' ');
  const options = [...new Set(used.match(/(?<=\s|^)--[a-z][a-z-]*/g))];
  expect(options).toEqual(expect.arrayContaining(['--config', '--context', '--namespace', '--no-input', '--report', '--wait']));
  expect([...options, '--strict'].filter((option) => !known.has(option))).toEqual([]);
});
