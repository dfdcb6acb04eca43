import { PmpError } from '../../engine/index.ts';
import type { Instant, ServiceRole } from '../../model/index.ts';
import type { Alertmanager, AlertGroup, FiringAlert, Kubernetes, KubeObject, PrometheusRead, World } from '../../ports/index.ts';
import type { Book } from '../book.ts';
import type { DrillPlan } from '../order.ts';
import { minute } from '../words.ts';
import { opening, second, type Way } from './way.ts';

/** The rules of templates/pmp-rules.yml that the guide's load test reaches: with a limit of the pod's, and without. Load in the wrong kind of pod pages the other service. */
const rules = { critical: 'PmpPodHighCpu', high: 'PmpPodHighCpuNoLimit' } as const satisfies Record<ServiceRole, string>;
const kinds = {
  critical: { words: 'a CPU limit', opposite: 'no CPU limit' },
  high: { words: 'no CPU limit', opposite: 'a CPU limit' },
} as const satisfies Record<ServiceRole, object>;
/** Beyond what the drill itself takes: watching, snoozing, noting. */
const spare = 3 * minute;
/** Scraping, the rate's window, the rule's `for` and its evaluation. */
const ruleTakes = 10 * minute;
/** The same way back, until the rule no longer fires. */
const ruleEnds = 5 * minute;

interface Pod {
  readonly namespace: string;
  readonly name: string;
}
interface Parts {
  readonly kubernetes: Kubernetes;
  readonly prometheus: PrometheusRead;
  readonly alertmanager: Alertmanager;
  readonly pod: Pod;
  readonly rule: string;
}

/** The guide's own test: load in a pod, until the Prometheus rule fires. Looks first whether binary and rule exist. @throws PmpError drill-refused */
export async function stressWay(world: World, plan: DrillPlan, book: Book): Promise<Way> {
  const { kubernetes, prometheus, alertmanager } = world;
  if (kubernetes === undefined || prometheus === undefined || alertmanager === undefined)
    throw refused('the load test needs a cluster with Prometheus and Alertmanager', 'Drill without --via stress.');
  const rule = rules[plan.order.role];
  if ((await prometheus.find()) === undefined) throw refused('no Prometheus was found in the cluster', 'Name it with PROMETHEUS_URL.');
  if (!(await prometheus.rules()).some(({ name }) => name === rule))
    throw refused(
      `Prometheus has not loaded the rule ${rule}, which the load is to reach`,
      'Load the rendered pmp-rules.yml into Prometheus (on the sandbox: pmp-pd sandbox do load-rules pmp-rules.yml).',
    );
  const pod = await podOf(kubernetes, plan);
  await haveStress(kubernetes, pod);
  return new StressWay(world, plan, book, { kubernetes, prometheus, alertmanager, pod, rule });
}

class StressWay implements Way {
  readonly via = 'stress';
  readonly patience = ruleTakes + opening;
  readonly #load = new AbortController();
  #running: Promise<void> | undefined;
  #failed: string | undefined;
  #groups: readonly AlertGroup[] = [];
  #arrived = false;

  constructor(
    readonly world: Pick<World, 'clock'>,
    readonly plan: DrillPlan,
    readonly book: Book,
    readonly parts: Parts,
  ) {}

  get keys(): readonly string[] {
    return this.#groups.filter(({ pagerduty }) => pagerduty).map(({ key }) => key);
  }

  get closing(): number {
    return ruleEnds + Math.max(10 * second, ...this.#groups.map(({ groupInterval }) => groupInterval)) + 20 * second;
  }

  /** Seconds, after which the load ends by itself, whatever becomes of us: as long as somebody may take to answer, or its end would close the incident before. */
  get #lasts(): number {
    const { answerWithin, levels, order } = this.plan;
    const climbing = order.escalation ? levels.slice(0, -1).reduce((sum, { delayMinutes }) => sum + delayMinutes * minute, 0) : 0;
    return Math.ceil((ruleTakes + climbing + answerWithin + spare) / second);
  }

  get left() {
    const { namespace, name } = this.parts.pod;
    return {
      what: `the load in pod ${namespace}/${name}; it ends by itself ${Math.ceil(this.#lasts / 60)} minutes after it began`,
      command: `kubectl -n ${namespace} exec ${name} -- pkill stress`,
    };
  }

