import type { Instant } from '../../model/index.ts';
import { loaded, seenBy, suppressed } from './alerts.ts';
import { memoryOf } from './memory.ts';
import type { Replica } from './server.ts';
import { stateOf } from './silences.ts';
import { minorOf } from './version.ts';

const integrations = ['email', 'opsgenie', 'pagerduty', 'pushover', 'slack', 'sns', 'telegram', 'victorops', 'webhook', 'wechat'];

/** The counters that anybody looks at. Every integration is there at 0 whether configured or not, as with the real one. */
export function metrics(replica: Replica, now: Instant): string {
  const { counters, received } = memoryOf(replica);
  const sent = each((integration) => counters.sent[integration] ?? 0);
  const requests = each((integration) => counters.requests?.[integration] ?? 0);
  const version = { version: 'v2' };
  return [
    family('alertmanager_alerts', 'gauge', 'How many alerts by state.', alertStates(replica, now)),
    family('alertmanager_alerts_invalid_total', 'counter', 'The total number of received alerts that were invalid.', [
      sample(version, received.invalid),
    ]),
    family('alertmanager_alerts_received_total', 'counter', 'The total number of received alerts.', [
      sample({ status: 'firing', ...version }, received.firing),
      sample({ status: 'resolved', ...version }, received.resolved),
    ]),
    family('alertmanager_build_info', 'gauge', 'A metric with a constant 1 value labeled by version.', [
      sample({ version: replica.version }, 1),
    ]),
    family('alertmanager_config_last_reload_success_timestamp_seconds', 'gauge', 'Timestamp of the last successful configuration reload.', [
      sample({}, replica.reloadedAt / 1000),
    ]),
    family('alertmanager_config_last_reload_successful', 'gauge', 'Whether the last configuration reload attempt was successful.', [
      sample({}, replica.reloadSuccessful ? 1 : 0),
    ]),
    family(
      'alertmanager_notification_requests_failed_total',
      'counter',
      'The total number of failed notification requests.',
      each((integration) => counters.failedRequests?.[integration] ?? 0),
    ),
    family('alertmanager_notification_requests_total', 'counter', 'The total number of attempted notification requests.', requests),
    family('alertmanager_notifications_failed_total', 'counter', 'The total number of failed notifications.', failures(replica)),
    family('alertmanager_notifications_total', 'counter', 'The total number of attempted notifications.', sent),
    family('alertmanager_silences', 'gauge', 'How many silences by state.', silenceStates(replica, now)),
  ].join('');
}

function alertStates(replica: Replica, now: Instant): readonly Sample[] {
  const seen = seenBy(replica, loaded(replica), now);
  const muted = seen.filter(suppressed).length;
  return [sample({ state: 'active' }, seen.length - muted), sample({ state: 'suppressed' }, muted), sample({ state: 'unprocessed' })];
}

function silenceStates(replica: Replica, now: Instant): readonly Sample[] {
  const states = Object.values(memoryOf(replica).silences).map((silence) => stateOf(silence, now));
  return (['active', 'expired', 'pending'] as const).map((state) => sample({ state }, states.filter((each) => each === state).length));
}

function failedOf(replica: Replica, integration: string): number {
  const { failed } = memoryOf(replica).counters;
  return Object.entries(failed)
    .filter(([key]) => key.startsWith(`${integration} `))
    .reduce((sum, [, times]) => sum + times, 0);
}

/** By reason from 0.28 on. */
function failures(replica: Replica): readonly Sample[] {
  const minor = minorOf(replica.version);
  if (minor < 28) return each((integration) => failedOf(replica, integration));
  const { failed } = memoryOf(replica).counters;
  return integrations.flatMap((integration) =>
    reasonsOf(minor).map((reason) => sample({ integration, reason }, failed[`${integration} ${reason}`] ?? 0)),
  );
}

function reasonsOf(minor: number): string[] {
  const all = ['clientError', 'contextCanceled', 'contextDeadlineExceeded', 'other', 'serverError'];
  return minor >= 34 ? ['authError', ...all, 'rateLimited'] : all;
}

interface Sample {
  readonly labels: string;
  readonly value: number;
}

function sample(labels: Readonly<Record<string, string>>, value = 0): Sample {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
  return { labels: pairs.length === 0 ? '' : `{${pairs.join(',')}}`, value };
}

function each(valueOf: (integration: string) => number): Sample[] {
  return integrations.map((integration) => sample({ integration }, valueOf(integration)));
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${labels} ${value}`);
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}
