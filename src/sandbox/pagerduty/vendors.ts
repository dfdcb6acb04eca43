export interface Vendor {
  readonly id: string;
  readonly name: string;
  /** The integration type that PagerDuty picks for it. */
  readonly type: string;
}

const v1 = 'generic_events_api_inbound_integration';
const known: readonly (readonly [name: string, type: string])[] = [
  ['Amazon CloudWatch', 'aws_cloudwatch_inbound_integration'],
  ['AppDynamics', v1],
  ['Cloudkick', 'cloudkick_inbound_integration'],
  ['Datadog', v1],
  ['Dynatrace', v1],
  ['Elastalert', v1],
  ['Email', 'generic_email_inbound_integration'],
  ['Grafana', v1],
  ['Icinga', v1],
  ['Jenkins', v1],
  ['Keynote', 'keynote_inbound_integration'],
  ['Nagios', 'nagios_inbound_integration'],
  ['New Relic', v1],
  ['Pingdom', 'pingdom_inbound_integration'],
  ['Prometheus', v1],
  ['Prometheus Operator Example', v1],
  ['Sensu', v1],
  ['SQL Monitor', 'sql_monitor_inbound_integration'],
  ['Splunk', v1],
  ['Zabbix', v1],
];

/** As long as PagerDuty's list, so that a client that reads only its first page does not find Prometheus. */
const numbered = Array.from({ length: 260 }, (_, index): readonly [string, string] => [
  `Example Monitoring ${String(index + 1).padStart(3, '0')}`,
  v1,
]);

export const vendors: readonly Vendor[] = [...known, ...numbered]
  .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  .map(([name, type], index) => ({ id: `PSANDV${index.toString(36).toUpperCase()}`, name, type }));
