import type { Check } from '../engine/index.ts';
import type { Service } from '../model/index.ts';
import { servicesSeen, type ServiceSeen } from './shared/services.ts';
import { verdictOf, type Trouble } from './shared/verdicts.ts';

/** Item 1. A service that is disabled, or whose incidents never escalate, exists only on paper. */
export const servicesExist: Check = {
  id: '01-services-exist',
  item: 1,
  title: 'Two PagerDuty services created (Critical, High Priority)',

  async run(answers, world) {
    const services = await servicesSeen(answers, world);
    const troubles = services.flatMap((seen) =>
      seen.found === undefined ? [missing(seen)] : [...troublesOf(seen.name, seen.found), ...bySeverity(seen)],
    );
    const facts = services.flatMap(({ found }) => (found === undefined ? [] : [`"${found.name}" (${urgencyText(found)})`]));
    return verdictOf(troubles, facts.join(' and '));
  },
};

function missing({ name }: ServiceSeen): Trouble {
  return {
    status: 'fail',
    what: `there is no service "${name}"`,
    hint: 'Run pmp-pd setup, or write the name that your services have into the answers (names).',
  };
}

/** Of the second service it is meant: a P3 is to be quiet. */
function bySeverity({ role, name, found }: ServiceSeen): readonly Trouble[] {
  if (role !== 'critical' || found?.urgency !== 'severity_based') return [];
  return [
    {
      status: 'warn',
      what: `"${name}" takes its urgency from each alert's severity: one sent as warning or info has low urgency, which never escalates`,
      hint: `Choose high urgency at PagerDuty → Services → "${name}" → Settings.`,
    },
  ];
}

function troublesOf(name: string, service: Service): readonly Trouble[] {
  const at = `PagerDuty → Services → "${name}" → Settings`;
  const troubles: Trouble[] = [];
  if (service.disabled)
    troubles.push({
      status: 'fail',
      what: `service "${name}" is disabled: its alerts open no incident`,
      hint: `Enable service "${name}".`,
    });
  if (service.urgency === 'low')
    troubles.push({
      status: 'fail',
      what: `every incident of "${name}" has low urgency, which never escalates`,
      hint: `Choose high urgency, or urgency by severity, at ${at}.`,
    });
  if (service.urgency === 'support_hours')
    troubles.push({
      status: 'warn',
      what: `"${name}" uses support hours: outside of them incidents may have low urgency, which never escalates`,
      hint: `Choose high urgency, or urgency by severity, at ${at}.`,
    });
  if (service.autoResolveTimeout !== null)
    troubles.push({
      status: 'warn',
      what: `"${name}" resolves incidents by itself after ${service.autoResolveTimeout} s, unanswered ones too`,
      hint: `Switch auto-resolve off at ${at}: Alertmanager sends the resolve.`,
    });
  if (service.acknowledgementTimeout === null)
    troubles.push({
      status: 'warn',
      what: `an acknowledged incident of "${name}" never rings again`,
      hint: `Set the acknowledgement timeout to 30 minutes at ${at}.`,
    });
  return troubles;
}

function urgencyText({ urgency }: Service): string {
  return { high: 'high urgency', low: 'low urgency', severity_based: 'urgency by severity', support_hours: 'support hours' }[urgency];
}
