import { clean, PmpError, toPmpError } from '../engine/errors.ts';
import { parseDuration } from './clock.ts';
import type { SandboxReply, SandboxRequest } from './core.ts';
import { faultKinds, parseFault } from './faults/index.ts';
import type { Machine } from './machine.ts';
import { plantIncident } from './pagerduty/index.ts';
import type { PagerDutySettings, PagerDutyWorld } from './pagerduty/index.ts';
import { doAsPerson, personActions } from './people.ts';
import { statusOf } from './status.ts';
import { befall, troubleNames } from './troubles.ts';

/** What only people and time can do. @returns a sentence that says what happened @throws PmpError `usage` or `sandbox` */
export function act(machine: Machine, account: PagerDutyWorld, action: string, argument: string): string {
  machine.clock.settle();
  const said =
    action === 'advance' ? advance(machine, argument) : (befall(machine, account, action, argument) ?? person(account, action, argument));
  // What it brings about at once is done when it is said.
  machine.clock.settle();
  machine.save();
  return said;
}

function advance(machine: Machine, argument: string): string {
  const milliseconds = parseDuration(argument);
  if (milliseconds === undefined) {
    throw new PmpError('usage', { message: `"${clean(argument, 60)}" is not a duration`, fix: 'Write it like 90s, 10m, 1h30m or 2d.' });
  }
  machine.clock.advance(milliseconds);
  return `The sandbox's clock moved on by ${clean(argument, 60)}, to ${new Date(machine.clock.now()).toISOString()}.`;
}

function person(account: PagerDutyWorld, action: string, email: string): string {
  const known = personActions.find((each) => each === action);
  if (known === undefined) {
    throw new PmpError('usage', {
      message: `Nobody in the sandbox can "${clean(action, 60)}"`,
      fix: `Use one of: ${[...personActions, ...troubleNames].join(', ')}, advance.`,
    });
  }
  return doAsPerson(account, known, email);
}

/** @returns a sentence that says what happened @throws PmpError `usage` for a fault that does not exist */
export function armFault(machine: Machine, text: string): string {
  if (text === 'none') {
    machine.faults.disarm();
    return 'Nothing goes wrong any more.';
  }
  const fault = parseFault(text);
  machine.faults.arm(fault);
  return `From now on: ${faultKinds[fault.kind].does}.`;
}

/** Leaves behind in the account what an incident of the past would have. @throws PmpError as `plantIncident` */
export function plant(machine: Machine, account: PagerDutyWorld, planted: unknown): ReturnType<typeof plantIncident> {
  machine.clock.settle();
  const made = plantIncident(account, planted);
  machine.save();
  return made;
}

/** POST /sandbox/do/<action>/<argument>, POST /sandbox/do/incident with the incident as JSON, GET /sandbox/log, DELETE /sandbox/log, GET /sandbox/status, GET /sandbox/faults; undefined for anything else. */
export function control(
  machine: Machine,
  account: PagerDutyWorld,
  settings: PagerDutySettings,
  request: SandboxRequest,
): SandboxReply | undefined {
  const asked = `${request.method} ${request.path}`;
  if (asked === 'GET /sandbox/log') return { status: 200, body: { log: machine.state.log } };
  if (asked === 'GET /sandbox/status') return { status: 200, body: statusOf(machine, account, settings) };
  if (asked === 'DELETE /sandbox/log') {
    machine.state.clearLog();
    machine.save();
    return { status: 204 };
  }
  if (asked === 'GET /sandbox/faults') return { status: 200, body: { faults: machine.faults.armed } };
  if (asked === 'POST /sandbox/do/incident') return planted(machine, account, request.body);
  const [, action, argument] = /^POST \/sandbox\/do\/([^/]+)\/([^/]+)$/.exec(asked) ?? [];
  // Whoever can send a request here must not have a file of this machine read.
  if (action === undefined || argument === undefined || action === 'load-rules') return undefined;
  return told(() => {
    const words = decodeURIComponent(argument);
    return action === 'fault' ? armFault(machine, words) : act(machine, account, action, words);
  });
}

function told(doing: () => string): SandboxReply {
  return replied(() => ({ message: doing() }));
}

function planted(machine: Machine, account: PagerDutyWorld, body: string): SandboxReply {
  return replied(() => {
    const incident = plant(machine, account, parsed(body));
    return { message: `Incident #${incident.number} is in the account’s history.`, incident };
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PmpError('usage', { message: 'The incident is not valid JSON', fix: 'Send one JSON object.' });
  }
}

function replied(doing: () => unknown): SandboxReply {
  try {
    return { status: 200, body: doing() };
  } catch (thrown) {
    const { id, facts } = toPmpError(thrown);
    return { status: 400, body: { error: { id, ...facts } } };
  }
}
