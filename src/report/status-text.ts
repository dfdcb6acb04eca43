import type { Instant } from '../model/index.ts';
import { sandboxLines } from './head.ts';
import { fact, heading, paragraph, table, type Row } from './lines.ts';
import { hidden, type SandboxStatusView, type StatusPerson, type StatusPolicy, type StatusSchedule, type StatusService } from './status.ts';
import { voiceOf, type Style, type Voice } from './style.ts';
import { count, sentence } from './text.ts';

/** The sandbox's account and cluster for a person, from the services down to who is on call now. Ends without a newline. */
export function sandboxStatusText(view: SandboxStatusView, style: Style): string {
  const voice = voiceOf(style);
  return [
    [...sandboxLines(voice, true), ...table(voice, headRows(voice, view), 0)],
    section(voice, 'Services', view.services.length, serviceLines(voice, view)),
    strays(voice, view),
    section(
      voice,
      'People',
      view.people.length,
      view.people.flatMap((person) => personLines(voice, person)),
    ),
    section(voice, 'Maintenance windows, open or ahead', view.windows.length, table(voice, windowRows(voice, view), 2)),
    incidentRows(voice, view).length === 0 ? [] : [heading(voice, 'Open incidents'), ...table(voice, incidentRows(voice, view), 2)],
    view.webhooks.length === 0 ? [] : section(voice, 'Webhooks', view.webhooks.length, table(voice, webhookRows(voice, view), 2)),
    section(
      voice,
      'Secrets (names of their keys; the values are shown nowhere)',
      view.secrets.length,
      table(voice, secretRows(voice, view), 2),
    ),
    section(voice, 'Alertmanager', view.alertmanager.length, table(voice, alertmanagerRows(voice, view), 2)),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function section(voice: Voice, title: string, size: number, lines: readonly string[]): readonly string[] {
  return [heading(voice, title), ...(size === 0 ? paragraph(voice, 'none', 2, 'quiet') : lines)];
}

function headRows(voice: Voice, { accountPlan, now, calls }: SandboxStatusView): readonly Row[] {
  const words = (name: string, { reads, writes }: { reads: number; writes: number }) =>
    `${name} ${count(reads, 'read')}, ${count(writes, 'write')}`;
  const seen =
    calls === undefined
      ? []
      : [{ label: 'calls', body: [{ text: `${words('PagerDuty', calls.pagerduty)}; ${words('Kubernetes', calls.kubernetes)}` }] }];
  return [{ label: 'account plan', body: [{ text: voice.say(accountPlan, 60) }] }, { label: 'time', body: [{ text: when(now) }] }, ...seen];
}

/** "2026-01-05 14:00 UTC" */
function when(instant: Instant): string {
  const [day, time] = new Date(instant).toISOString().split('T');
  return `${day} ${time?.slice(0, 5)} UTC`;
}

function serviceLines(voice: Voice, view: SandboxStatusView): readonly string[] {
  return view.services.flatMap((service) => {
    const policy = view.policies.find((one) => one.name === service.policy);
    const rows: Row[] = [
      { label: 'urgency', body: [{ text: voice.say(service.urgency, 60) }] },
      { label: 'alert grouping', body: [{ text: voice.say(service.grouping ?? 'none', 60) }] },
      ...integrationRows(voice, service),
      { label: 'escalation policy', body: [{ text: policyText(voice, service, policy) }] },
    ];
    return [
      ...fact(voice, [{ text: '  ' }], [{ text: voice.say(service.name, 120), tone: 'head' }]),
      ...table(voice, rows, 4),
      ...(policy === undefined ? [] : levelLines(voice, view, policy, 6)),
    ];
  });
}

function integrationRows(voice: Voice, { integrations }: StatusService): readonly Row[] {
  if (integrations.length === 0) return [{ label: 'integration', body: [{ text: 'none' }] }];
  return integrations.map(({ name, type, fingerprint }) => ({
    label: 'integration',
    body: [
      {
        text: `${voice.say(name, 120)}, ${voice.say(type, 60)}${fingerprint === undefined ? '' : `, key with fingerprint ${voice.say(fingerprint, 20)}`}`,
      },
    ],
  }));
}

function policyText(voice: Voice, { policy: name }: StatusService, policy: StatusPolicy | undefined): string {
  if (name === undefined) return 'none';
  if (policy === undefined) return `${voice.say(name, 120)} (not found)`;
  const again =
    policy.loops === 0
      ? 'nobody is called again after the last level'
      : `starts again ${policy.loops === 1 ? 'once' : `${policy.loops} times`}`;
  return `${voice.say(name, 120)}; ${again}`;
}

function levelLines(voice: Voice, view: SandboxStatusView, { levels }: StatusPolicy, indent: number): readonly string[] {
  const rows = levels.map(({ delayMinutes, targets }, index): Row => {
    const last = index === levels.length - 1;
    const whom = targets.map(({ kind, name }) => (kind === 'user' ? voice.say(name, 120) : scheduleText(voice, view, name)));
    return { label: `level ${index + 1}${last ? '' : `, ${delayMinutes} min`}`, body: [{ text: sentence(whom) || 'nobody' }] };
  });
  return table(voice, rows, indent);
}

function scheduleText(voice: Voice, view: SandboxStatusView, name: string): string {
  const schedule = view.schedules.find((one) => one.name === name);
  return `${voice.say(name, 120)} (${schedule === undefined ? 'not found' : onCallText(voice, schedule)})`;
}

function onCallText(voice: Voice, { onCall }: StatusSchedule): string {
  if (onCall.length === 0) return 'nobody on call now';
  const who = onCall.map(({ name, until }) => `${voice.say(name, 120)}${until === undefined ? '' : ` until ${when(until)}`}`);
  return `on call now: ${sentence(who)}`;
}

/** What no service leads to would otherwise stay unseen: policies of no service, schedules of no policy. */
function strays(voice: Voice, view: SandboxStatusView): readonly string[] {
  const policies = view.policies.filter((policy) => view.services.every((service) => service.policy !== policy.name));
  const used = new Set(
    view.policies.flatMap((policy) => policy.levels.flatMap((level) => level.targets.map((target) => `${target.kind} ${target.name}`))),
  );
  const schedules = view.schedules.filter((schedule) => !used.has(`schedule ${schedule.name}`));
  return [
    ...policies.flatMap((policy) => [
      ...fact(voice, [], [{ text: `Escalation policy of no service: ${voice.say(policy.name, 120)}`, tone: 'head' }]),
      ...levelLines(voice, view, policy, 2),
    ]),
    ...schedules.flatMap((schedule) => [
      ...fact(voice, [], [{ text: `Schedule in no escalation policy: ${voice.say(schedule.name, 120)}`, tone: 'head' }]),
      ...paragraph(
        voice,
        `${onCallText(voice, schedule)}; ${voice.say(schedule.timeZone, 60)}, ${count(schedule.layers.length, 'layer')}`,
        2,
      ),
    ]),
  ];
}

function personLines(voice: Voice, person: StatusPerson): readonly string[] {
  const ready = person.invitationAccepted && person.appSignedIn;
  const rules = (urgency: 'high' | 'low') =>
    person.rules.filter((rule) => rule.urgency === urgency).map((rule) => `${voice.say(rule.method, 40)} after ${rule.delayMinutes} min`);
  const methods = person.methods.map(
    ({ type, address }) => `${voice.say(type, 40)}${address === undefined ? '' : ` ${voice.say(hidden(address), 120)}`}`,
  );
  const lead = [{ text: '  ' }, voice.mark(ready ? 'pass' : 'wait'), { text: ' ' }];
  const state = [
    person.invitationAccepted ? 'invitation accepted' : 'invitation not accepted yet',
    person.appSignedIn ? 'app signed in' : 'app not signed in yet',
  ];
  const rows: Row[] = [
    { label: 'reached by', body: [{ text: methods.join(', ') || 'nothing' }] },
    { label: 'high urgency', body: [{ text: rules('high').join(', ') || 'no rule' }] },
    { label: 'low urgency', body: [{ text: rules('low').join(', ') || 'no rule' }] },
  ];
  const name = { text: voice.say(person.name, 120), tone: 'head' } as const;
  const who = {
    text: `(${voice.say(person.email, 120)}, ${voice.say(person.role, 60)}, ${voice.say(person.timeZone, 60)}):`,
    tone: 'quiet',
  } as const;
  return [...fact(voice, lead, [name, who, { text: state.join(', ') }]), ...table(voice, rows, 6)];
}

function windowRows(voice: Voice, { windows, now }: SandboxStatusView): readonly Row[] {
  return windows.map(({ description, start, end, services }) => ({
    label: `${when(start)} to ${when(end)}`,
    body: [
      {
        text: `${voice.say(description, 120)}: ${sentence(services.map((service) => voice.say(service, 120)))}${start <= now && now < end ? ' (open now)' : ''}`,
      },
    ],
  }));
}

function incidentRows(voice: Voice, { incidents = [] }: SandboxStatusView): readonly Row[] {
  return incidents.map(({ number, title, service, status, urgency, since, assigned, level, levels, next }) => {
    const who = assigned.length === 0 ? 'nobody' : sentence(assigned.map((name) => voice.say(name, 120)));
    const at = level === undefined || levels === undefined ? '' : `, level ${level} of ${levels}`;
    const then = next === undefined ? '' : `; ${voice.say(next.what.replace(/_/g, ' '), 60)} at ${when(next.at)}`;
    return {
      mark: status === 'triggered' ? 'fail' : 'warn',
      label: `#${number} ${voice.say(service, 120)}`,
      body: [{ text: `${voice.say(title, 200)}: ${status} since ${when(since)}, ${urgency} urgency, with ${who}${at}${then}` }],
    };
  });
}

function webhookRows(voice: Voice, { webhooks }: SandboxStatusView): readonly Row[] {
  return webhooks.map(({ url, service, active }) => ({
    label: voice.say(service ?? 'account', 120),
    body: [{ text: `${voice.say(url, 200)}${active ? '' : ' (not active)'}` }],
  }));
}

function secretRows(voice: Voice, { secrets }: SandboxStatusView): readonly Row[] {
  return secrets.map(({ namespace, name, keys }) => ({
    label: `${voice.say(namespace, 100)}/${voice.say(name, 120)}`,
    body: [{ text: keys.map((key) => voice.say(key, 120)).join(', ') || 'empty' }],
  }));
}

function alertmanagerRows(voice: Voice, { alertmanager }: SandboxStatusView): readonly Row[] {
  return alertmanager.map(({ replica, version, configuration, receivers, reloaded, refused }) => {
    const loaded = `version ${voice.say(version, 60)}, has loaded ${voice.say(configuration, 120)}${reloaded === undefined ? '' : ` at ${when(reloaded)}`}`;
    const names = `${receivers.map((receiver) => voice.say(receiver, 100)).join(', ') || 'none'}${refused === undefined ? '' : ';'}`;
    const refusal = refused === undefined ? [] : [{ text: `refuses the newer one: ${voice.say(refused)}`, tone: 'bad' } as const];
    return {
      mark: refused === undefined ? 'pass' : 'fail',
      label: voice.say(replica, 120),
      body: [{ text: `${loaded}; receivers: ${names}` }, ...refusal],
    };
  });
}
