import { PmpError } from '../../engine/index.ts';
import { integrationLabel, type Instant, type Integration } from '../../model/index.ts';
import type { AlertEvent, Secret, World } from '../../ports/index.ts';
import type { Book } from '../book.ts';
import { drillAlert, drillLabel, eventSeverity, severities, untilDetail, type DrillPlan } from '../order.ts';
import { minute } from '../words.ts';
import { opening, second, type Way } from './way.ts';

/** Straight to PagerDuty's Events API, with the key of the service's own integration. @throws PmpError drill-refused where it has none */
export async function eventsWay(world: World, plan: DrillPlan, book: Book): Promise<Way> {
  const { type, key } = await integrationOf(world, plan);
  const event = eventOf(plan, world.clock.now() + opening + longest(plan));
  return {
    via: 'events',
    keys: [event.key],
    patience: opening,
    closing: 30 * second,
    left: {
      what: `the alert of drill ${plan.id} in PagerDuty: its resolve was not accepted`,
      // Its own word that it may go on is no longer true.
      command: 'pmp-pd test-alert --cleanup --yes',
    },
    async fire() {
      await world.events.send(key, type, event);
      book.enter('event_accepted', world.clock.now(), `by the Events API ${type === 'events_v2' ? 'v2' : 'v1'}`);
    },
    tend: () => Promise.resolve(),
    arrived: () => undefined,
    why: () =>
      Promise.resolve({
        cause: 'PagerDuty accepted the event and opened nothing. It does so in a maintenance window, and where nobody is on call.',
        fix: 'Run pmp-pd verify --only windows,coverage,1, then drill again.',
      }),
    async end() {
      await world.events.send(key, type, { ...event, action: 'resolve' });
    },
  };
}

/** The kind of the answers first; a service that was set up otherwise has the other. */
async function integrationOf(world: World, { answers, service }: DrillPlan): Promise<{ type: Integration['type']; key: Secret }> {
  const other = answers.integration === 'events_v2' ? 'prometheus' : 'events_v2';
  for (const type of [answers.integration, other] as const) {
    const key = await world.pagerduty.integrationKey(service.name, type);
    if (key !== undefined) return { type, key };
  }
  throw new PmpError('drill-refused', {
    message: `service "${service.name}" has no integration "${integrationLabel(answers.integration)}" to send the event to`,
    fix: 'Run pmp-pd setup, which makes it, then drill again.',
  });
}

/** Milliseconds from the call of the first level on. */
function longest({ order, levels, answerWithin }: DrillPlan): number {
  const climbing = order.escalation ? levels.slice(0, -1).reduce((sum, { delayMinutes }) => sum + delayMinutes * minute, 0) : 0;
  return climbing + answerWithin + 5 * minute;
}

function eventOf({ id, order, answers, summary }: DrillPlan, until: Instant): AlertEvent {
  const { runbookBase, graphsBase } = answers.alertmanager;
  return {
    action: 'trigger',
    key: `pmp-pd-drill-${id}`,
    summary: `[DRILL pmp-pd ${id}] ${summary}`,
    source: 'pmp-pd',
    severity: eventSeverity(order.role, answers),
    class: drillAlert,
    component: 'pmp-pd',
    group: 'pmp-drill',
    details: {
      summary,
      severity: severities[order.role],
      runbook: runbookBase,
      graphs: graphsBase,
      firing_count: '1',
      [drillLabel]: id,
      [untilDetail]: new Date(until).toISOString(),
    },
    links: [
      { href: runbookBase, text: 'Runbook' },
      { href: graphsBase, text: 'Graphs' },
    ],
  };
}
