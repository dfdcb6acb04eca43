import type { PagerDuty } from '../../../src/ports/index.ts';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import * as sample from '../../adapters/pagerduty/samples.ts';

export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly status: number;
}

/** The real transport, which also keeps what went through it. */
export function recordingHttp(): { readonly http: Http; readonly sent: Sent[] } {
  const http = createHttp({ userAgent: 'pmp-pd/test' });
  const sent: Sent[] = [];
  return {
    sent,
    http: {
      close: () => http.close(),
      async send(request) {
        const answer = await http.send(request);
        const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
        sent.push({ method: request.method, url: request.url, body, status: answer.status });
        return answer;
      },
    },
  };
}

/** Every write that the adapter has, in every form that its body can take. */
export async function everyWrite(pagerduty: PagerDuty): Promise<void> {
  const { rota, policy, service, maintenance, webhook } = sample;
  await pagerduty.account();
  await pagerduty.users([sample.ada.name, sample.ben.name]);
  await sample.createEverything(pagerduty);
  await pagerduty.preview(rota, sample.maintenance.start, sample.maintenance.end);
  await pagerduty.updateUser({ ...sample.ada, timeZone: 'Europe/Berlin' });
  const [day] = rota.layers;
  if (!day) throw new Error('no layer');
  await pagerduty.updateSchedule({ ...rota, layers: [{ ...day, name: 'Cover', restrictions: [{ start: '09:00', seconds: 3600 }] }] });
  await pagerduty.updatePolicy({ ...policy, loops: 2 });
  await pagerduty.updateService({
    ...service,
    acknowledgementTimeout: null,
    autoResolveTimeout: 14_400,
    urgency: 'severity_based',
    disabled: true,
  });
  await pagerduty.updateService(service);
  await pagerduty.rememberRefusal(service.name, ['intelligent']);
  await pagerduty.updateGrouping(sample.grouping('intelligent'));
  await pagerduty.updateGrouping(sample.grouping('content_based_intelligent', ['class', 'severity']));
  await pagerduty.updateWindow({ ...maintenance, end: maintenance.end + 3_600_000 });
  const made = await pagerduty.createWebhook(webhook);
  await pagerduty.pingWebhook(made.subscription);
  await pagerduty.updateWebhook({ ...webhook, events: ['incident.triggered'], active: false });
  await pagerduty.deleteWebhook(made.subscription);
}

/** Every read that `verify` adds to those around the writes, with all their query parameters. */
export async function everyRead(pagerduty: PagerDuty, now: number): Promise<void> {
  const { rota, service } = sample;
  await pagerduty.rendered(rota.name, now, now + 100 * 86_400_000);
  const found = await pagerduty.incidents([service.name], now - 35 * 86_400_000);
  await Promise.all(found.flatMap(({ id }) => [pagerduty.alerts(id), pagerduty.logEntries(id)]));
}

/** What a drill and the day-two commands do to an incident that is open, with every look that they take at it. */
export async function everyLiveCall(pagerduty: PagerDuty, incident: string, now: number): Promise<void> {
  const { rota, policy, service } = sample;
  await Promise.all([
    pagerduty.incidentOfAlert(service.name, 'no such key', now),
    pagerduty.openIncidents([service.name]),
    pagerduty.onCalls([policy.name]),
  ]);
  await pagerduty.acknowledge(incident);
  await pagerduty.snooze(incident, 3600);
  await pagerduty.addNote(incident, 'pmp-pd drill: nothing is wrong');
  await pagerduty.notes(incident);
  await pagerduty.log(incident);
  await pagerduty.resolve(incident);
  const made = await pagerduty.createOverride(rota.name, { start: now + 3_600_000, end: now + 7_200_000, who: sample.ben.name });
  await pagerduty.overrides(rota.name, now, now + 86_400_000);
  await pagerduty.deleteOverride(rota.name, made.id);
}

/** Everything that is ours goes; a window by itself first, and a webhook is made so that there is one. */
export async function everyRemoval(pagerduty: PagerDuty): Promise<void> {
  await pagerduty.createWindow({ ...sample.maintenance, description: 'Another' });
  const another = (await pagerduty.windowsById()).find(({ description }) => description === 'Another');
  await pagerduty.endWindow(another?.id ?? '');
  await pagerduty.createWebhook(sample.webhook);
  for (const object of await pagerduty.own()) await pagerduty.remove(object);
}
