import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import type { Rule, RuleGroup } from './config.ts';
import { alertsOf, alertsOfRule, reloadPrometheus } from './server.ts';
import type { ActiveAlert, PrometheusRun, PrometheusSurroundings } from './server.ts';

export interface PrometheusRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Answers one HTTP request as Prometheus would. */
export function answerPrometheus(request: PrometheusRequest, run: PrometheusRun, around: PrometheusSurroundings): SandboxReply {
  const { method, path, query } = request;
  if (path === '/-/reload') return reloadReply(method, run, around);
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Method Not Allowed\n');
  if (path === '/-/ready') return plain(200, 'Prometheus Server is Ready.\n');
  if (path === '/-/healthy') return plain(200, 'Prometheus Server is Healthy.\n');
  if (path === '/metrics') return plain(200, metrics(run, around), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  if (path === '/api/v1/rules') return rules(query, run, around.now);
  if (path === '/api/v1/alerts') return success({ alerts: alertsOf(run, around.now).map(presentAlert) });
  if (path === '/api/v1/alertmanagers')
    return success({ activeAlertmanagers: around.alertmanagers(run.config).map((url) => ({ url })), droppedAlertmanagers: [] });
  if (path === '/api/v1/status/buildinfo') return success(buildInfo(run));
  return plain(404, '404 page not found\n');
}

const success = (data: unknown): SandboxReply => ({ status: 200, body: { status: 'success', data } });

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): SandboxReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

function reloadReply(method: string, run: PrometheusRun, around: PrometheusSurroundings): SandboxReply {
  if (method !== 'POST' && method !== 'PUT') return plain(405, 'Only POST or PUT requests allowed');
  if (!run.lifecycle) return plain(403, 'Lifecycle API is not enabled.');
  const refused = reloadPrometheus(run, around);
  return refused === undefined ? { status: 200 } : plain(500, `failed to reload config: ${refused}\n`);
}

function buildInfo({ version }: PrometheusRun): unknown {
  return { version, revision: 'sandbox', branch: 'HEAD', buildUser: 'root@sandbox', buildDate: '20250714-16:15:23', goVersion: 'go1.24.5' };
}

const time = (instant: Instant): string => new Date(instant).toISOString();

function presentAlert({ labels, annotations, state, activeAt }: ActiveAlert): unknown {
  return { labels, annotations, state, activeAt: time(activeAt), value: '1e+00' };
}

function rules(query: URLSearchParams, run: PrometheusRun, now: Instant): SandboxReply {
  const type = query.get('type') ?? '';
  if (!['', 'alert', 'record'].includes(type)) {
    const error = `invalid parameter "type": not supported value ${JSON.stringify(type)}`;
    return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
  }
  const wanted = ({ kind }: Rule): boolean => type === '' || (type === 'alert') === (kind === 'alerting');
  const groups = run.groups.map((group) => {
    const lastEvaluation = time(lastOf(run, group, now));
    const shown = group.rules.filter(wanted).map((rule) => presentRule(run, group, rule, now));
    return {
      name: group.name,
      file: group.file,
      rules: shown,
      interval: group.interval / 1000,
      limit: 0,
      evaluationTime: 0.0004,
      lastEvaluation,
    };
  });
  return success({ groups });
}

const lastOf = (run: PrometheusRun, group: RuleGroup, now: Instant): Instant =>
  run.reloadedAt + Math.max(0, Math.floor((now - run.reloadedAt) / group.interval)) * group.interval;

function presentRule(run: PrometheusRun, group: RuleGroup, rule: Rule, now: Instant): unknown {
  const evaluated = { health: 'ok', evaluationTime: 0.0002, lastEvaluation: time(lastOf(run, group, now)) };
  const { name, query, labels } = rule;
  if (rule.kind === 'recording')
    return { name, query, ...(Object.keys(labels).length > 0 ? { labels } : {}), ...evaluated, type: 'recording' };
  const alerts = alertsOfRule(run, group, rule, now);
  return {
    state: alerts.find(({ state }) => state === 'firing')?.state ?? alerts[0]?.state ?? 'inactive',
    name,
    query,
    duration: rule.duration,
    keepFiringFor: rule.keepFiringFor,
    labels,
    annotations: rule.annotations,
    alerts: alerts.map(presentAlert),
    ...evaluated,
    type: 'alerting',
  };
}

function metrics(run: PrometheusRun, around: PrometheusSurroundings): string {
  const told = Object.entries(run.told);
  const total = (of: 'sent' | 'errors'): readonly string[] =>
    told.map(([url, counts]) => `{alertmanager=${JSON.stringify(url)}} ${counts[of]}`);
  const families: readonly (readonly [name: string, type: string, help: string, samples: readonly string[]])[] = [
    [
      'prometheus_build_info',
      'gauge',
      'A metric with a constant 1 value labeled by version.',
      [`{version=${JSON.stringify(run.version)}} 1`],
    ],
    [
      'prometheus_config_last_reload_successful',
      'gauge',
      'Whether the last configuration reload attempt was successful.',
      [` ${run.reloadSuccessful ? 1 : 0}`],
    ],
    [
      'prometheus_notifications_alertmanagers_discovered',
      'gauge',
      'The number of alertmanagers discovered and active.',
      [` ${around.alertmanagers(run.config).length}`],
    ],
    [
      'prometheus_notifications_dropped_total',
      'counter',
      'Total number of alerts dropped due to errors when sending to Alertmanager.',
      [` ${told.reduce((sum, [, { errors }]) => sum + errors, 0)}`],
    ],
    ['prometheus_notifications_errors_total', 'counter', 'Total number of errors sending alert notifications.', total('errors')],
    ['prometheus_notifications_sent_total', 'counter', 'Total number of alerts sent.', total('sent')],
  ];
  return families
    .map(
      ([name, type, help, samples]) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((each) => `${name}${each}\n`).join('')}`,
    )
    .join('');
}
