import type { Instant } from '../model/index.ts';
import type { Clock } from '../ports/index.ts';
import { act, armFault, control, plant } from './actions.ts';
import { alertmanagerImitation } from './alertmanager/index.ts';
import { bound } from './bound.ts';
import type { Bound } from './bound.ts';
import type { ClockMode } from './clock.ts';
import { parseFault } from './faults/index.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { kubernetesImitation } from './kubernetes/index.ts';
import { withLock } from './lock.ts';
import { Machine } from './machine.ts';
import type { Mount } from './machine.ts';
import { bringUpToDate, ownerEmail, pagerDutyImitation, tokens } from './pagerduty/index.ts';
import type { DstReading, PagerDutySettings, PagerDutyWorld, PeopleMode, Plan, PlantedIncident, TokenKind } from './pagerduty/index.ts';
import { prometheusImitation } from './prometheus/index.ts';
import { makeFolderFor, removeState } from './state.ts';
import type { AccessEntry, Sections } from './state.ts';
import { statusOf } from './status.ts';
import type { SandboxStatus } from './status.ts';

export interface SandboxOptions {
  /** Absolute path of the one file that keeps everything between commands. */
  readonly stateFile: string;
  /** 0 or nothing: a free one. */
  readonly port?: number;
  readonly people?: PeopleMode;
  /** Changes the plan of an existing account; a new one is a trial. */
  readonly accountPlan?: Plan;
  /** Full-user seats; kept with the account. */
  readonly seats?: number;
  readonly clock?: ClockMode;
  /** Sandbox time of a new state, default: now. */
  readonly start?: Instant;
  readonly latencyMs?: number;
  /** The state file need not hold each write before it is answered: enough where this process cannot be lost. */
  readonly unhurried?: boolean;
  /** REST requests a minute and token, default 960. */
  readonly rateLimit?: number;
  readonly dst?: DstReading;
  /** Whether account tokens need `From` wherever the API description requires it ('documented', the default) or nowhere yet ('observed'). */
  readonly from?: PagerDutySettings['from'];
  /** Which of the account's tokens the sandbox hands out, default 'account'. */
  readonly token?: TokenKind;
  /** How people know this process, should another want the file: "pmp-pd setup (process 4242)". */
  readonly holder?: string;
  /** Sections that a new state begins with, instead of the usual ones: `{ kubernetes: clusterWith('operator') }`. */
  readonly fresh?: Sections;
  /** What goes wrong from the beginning, as `parseFault` reads it: `reset-after:POST /services:1`. */
  readonly faults?: readonly string[];
}

export interface Sandbox {
  readonly baseUrl: string;
  readonly apiUrl: string;
  readonly eventsUrl: string;
  readonly alertmanagerUrl: string;
  readonly prometheusUrl: string;
  /** YAML, with a token; its server is plain http on loopback. */
  readonly kubeconfig: string;
  readonly token: string;
  /** E-mail of the account's owner, for `From`. */
  readonly from: string;
  readonly clock: Clock;
  status(): SandboxStatus;
  /**
   * `accept|sign-in|ack|resolve|block-phone <e-mail>`, `advance <duration>`, and what befalls: `expire on|off`, `oauth-scopes all|<scopes>`,
   * `disable-webhook <url>`, `hold-events <duration>|off`, `nobody-on-call <schedule>`, `am-failure <reason>`, `load-rules <file>`. @returns a sentence @throws PmpError
   */
  doAction(action: string, argument: string): string;
  /** Puts an incident of the past into the account: what a drill left behind. @throws PmpError */
  plantIncident(incident: PlantedIncident): { readonly id: string; readonly number: number };
  accessLog(): readonly AccessEntry[];
  clearAccessLog(): void;
  /** Arms a fault, or with 'none' disarms all. @throws PmpError `usage` for one that does not exist */
  fault(text: string): void;
  /** The time by the servers' clock, which a fault may have set wrong. */
  serverTime(): Instant;
  /** What one imitation holds now, by its name ('pagerduty', 'kubernetes'): live, for looking at. @throws RangeError for another name */
  section(name: string): unknown;
  /** Stops serving, writes the state, frees the file. */
  close(): Promise<void>;
}