  fire(): Promise<void> {
    const { kubernetes, pod } = this.parts;
    const command = ['stress', '--cpu', '1', '--timeout', `${this.#lasts}s`];
    this.#running = kubernetes.exec({ ...pod2request(pod), command, signal: this.#load.signal }).then(
      ({ code, stderr }) => void (this.#failed = code === 0 ? undefined : `stress ended with code ${code}: ${stderr}`),
      (thrown: unknown) =>
        void (this.#failed = this.#load.signal.aborted ? undefined : String(thrown instanceof Error ? thrown.message : thrown)),
    );
    this.book.enter(
      'accepted',
      this.world.clock.now(),
      `load runs in pod ${pod.namespace}/${pod.name}, until rule ${this.parts.rule} fires`,
    );
    return Promise.resolve();
  }

  async tend(): Promise<void> {
    if (this.#failed !== undefined && !this.#arrived)
      throw new PmpError('drill-not-seen', {
        message: 'the load did not run',
        cause: this.#failed,
        fix: 'Choose another pod with --pod, or drill without --via stress.',
      });
    if (this.#arrived) return;
    const firing = await this.#firing();
    if (firing === undefined || firing.state === 'pending') return;
    const held = await this.parts.alertmanager.held('alertname', this.parts.rule);
    // As Alertmanager has it: Prometheus adds labels on the way.
    const ours = held.find(({ labels }) => labels['pod'] === this.parts.pod.name);
    if (ours === undefined) return;
    if (this.#groups.length === 0) this.#groups = await this.parts.alertmanager.groups(ours.labels);
    this.book.enter('notified_by_alertmanager', this.world.clock.now(), `rule ${this.parts.rule} fires, Alertmanager has it`);
  }

  arrived(opened: Instant): void {
    if (this.#arrived) return;
    this.#arrived = true;
    const now = Math.min(this.world.clock.now(), opened);
    this.book.enter('notified_by_alertmanager', now);
    this.book.enter('event_accepted', now);
  }

  async why(): Promise<{ readonly cause: string; readonly fix: string }> {
    const firing = await this.#firing();
    if (firing === undefined || firing.state === 'pending')
      return {
        cause: `The load ran, and rule ${this.parts.rule} did not fire${firing === undefined ? '' : ' (it is pending)'}.`,
        fix: 'Look at the rule in Prometheus: does it see the pod’s CPU and its limit? Or drill without --via stress.',
      };
    return {
      cause: `Rule ${this.parts.rule} fires, and no incident opened.`,
      fix: 'Run pmp-pd verify --only dead-mans-switch,routing,key-chain,delivery, then drill again.',
    };
  }

  /** To close the line does not end what runs in the pod. */
  async end(): Promise<void> {
    if (this.#running === undefined) return;
    const { kubernetes, pod } = this.parts;
    const request = pod2request(pod);
    const { code } = await kubernetes.exec({ ...request, command: ['pkill', 'stress'] });
    // 1: there was none left to kill.
    if (code > 1) {
      const shell = await kubernetes.exec({ ...request, command: ['sh', '-c', 'kill $(pidof stress)'] });
      if (shell.code > 1) throw refused(`the load in pod ${pod.namespace}/${pod.name} could not be stopped`, 'Wait for its end.');
    }
    this.#load.abort();
    await this.#running;
  }

  async #firing(): Promise<FiringAlert | undefined> {
    const { prometheus, pod, rule } = this.parts;
    return (await prometheus.alerts()).find(
      ({ labels }) => labels['alertname'] === rule && labels['pod'] === pod.name && labels['namespace'] === pod.namespace,
    );
  }
}

const pod2request = ({ namespace, name }: Pod) => ({ namespace, pod: name });

/** The one that was named, else the first running one that the rule looks at. */
async function podOf(kubernetes: Kubernetes, { order }: DrillPlan): Promise<Pod> {
  const pods = await kubernetes.list({ group: '', version: 'v1', plural: 'pods', kind: 'Pod' }, order.pod?.namespace);
  const { words, opposite } = kinds[order.role];
  const fits = ({ metadata }: KubeObject) =>
    metadata.namespace?.startsWith('pmp') === true && (order.pod === undefined || metadata.name === order.pod.name);
  const running = pods.filter((pod) => fits(pod) && phaseOf(pod) === 'Running');
  const found = running
    .filter((pod) => hasLimit(pod) === (order.role === 'critical'))
    .map(metadataOf)
    .toSorted((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`))[0];
  if (found !== undefined) return found;
  const rule = rules[order.role];
  if (order.pod === undefined)
    throw refused(
      `no pod with ${words} runs in a namespace that begins with "pmp", which is what rule ${rule} looks at`,
      `Start one there, or drill without --via stress.`,
    );
  if (running.length > 0)
    throw refused(
      `pod ${order.pod.name} has ${opposite}, so load in it would fire the rule of the other service and page its people`,
      `Name a pod with ${words}, or drill the other service with --severity.`,
    );
  throw refused(
    `no running pod in a namespace that begins with "pmp", which is where the rule looks, is called ${order.pod.name}`,
    'Correct --pod; kubectl get pods -A shows them.',
  );
}

/** As the rules count it: of any of its containers. */
function hasLimit(pod: KubeObject): boolean {
  return itemsOf(fieldOf(pod['spec'], 'containers')).some(
    (container) => fieldOf(fieldOf(fieldOf(container, 'resources'), 'limits'), 'cpu') !== undefined,
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const metadataOf = ({ metadata }: KubeObject): Pod => ({ namespace: metadata.namespace ?? '', name: metadata.name });

const phaseOf = (pod: KubeObject): unknown => fieldOf(pod['status'], 'phase');

async function haveStress(kubernetes: Kubernetes, pod: Pod): Promise<void> {
  for (const command of [
    ['stress', '--version'],
    ['which', 'stress'],
  ]) {
    const { code } = await kubernetes.exec({ ...pod2request(pod), command });
    if (code === 0) return;
  }
  throw refused(
    `pod ${pod.namespace}/${pod.name} has no program called stress`,
    'Name a pod that has it with --pod, or drill without --via stress: nearly no image has it.',
  );
}

function refused(message: string, fix: string): PmpError {
  return new PmpError('drill-refused', { message, cause: 'No load was started.', fix });
}
