import { createClock } from '../adapters/clock.ts';
import { createEvents } from '../adapters/events.ts';
import { createFiles, createTemplates } from '../adapters/files.ts';
import { createHttp, type Http } from '../adapters/http.ts';
import { createLease } from '../adapters/lease.ts';
import { createPagerDuty, type Credential } from '../adapters/pagerduty/index.ts';
import { createPrompter } from '../adapters/prompts/index.ts';
import { secretOf } from '../adapters/secret.ts';
import { createTraceFile } from '../adapters/trace.ts';
import { createYaml } from '../adapters/yaml.ts';
import type { GlobalOptions, Session } from '../commands/index.ts';
import { PmpError } from '../engine/index.ts';
import type { Answers, KubernetesAnswers } from '../model/index.ts';
import type { Clock, Kubernetes, PagerDuty, World } from '../ports/index.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { credentialOf, isCredentialGiven } from './credentials.ts';
import { hostsOf, regionOf, said, type Hosts } from './environment.ts';
import { refuseHeartbeat } from './heartbeat.ts';
import type { Outside } from './outside.ts';
import { Stop } from './stop.ts';
import type { Voice } from './view.ts';

export interface OpenSession extends Session {
  close(): Promise<void>;
}

/** Where a command's PagerDuty and cluster are: the real ones, or the sandbox's. */
interface Place {
  readonly clock: Clock;
  readonly hosts: Pick<Hosts, 'api' | 'events' | 'eventsOverride' | 'alertmanager' | 'prometheus'>;
  readonly region: 'us' | 'eu';
  readonly kubeconfig: { readonly path?: string; readonly text?: string } | undefined;
  readonly context: string | undefined;
  readonly from: string | undefined;
  readonly heartbeat: string | undefined;
  credential(): Promise<Credential>;
  /** Nobody has to type it. */
  readonly credentialGiven: boolean;
}

/** Chooses the world by flags and environment, and opens nothing that is not asked for. */
export async function openSession(
  options: GlobalOptions,
  voice: Pick<Voice, 'view' | 'look'>,
  outside: Outside,
  sandbox: Sandbox | undefined,
): Promise<OpenSession> {
  const { view, look } = voice;
  const stop = new Stop(outside);
  const trace = options.trace === undefined ? undefined : createTraceFile(options.trace);
  const files = createFiles(outside.cwd);
  const begun = outside.ticks();
  const interactive = isInteractive(options, outside);
  const prompter = createPrompter({ stdin: outside.stdin, stderr: outside.stderr, stopping: stop.stopping, interactive, ...look });
  const notify = (why: string, seconds: number) => view.tell({ type: 'waiting', why, seconds });
  const ask = () => credentialOf(outside.env, options.tokenFile, { files, prompter, warn: (text) => view.warn(text) });
  const place = sandbox === undefined ? realPlace(options, outside, createClock(notify), ask) : sandboxPlace(sandbox, options);
  const http = createHttp({ userAgent: `pmp-pd/${outside.version}`, clock: place.clock, ...(trace === undefined ? {} : { trace }) });
  const acting: { from: string | undefined } = { from: undefined };

  const connected = once(async () => {
    const common = { apiUrl: place.hosts.api.href, region: place.region, clock: place.clock, http, notify, signal: stop.abort };
    return createPagerDuty({ ...common, credential: await place.credential(), from: () => acting.from });
  });
  /** One adapter, so that lists which were read once are not read again; who acts may be learnt after the first reads. */
  const pagerduty = (from: string | undefined): Promise<PagerDuty> => {
    acting.from = from ?? acting.from;
    return connected();
  };
  const world = async (answers: Answers, heartbeat: string | undefined): Promise<World> => {
    const cluster = answers.kubernetes === 'none' ? undefined : answers.kubernetes;
    const templates = createTemplates(outside.templates);
    const [{ createAlertmanagerText }, { openMonitoring }] = await monitoring();
    const [text, kubernetes] = await Promise.all([
      createAlertmanagerText({ templates, ...(cluster === undefined ? {} : { secretName: cluster.secret }) }),
      cluster === undefined ? undefined : openCluster(place, cluster, http, stop),
    ]);
    const address = heartbeat ?? place.heartbeat;
    const secret = address === undefined ? undefined : secretOf(address);
    return {
      pagerduty: await pagerduty(place.from ?? answers.from),
      kubernetes,
      ...openMonitoring({
        hosts: place.hosts,
        http,
        clock: place.clock,
        text,
        notify: (words) => notify(words, 0),
        signal: stop.abort,
        ...(kubernetes === undefined || cluster === undefined ? {} : { cluster: { kubernetes, ...cluster } }),
        ...(secret === undefined ? {} : { heartbeat: secret }),
      }),
      events: createEvents({ url: place.hosts.events, http, clock: place.clock, signal: stop.abort }),
      text,
      files,
      clock: place.clock,
      heartbeat: secret,
      eventsUrl: place.hosts.eventsOverride,
    };
  };

  return {
    sandbox: sandbox !== undefined,
    region: place.region,
    interactive,
    clock: place.clock,
    files,
    yaml: createYaml(),
    prompter,
    view,
    from: place.from,
    credentialGiven: place.credentialGiven,
    stopping: stop.stopping,
    aborting: stop.abort,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    heartbeatGiven: place.heartbeat !== undefined,
    refuseHeartbeat: (typed) => refuseHeartbeat(typed ?? place.heartbeat),
    lock: (opened, { kubernetes }) =>
      // The embedded sandbox has one user at a time anyway: its state file is locked.
      sandbox !== undefined || kubernetes === 'none' || opened.kubernetes === undefined
        ? undefined
        : createLease({
            kubernetes: opened.kubernetes,
            namespace: kubernetes.namespace,
            clock: place.clock,
            identity: `${outside.user}@${outside.hostname}/${outside.pid}`,
            gone: (identity) => isGone(identity, outside),
            notify,
            signal: stop.abort,
          }),
    prices: async () => {
      const list = await createFiles(outside.templates).read('prices.yaml');
      if (list === undefined) return undefined;
      const { readPrices } = await import('../answers/index.ts');
      return readPrices(list, createYaml());
    },
    finishing: (work) => stop.finishing(work),
    seconds: () => (outside.ticks() - begun) / 1000,
    pagerduty,
    world,
    close() {
      stop.close();
      http.close();
      trace?.close();
      return Promise.resolve();
    },
  };
}

