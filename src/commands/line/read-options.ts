import type { GlobalOptions } from '../app.ts';
import { number, oneOf, optional, text, texts } from './flags.ts';
import type { SandboxOptions } from '../sandbox/options.ts';
import type { SetupOptions } from '../setup/run.ts';
import type { VerifyCommandOptions } from '../verify/verify.ts';

/** commander's answers are loose; this is where they become ours. */
export function globals(options: Record<string, unknown>): GlobalOptions {
  return {
    config: text(options['config']) ?? 'pmp-pd.yaml',
    sandbox: options['sandbox'] === true,
    output: options['output'] === 'json' ? 'json' : 'text',
    input: options['input'] !== false,
    plain: options['plain'] === true,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
    ...optional('sandboxPeople', oneOf(options['sandboxPeople'], ['awake', 'asleep', 'manual'])),
    ...optional('region', oneOf(options['region'], ['us', 'eu'])),
    ...optional('tokenFile', text(options['tokenFile'])),
    ...optional('from', text(options['from'])),
    ...optional('kubeconfig', text(options['kubeconfig'])),
    ...optional('context', text(options['context'])),
    ...optional('namespace', text(options['namespace'])),
    ...optional('color', typeof options['color'] === 'boolean' ? options['color'] : undefined),
    ...optional('trace', text(options['trace'])),
  };
}

export function setupOptions(options: Record<string, unknown>): SetupOptions {
  return {
    ...globals(options),
    yes: options['yes'] === true,
    plan: options['plan'] === true,
    applyAlertmanager: options['applyAlertmanager'] === true,
    only: texts(options['only']),
    skip: texts(options['skip']),
  };
}

export function verifyOptions(options: Record<string, unknown>): VerifyCommandOptions {
  return {
    ...globals(options),
    only: texts(options['only']),
    skip: texts(options['skip']),
    wait: number(options['wait']) ?? 0,
    maxAge: number(options['maxAge']) ?? 0,
    requireHuman: options['requireHuman'] === true,
    strict: options['strict'] === true,
    ...optional('report', text(options['report'])),
  };
}

export function serveOptions(options: Record<string, unknown>): Partial<SandboxOptions> {
  return {
    ...accountPlan(options),
    ...optional('port', number(options['port'])),
    ...optional('latency', number(options['latency'])),
    ...optional('rateLimit', number(options['rateLimit'])),
    ...optional('clock', number(options['clock'])),
    ...optional('people', oneOf(options['people'], ['awake', 'asleep', 'manual'])),
    faults: texts(options['fault']),
    ...optional('dst', oneOf(options['dst'], ['wall', 'elapsed'])),
  };
}

export function accountPlan(options: Record<string, unknown>): Partial<SandboxOptions> {
  return optional('accountPlan', oneOf(options['accountPlan'], ['free', 'trial', 'professional', 'business']));
}
