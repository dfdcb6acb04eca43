import type { StepResult } from '../../engine/index.ts';
import { exit } from '../exit-codes.ts';
import type { Run, SetupOptions } from './run.ts';

/**
 * What to type next. After a whole set-up the drill: through Alertmanager where its configuration is in force, else as far as PagerDuty alone can
 * prove it. After some of the steps, the others; after a failure, the same again; after a plan with changes, the same without --plan.
 */
export function nextCommand({ session, options, brief: { answers } }: Run, results: readonly StepResult[], exitCode: number): string {
  const where = [...(session.sandbox ? ['--sandbox'] : []), ...whereFlags(options)];
  const whole = options.only.length === 0 && options.skip.length === 0;
  if (exitCode !== exit.done) return ['pmp-pd setup', ...howFlags(options), ...(whole ? [] : stepFlags(options)), ...where].join(' ');
  if (!whole) return ['pmp-pd setup', ...howFlags(options), ...where].join(' ');
  const inForce = answers.kubernetes !== 'none' && answers.alertmanager.apply && !heldBack(results);
  return ['pmp-pd test-alert', ...(inForce ? [] : ['--via events']), ...where].join(' ');
}

/** Somebody else's tool owns Alertmanager's configuration, or it waits for a bigger step of a person. */
function heldBack(results: readonly StepResult[]): boolean {
  return results.some(({ resources }) => resources.some(({ kind, action }) => kind.startsWith('alertmanager ') && action === 'wait'));
}

function howFlags({ yes, plan, applyAlertmanager }: SetupOptions): readonly string[] {
  return [...(yes && !plan ? ['--yes'] : []), ...(applyAlertmanager ? ['--apply-alertmanager'] : [])];
}

function stepFlags({ only, skip }: SetupOptions): readonly string[] {
  return [...only.flatMap((step) => ['--only', word(step)]), ...skip.flatMap((step) => ['--skip', word(step)])];
}

/** Those that say which account and cluster it is about, as they were given. */
function whereFlags({ config, region, tokenFile, from, kubeconfig, context, namespace }: SetupOptions): readonly string[] {
  const given: readonly (readonly [string, string | undefined])[] = [
    ['--config', config === 'pmp-pd.yaml' ? undefined : config],
    ['--region', region],
    ['--token-file', tokenFile],
    ['--from', from],
    ['--kubeconfig', kubeconfig],
    ['--context', context],
    ['--namespace', namespace],
  ];
  return given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, word(value)]));
}

/** As a shell takes it for one word. */
function word(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
