import {
  completion,
  dayTwo,
  exit,
  exitCodeOf,
  explain,
  setup,
  testAlert,
  verify,
  type GlobalOptions,
  type Handlers,
  type Session,
} from '../commands/index.ts';
import { toPmpError } from '../engine/index.ts';
import { explainJson, explainListJson, explainListText, explainText } from '../report/index.ts';
import { switchedOn } from './environment.ts';
import type { Outside } from './outside.ts';
import { sandboxCommand } from './sandbox-commands.ts';
import { openEmbedded } from './sandbox-place.ts';
import { openSession } from './session.ts';
import { createVoice, type Voice } from './view.ts';

/** What each command does, said by a reporter of its own. */
export function handlersOf(outside: Outside): Handlers {
  return sandboxed(outside, {
    setup: (options) => inSession('setup', options, outside, (session) => setup(session, options)),
    verify: (options) => inSession('verify', options, outside, (session) => verify(session, options)),
    explain: (options) =>
      speaking('explain', options, outside, async (voice) => {
        const found = await explain(options);
        const style = voice.reporter.styleFor('result');
        if (found.kind === 'page') voice.result(explainText(found.id, found.page, style), explainJson(found.id, found.page, options));
        else voice.result(explainListText(found.pages, style), explainListJson(found.pages, options));
        return exit.done;
      }),
    testAlert: (options) => inSession('test-alert', options, outside, (session) => testAlert(session, options)),
    dayTwo: (options) => inSession(options.command, options, outside, (session) => dayTwo(session, options)),
    sandbox: (options) => speaking(`sandbox ${options.action}`, options, outside, (voice) => sandboxCommand(options, voice, outside)),
    completion: (options) =>
      speaking('completion', options, outside, async (voice) => {
        const { shell } = options;
        const script = await completion(options);
        const facts = { sandbox: options.sandbox, success: true, exit_code: exit.done };
        voice.result(script, { schema_version: 1, command: 'completion', ...facts, shell, script });
        return exit.done;
      }),
  });
}

/** PMP_PD_SANDBOX=1 is --sandbox: said once, here, so that every screen and document says it too. */
function sandboxed({ env }: Outside, handlers: Handlers): Handlers {
  const on = switchedOn(env['PMP_PD_SANDBOX']);
  const flagged = <O extends GlobalOptions>(options: O): O => (on ? { ...options, sandbox: true } : options);
  return {
    setup: (options) => handlers.setup(flagged(options)),
    verify: (options) => handlers.verify(flagged(options)),
    explain: (options) => handlers.explain(flagged(options)),
    testAlert: (options) => handlers.testAlert(flagged(options)),
    dayTwo: (options) => handlers.dayTwo(flagged(options)),
    sandbox: (options) => handlers.sandbox(flagged(options)),
    completion: (options) => handlers.completion(flagged(options)),
  };
}

/** A command that works on PagerDuty and a cluster, the real ones or the sandbox's. */
function inSession(
  command: string,
  options: GlobalOptions,
  outside: Outside,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  return speaking(command, options, outside, async (voice) => {
    const sandbox = await openEmbedded(options, outside);
    const session = await openSession(options, voice, outside, sandbox);
    try {
      return await work(session);
    } catch (thrown) {
      throw session.stopping.aborted ? session.stopping.reason : thrown;
    } finally {
      voice.view.idle();
      await session.close();
      await sandbox?.close();
    }
  });
}

/** Whatever ends a command is said by the reporter of that command, in its format. */
async function speaking(
  command: string,
  options: GlobalOptions,
  outside: Outside,
  work: (voice: Voice) => Promise<number>,
): Promise<number> {
  const voice = createVoice(options, outside);
  const begun = outside.ticks();
  try {
    return await work(voice);
  } catch (thrown) {
    const error = toPmpError(thrown);
    const code = exitCodeOf(error);
    voice.fail(command, error, code, { sandbox: options.sandbox, seconds: (outside.ticks() - begun) / 1000 });
    return code;
  }
}
