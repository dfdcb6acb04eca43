import { clean, PmpError, toPmpError } from '../engine/errors.ts';
import { parseDuration } from './clock.ts';
import type { SandboxReply, SandboxRequest } from './core.ts';
import type { Machine } from './machine.ts';
import type { PagerDutySettings, PagerDutyWorld } from './pagerduty/index.ts';
import { doAsPerson, personActions } from './people.ts';
import { statusOf } from './status.ts';

/** What only people and time can do. @returns a sentence that says what happened @throws PmpError `usage` or `sandbox` */
export function act(machine: Machine, account: PagerDutyWorld, action: string, argument: string): string {
  machine.clock.settle();
  const said = action === 'advance' ? advance(machine, argument) : person(account, action, argument);
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
      fix: `Use one of: ${personActions.join(', ')}, advance.`,
    });
  }
  return doAsPerson(account, known, email);
}

/** POST /sandbox/do/<action>/<argument>, GET /sandbox/log, DELETE /sandbox/log, GET /sandbox/status; undefined for anything else. */
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
  const [, action, argument] = /^POST \/sandbox\/do\/([^/]+)\/([^/]+)$/.exec(asked) ?? [];
  return action === undefined || argument === undefined
    ? undefined
    : told(() => act(machine, account, action, decodeURIComponent(argument)));
}

function told(doing: () => string): SandboxReply {
  try {
    return { status: 200, body: { message: doing() } };
  } catch (thrown) {
    const { id, facts } = toPmpError(thrown);
    return { status: 400, body: { error: { id, ...facts } } };
  }
}
