import type { Replica } from './server.ts';
import { minorOf } from './version.ts';

const integrations = ['email', 'opsgenie', 'pagerduty', 'pushover', 'slack', 'sns', 'telegram', 'victorops', 'webhook', 'wechat'];

/** The counters that anybody looks at. Every integration is there at 0 whether configured or not, as with the real one. */
export function metrics(replica: Replica): string {
  const minor = minorOf(replica.version);
  const reasons = minor >= 28 ? failureReasons(minor) : [undefined];
  const failed = integrations.flatMap((integration) =>
    reasons.map((reason) => sample({ integration, ...(reason === undefined ? {} : { reason }) })),
  );
  return [
    family(
      'alertmanager_alerts',
      'gauge',
      'How many alerts by state.',
      states.map((state) => sample({ state })),
    ),
    family('alertmanager_build_info', 'gauge', 'A metric with a constant 1 value labeled by version.', [
      sample({ version: replica.version }, 1),
    ]),
    family('alertmanager_config_last_reload_success_timestamp_seconds', 'gauge', 'Timestamp of the last successful configuration reload.', [
      sample({}, replica.reloadedAt / 1000),
    ]),
    family('alertmanager_config_last_reload_successful', 'gauge', 'Whether the last configuration reload attempt was successful.', [
      sample({}, replica.reloadSuccessful ? 1 : 0),
    ]),
    family('alertmanager_notification_requests_failed_total', 'counter', 'The total number of failed notification requests.', each()),
    family('alertmanager_notification_requests_total', 'counter', 'The total number of attempted notification requests.', each()),
    family('alertmanager_notifications_failed_total', 'counter', 'The total number of failed notifications.', failed),
    family('alertmanager_notifications_total', 'counter', 'The total number of attempted notifications.', each()),
  ].join('');
}

const states = ['active', 'suppressed', 'unprocessed'];

function failureReasons(minor: number): string[] {
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

function each(): Sample[] {
  return integrations.map((integration) => sample({ integration }));
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${labels} ${value}`);
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}
