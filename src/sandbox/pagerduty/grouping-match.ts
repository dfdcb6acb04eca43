import type { Instant } from '../../model/index.ts';
import type { InboundEvent } from './event-types.ts';
import type { AlertRow, IncidentRow } from './incident-types.ts';
import type { GroupingRow, PagerDutyState } from './types.ts';
import { isObject } from './validate.ts';

const day = 86_400_000;
/** Share of words that two texts have in common from which on intelligent grouping takes them for the same trouble. */
const alike = 0.6;

/** The open incident that a new alert joins by its service's grouping setting; undefined: it opens one of its own. */
export function incidentToJoin(state: PagerDutyState, service: string, event: InboundEvent, now: Instant): IncidentRow | undefined {
  const setting = state.groupings.find((row) => row.services.includes(service));
  if (!setting) return undefined;
  return state.incidents.findLast(
    (incident) =>
      setting.services.includes(incident.service) &&
      incident.status !== 'resolved' &&
      incident.alerts.length > 0 &&
      joins(setting, incident, event, now),
  );
}

function joins({ type, config }: GroupingRow, incident: IncidentRow, event: InboundEvent, now: Instant): boolean {
  const first = incident.alerts[0]?.created_at ?? incident.created_at;
  if (type === 'time') {
    const timeout = Number(config['timeout'] ?? 0);
    return timeout === 0 || now - first <= timeout * 1000;
  }
  // The window is counted from the youngest alert, and moves on with it for a day at most.
  const youngest = Math.max(...incident.alerts.map((alert) => alert.created_at));
  if (now - youngest > Number(config['time_window'] ?? 300) * 1000 || now - first > day) return false;
  return incident.alerts.some((alert) => {
    const content = (): boolean => sameContent(config, alert, event);
    const likeness = (): boolean => looksAlike(config, alert, event);
    return type === 'content_based' ? content() : type === 'intelligent' ? likeness() : content() && likeness();
  });
}

/** A field that an event does not have matches nothing. */
function sameContent(config: GroupingRow['config'], alert: AlertRow, event: InboundEvent): boolean {
  const fields = stringsIn(config['fields']);
  const same = (field: string): boolean => {
    const [a, b] = [fieldOf(alert, field), fieldOf(event, field)];
    return a !== undefined && a === b;
  };
  return config['aggregate'] === 'any' ? fields.some(same) : fields.length > 0 && fields.every(same);
}

/** PagerDuty learns what belongs together; here it is how many words the texts share, whatever numbers stand in them. */
function looksAlike(config: GroupingRow['config'], alert: AlertRow, event: InboundEvent): boolean {
  const fields = stringsIn(config['iag_fields']);
  const words = (of: AlertRow | InboundEvent): ReadonlySet<string> =>
    new Set(
      (fields.length > 0 ? fields : ['summary'])
        .map((field) => fieldOf(of, field) ?? '')
        .join(' ')
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word !== '' && !/\p{N}/u.test(word)),
    );
  const [a, b] = [words(alert), words(event)];
  const common = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - common;
  return all > 0 && common / all >= alike;
}

const stringsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** "summary", "component", "custom_details.cluster" … */
function fieldOf(of: AlertRow | InboundEvent, field: string): string | undefined {
  const [head, ...path] = field.replace(/^(?:payload|event)\./, '').split('.');
  const own: Readonly<Record<string, unknown>> = {
    summary: of.summary,
    severity: of.severity,
    source: of.source,
    component: of.component,
    group: of.group,
    class: of.class,
    custom_details: of.details,
  };
  const value = path.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), own[head ?? '']);
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