/**
 * Opens the imitation of PagerDuty, Kubernetes, Alertmanager and Prometheus on loopback HTTP.
 * @throws PmpError `sandbox` when the state file is in use, damaged or unwritable, or the port is taken; `usage` for a fault that does not exist
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const settings: PagerDutySettings = {
    people: options.people ?? 'awake',
    dst: options.dst ?? 'wall',
    rateLimit: options.rateLimit ?? 960,
    from: options.from ?? 'documented',
  };
  const faults = (options.faults ?? []).map(parseFault);
  const { imitations, mounts } = wired(settings);
  const machine = await Machine.open(
    {
      stateFile: options.stateFile,
      port: options.port ?? 0,
      clock: options.clock ?? 'embedded',
      start: options.start,
      latencyMs: options.latencyMs ?? 0,
      unhurried: options.unhurried ?? false,
      holder: options.holder ?? 'another pmp-pd',
      fresh: options.fresh ?? {},
    },
    imitations,
    mounts,
  );
  for (const fault of faults) machine.faults.arm(fault);
  const account = machine.world('pagerduty') as PagerDutyWorld;
  bringUpToDate(account.state);
  if (options.accountPlan !== undefined) account.state.plan = options.accountPlan;
  if (options.seats !== undefined) account.state.seats = options.seats;
  machine.save();
  machine.control = (request) => control(machine, account, settings, request);
  return facade(machine, account, settings, options.token ?? 'account');
}

function wired(settings: PagerDutySettings): { readonly imitations: readonly Bound[]; readonly mounts: readonly Mount[] } {
  const pagerduty = bound('pagerduty', pagerDutyImitation(settings));
  const kubernetes = bound('kubernetes', kubernetesImitation);
  const alertmanager = bound('alertmanager', alertmanagerImitation);
  const prometheus = bound('prometheus', prometheusImitation);
  return {
    imitations: [pagerduty, kubernetes, alertmanager, prometheus],
    mounts: [
      { prefix: '/k8s', imitation: kubernetes },
      { prefix: '/alertmanager', imitation: alertmanager },
      { prefix: '/prometheus', imitation: prometheus },
      { prefix: '', imitation: pagerduty, slow: true },
    ],
  };
}

function facade(machine: Machine, account: PagerDutyWorld, settings: PagerDutySettings, token: TokenKind): Sandbox {
  const { baseUrl } = machine;
  return {
    baseUrl,
    apiUrl: baseUrl,
    eventsUrl: baseUrl,
    alertmanagerUrl: `${baseUrl}/alertmanager`,
    prometheusUrl: `${baseUrl}/prometheus`,
    kubeconfig: kubeconfigFor(baseUrl),
    token: tokens[token],
    from: account.state.users.find((user) => user.id === account.state.owner)?.email ?? ownerEmail,
    clock: machine.clock,
    status: () => statusOf(machine, account, settings),
    doAction: (action, argument) => act(machine, account, action, argument),
    plantIncident: (incident) => plant(machine, account, incident),
    accessLog: () => machine.state.log,
    clearAccessLog: () => {
      machine.state.clearLog();
      machine.save();
    },
    fault: (text) => armFault(machine, text),
    serverTime: () => account.now(),
    section: (name) => machine.world(name).state,
    close: () => machine.close(),
  };
}

/** Forgets everything: the next command begins with an empty account and a fresh cluster. @throws PmpError `sandbox` while somebody uses it */
export async function resetSandbox(stateFile: string, holder = 'another pmp-pd'): Promise<void> {
  makeFolderFor(stateFile);
  await withLock(stateFile, holder, () => removeState(stateFile));
}