/** A person can be asked: a terminal on both ends, and nobody said not to. */
function isInteractive({ input, output }: GlobalOptions, { stdin, stderr }: Outside): boolean {
  return input && output === 'text' && stdin.isTTY && stderr.isTTY;
}

function realPlace(options: GlobalOptions, { env }: Outside, clock: Clock, credential: () => Promise<Credential>): Place {
  const region = regionOf(env, options.region);
  const from = options.from ?? said(env['PD_FROM_EMAIL']);
  return {
    clock,
    region,
    hosts: hostsOf(env, region),
    kubeconfig: options.kubeconfig === undefined ? undefined : { path: options.kubeconfig },
    context: options.context,
    from,
    heartbeat: said(env['WATCHDOG_URL']),
    credential: once(credential),
    credentialGiven: isCredentialGiven(env, options.tokenFile),
  };
}

/** Nothing of the real world: no token, host, kubeconfig or address from flags, environment or answers. */
function sandboxPlace(sandbox: Sandbox, options: GlobalOptions): Place {
  return {
    clock: sandbox.clock,
    region: 'us',
    hosts: {
      api: new URL(sandbox.apiUrl),
      events: new URL(sandbox.eventsUrl),
      // The receivers get the public Events host, which the sandbox stands for.
      eventsOverride: undefined,
      alertmanager: undefined,
      prometheus: undefined,
    },
    kubeconfig: { text: sandbox.kubeconfig },
    context: undefined,
    from: options.from ?? sandbox.from,
    heartbeat: undefined,
    credential: () => Promise.resolve({ kind: 'token', token: secretOf(sandbox.token) }),
    credentialGiven: true,
  };
}

/** With --sandbox these would name something real. @throws PmpError usage */
export function refuseRealFlags(options: GlobalOptions): void {
  const given = (['tokenFile', 'kubeconfig', 'context', 'region'] as const).filter((flag) => options[flag] !== undefined);
  if (given.length === 0) return;
  const flags = { tokenFile: '--token-file', kubeconfig: '--kubeconfig', context: '--context', region: '--region' };
  throw new PmpError('usage', {
    message: `${given.map((flag) => flags[flag]).join(' and ')} cannot be used with --sandbox (or PMP_PD_SANDBOX)`,
    cause: 'The sandbox is sealed off: nothing real is read or reached.',
    fix: 'Leave out one or the other.',
  });
}

/** Half of the program, and not needed before there are answers. */
const monitoring = () => Promise.all([import('../adapters/alertmanager/index.ts'), import('./monitoring.ts')]);

async function openCluster(place: Place, answers: KubernetesAnswers, http: Http, stop: Stop): Promise<Kubernetes> {
  const { createKubernetes } = await import('../adapters/kubernetes/index.ts');
  // The sandbox has one context, whatever the answers call theirs.
  const context = place.context ?? (place.kubeconfig?.text === undefined ? answers.context : undefined);
  return createKubernetes({
    clock: place.clock,
    http,
    signal: stop.abort,
    ...(place.kubeconfig === undefined ? {} : { kubeconfig: place.kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  const made: Promise<T>[] = [];
  return () => {
    made[0] ??= make();
    return made[0];
  };
}

/** A holder on this machine whose process no longer runs; of other machines nothing is known. */
function isGone(identity: string, { hostname, runs }: Outside): boolean {
  const match = /@(.+)\/(\d+)$/.exec(identity);
  return match !== null && match[1] === hostname && !runs(Number(match[2]));
}
