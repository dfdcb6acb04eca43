import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { receive } from '../alertmanager/alerts.ts';
import type { Replica } from '../alertmanager/server.ts';
import type { PrometheusConfig } from '../prometheus/config.ts';
import { answerPrometheus } from '../prometheus/answer.ts';
import type { PrometheusRequest } from '../prometheus/answer.ts';
import { alertsOf, evaluateLoad, isAlarmed, nextEvaluation, reloadPrometheus, startPrometheus } from '../prometheus/server.ts';
import type { ActiveAlert, PrometheusRun, PrometheusSurroundings } from '../prometheus/server.ts';
import { builtInKind } from './kinds.ts';
import { isBusy, loadsOf } from './load.ts';
import { find, keyOf, nameOf, namespaceOf, objectsOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, count, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';
import { mountedFiles, readText } from './volumes.ts';

const pods = builtInKind('pods');
const runOf = (state: KubernetesState, pod: Tree): KubernetesState['runs'][string] | undefined =>
  state.runs[keyOf(pods, namespaceOf(pod), nameOf(pod))];

/** The container whose image is Prometheus'. */
export function prometheusContainer(pod: Tree): Tree | undefined {
  return trees(at(pod, 'spec', 'containers')).find((container) => /(^|\/)prometheus(:|@|$)/.test(text(container['image'])));
}

/** Starts the Prometheus of a pod. @returns the last line of its log where it does not start; undefined where it does, or the pod has none */
export function startPrometheusIn(state: KubernetesState, pod: Tree, now: Instant): string | undefined {
  const container = prometheusContainer(pod);
  const run = runOf(state, pod);
  if (container === undefined || run === undefined) return undefined;
  run.files = mountedFiles(state, pod, container, now);
  const args = [container['command'], container['args']].flatMap((list) => (Array.isArray(list) ? list.map(text) : []));
  const prefix = '--config.file=';
  const started = startPrometheus(
    {
      pod: nameOf(pod),
      version: /:v?(\d+\.\d+\.\d+)/.exec(text(container['image']))?.[1] ?? '3.5.0',
      configFile: args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? '/etc/prometheus/prometheus.yml',
      lifecycle: args.includes('--web.enable-lifecycle'),
    },
    around(state, pod, run.files, now),
  );
  if (typeof started === 'string') return started;
  run.prometheus = started;
  run.reloadedText = seenText(run.files);
  return undefined;
}

function around(state: KubernetesState, pod: Tree, files: Readonly<Record<string, string>>, now: Instant): PrometheusSurroundings {
  return {
    now,
    files: Object.keys(files),
    read: (path) => readText(files, path),
    alertmanagers: (config) => targets(state, config, namespaceOf(pod)).map(({ url }) => url),
  };
}

const seenText = (files: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.keys(files)
      .sort()
      .map((path) => [path, files[path]]),
  );

/** What every Prometheus does by itself: its reloader hands over what is mounted, and its alerts go to the Alertmanagers. */
export function runPrometheus(state: KubernetesState, now: Instant): void {
  for (const pod of objectsOf(state, pods)) {
    const run = runOf(state, pod);
    const container = prometheusContainer(pod);
    if (run?.prometheus === undefined || container === undefined) continue;
    run.files = mountedFiles(state, pod, container, now, run.files);
    const seen = seenText(run.files);
    const watched = trees(at(pod, 'spec', 'containers')).some((each) => text(each['name']) === 'config-reloader');
    if (watched && seen !== run.reloadedText) {
      run.reloadedText = seen;
      reloadPrometheus(run.prometheus, around(state, pod, run.files, now));
    }
    if (isBusy(state) || isAlarmed(run.prometheus)) evaluateLoad(run.prometheus, loadsOf(state), now);
    sendAlerts(state, run.prometheus, namespaceOf(pod), now);
  }
}

/** While something is under load, the next evaluation. */
export function nextOfPrometheus(state: KubernetesState, now: Instant): Instant | undefined {
  const busy = isBusy(state);
  const due = Object.values(state.runs).flatMap(({ prometheus }) =>
    prometheus !== undefined && (busy || isAlarmed(prometheus)) ? (nextEvaluation(prometheus, now) ?? []) : [],
  );
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Prometheus says the same again after a minute; an alert of which it speaks no more ends after four. */
const again = 60_000;

function sendAlerts(state: KubernetesState, run: PrometheusRun, namespace: string, now: Instant): void {
  const firing = alertsOf(run, now).filter((alert) => alert.state === 'firing');
  const ended = run.ended ?? [];
  run.ended = [];
  for (const { url, replica } of targets(state, run.config, namespace)) {
    const told = (run.told[url] ??= { at: 0, sent: 0, errors: 0 });
    const known = replica === undefined || told.at >= replica.startedAt;
    const heard = (told.heard ??= {});
    // What is new is sent at once, and everything again after a minute.
    const all = !known || now - told.at >= again;
    const due = firing.filter((alert) => all || (alert.labels['pod'] !== undefined && heard[nameOfAlert(alert)] === undefined));
    if (due.length + ended.length === 0) continue;
    if (all) told.at = now;
    if (replica === undefined) told.errors += due.length + ended.length;
    else {
      told.sent += due.length + ended.length;
      for (const alert of due) receive(replica, now, posted(run, alert, now + 4 * Math.max(again, run.config.interval)));
      for (const alert of ended) receive(replica, now, posted(run, alert, now));
    }
    for (const alert of due) heard[nameOfAlert(alert)] = now;
    for (const alert of ended) delete heard[nameOfAlert(alert)];
  }
}

const nameOfAlert = ({ labels }: ActiveAlert): string => JSON.stringify(labels);

function posted(run: PrometheusRun, { rule, labels, annotations, activeAt }: ActiveAlert, endsAt: Instant): Parameters<typeof receive>[2] {
  return {
    labels: { ...run.config.externalLabels, ...labels },
    annotations,
    startsAt: activeAt + rule.duration * 1000,
    endsAt,
    generatorURL: `http://prometheus:9090/graph?g0.expr=${encodeURIComponent(rule.query)}&g0.tab=1`,
  };
}

interface Target {
  readonly url: string;
  /** undefined: nobody answers there. */
  readonly replica: Replica | undefined;
}

function targets(state: KubernetesState, config: PrometheusConfig, namespace: string): readonly Target[] {
  return config.alertmanagers.flatMap(({ scheme, prefix, fixed, names }) => {
    const url = (address: string): string => `${scheme}://${address}${prefix}/api/v2/alerts`;
    const single = fixed.map((address): Target => ({ url: url(address), replica: behind(state, address, namespace)[0]?.replica }));
    const every = names.flatMap(({ name, port }) => behind(state, `${name.replace(/^_[^.]+\._tcp\./, '')}:${port}`, namespace));
    return [...single, ...every.map(({ ip, port, replica }): Target => ({ url: url(`${ip}:${port}`), replica }))];
  });
}

interface Behind {
  readonly ip: string;
  readonly port: number;
  readonly replica: Replica | undefined;
}

/** The ready addresses behind "alertmanager.monitoring.svc:9093", or the pod with that address. */
function behind(state: KubernetesState, address: string, namespace: string): readonly Behind[] {
  const [host = '', portText = '80'] = address.split(':');
  const port = Number(portText);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    const pod = objectsOf(state, pods).find((each) => at(each, 'status', 'podIP') === host);
    return pod ? [{ ip: host, port, replica: runOf(state, pod)?.alertmanager }] : [];
  }
  const [name = '', inNamespace = namespace] = host.split('.');
  const service = find(state, 'services', inNamespace, name);
  const headless = at(service, 'spec', 'clusterIP') === 'None';
  if (!headless && !trees(at(service, 'spec', 'ports')).some((each) => count(each['port']) === port)) return [];
  const endpoints = find(state, 'endpoints', inNamespace, name);
  return trees(at(endpoints, 'subsets')).flatMap((subset) =>
    trees(subset['addresses']).map((each) => {
      const pod = find(state, 'pods', inNamespace, text(at(each, 'targetRef', 'name')));
      return { ip: text(each['ip']), port, replica: pod && runOf(state, pod)?.alertmanager };
    }),
  );
}

/** Answers as the Prometheus in that pod; undefined: none runs there. */
export function reachPrometheus(state: KubernetesState, pod: Tree, request: PrometheusRequest, now: Instant): SandboxReply | undefined {
  const run = runOf(state, pod);
  return run?.prometheus && answerPrometheus(request, run.prometheus, around(state, pod, run.files ?? {}, now));
}
