import { exit, type SandboxOptions } from '../commands/index.ts';
import { PmpError } from '../engine/index.ts';
import { sandboxStatusJson, sandboxStatusText } from '../report/index.ts';
import type { Outside } from './outside.ts';
import { stateFileOf } from './sandbox-place.ts';
import { Stop } from './stop.ts';
import type { Voice } from './view.ts';

/** `sandbox serve|reset|status|do`. @returns the exit code */
export async function sandboxCommand(options: SandboxOptions, voice: Voice, outside: Outside): Promise<number> {
  const sandbox = await import('../sandbox/index.ts');
  const stateFile = stateFileOf(outside);
  const holder = `pmp-pd sandbox ${options.action} (process ${outside.pid})`;
  if (options.action === 'reset') return reset(sandbox, options, voice, { stateFile, holder });
  if (options.action === 'serve') return serve(sandbox, options, voice, outside, { stateFile, holder });
  const open = await sandbox.openSandbox({ stateFile, holder });
  try {
    if (options.action === 'status') {
      const view = open.status();
      voice.result(sandboxStatusText(view, voice.reporter.styleFor('result')), sandboxStatusJson(view));
      return exit.done;
    }
    const sentence = open.doAction(options.what ?? '', options.whom ?? '');
    voice.result(sentence, {
      schema_version: 1,
      command: 'sandbox do',
      sandbox: true,
      success: true,
      exit_code: exit.done,
      done: sentence,
    });
    return exit.done;
  } finally {
    await open.close();
  }
}

type Sandboxes = typeof import('../sandbox/index.ts');
interface Where {
  readonly stateFile: string;
  readonly holder: string;
}

async function reset({ resetSandbox, openSandbox }: Sandboxes, options: SandboxOptions, voice: Voice, where: Where): Promise<number> {
  await resetSandbox(where.stateFile);
  const open = await openSandbox({ ...where, ...(options.accountPlan === undefined ? {} : { accountPlan: options.accountPlan }) });
  await open.close();
  const sentence = `The sandbox is as new${options.accountPlan === undefined ? '' : `, on the ${options.accountPlan} plan`}.`;
  voice.result(sentence, {
    schema_version: 1,
    command: 'sandbox reset',
    sandbox: true,
    success: true,
    exit_code: exit.done,
    done: sentence,
  });
  return exit.done;
}

async function serve({ openSandbox }: Sandboxes, options: SandboxOptions, voice: Voice, outside: Outside, where: Where): Promise<number> {
  const open = await openSandbox({
    ...where,
    clock: options.clock ?? 'real',
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.accountPlan === undefined ? {} : { accountPlan: options.accountPlan }),
    ...(options.people === undefined ? {} : { people: options.people }),
    ...(options.latency === undefined ? {} : { latencyMs: options.latency }),
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    ...(options.dst === undefined ? {} : { dst: options.dst }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  const stop = new Stop(outside);
  try {
    const kubeconfig = `${where.stateFile}.kubeconfig`;
    const { createFiles } = await import('../adapters/files.ts');
    await createFiles(outside.cwd).write(kubeconfig, open.kubeconfig, { private: true });
    const urls = {
      api_url: open.apiUrl,
      events_url: open.eventsUrl,
      alertmanager_url: open.alertmanagerUrl,
      prometheus_url: open.prometheusUrl,
    };
    outside.stdout.write(`${JSON.stringify({ ...urls, kubeconfig, token: open.token, from: open.from })}\n`);
    outside.stderr.write(
      `${exportsFor({ ...urls, kubeconfig, token: open.token, from: open.from }).join('\n')}\n# Ctrl-C ends it; the state stays in ${where.stateFile}\n`,
    );
    await new Promise<void>((resolve) => {
      if (stop.stopping.aborted) resolve();
      stop.stopping.addEventListener('abort', () => resolve(), { once: true });
    });
    const { reason } = stop.stopping;
    return reason instanceof PmpError && reason.id === 'terminated' ? exit.terminated : exit.interrupted;
  } finally {
    stop.close();
    voice.view.idle();
    await open.close();
  }
}

function exportsFor(
  served: Readonly<Record<'api_url' | 'events_url' | 'alertmanager_url' | 'prometheus_url' | 'kubeconfig' | 'token' | 'from', string>>,
): readonly string[] {
  const names = {
    PAGERDUTY_API_URL: served.api_url,
    PAGERDUTY_EVENTS_URL: served.events_url,
    PAGERDUTY_TOKEN: served.token,
    PD_FROM_EMAIL: served.from,
    ALERTMANAGER_URL: served.alertmanager_url,
    PROMETHEUS_URL: served.prometheus_url,
    KUBECONFIG: served.kubeconfig,
  };
  return Object.entries(names).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
