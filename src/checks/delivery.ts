import type { Check } from '../engine/index.ts';
import type { AlertmanagerFound, DeliveryCounters } from '../ports/index.ts';
import { loadedAlertmanager } from './shared/loaded.ts';
import { skip } from './shared/problems.ts';

/** The share of failures that the rule AlertmanagerPagerDutyFailing calls an alarm. */
const alarming = 0.01;

/** A refused key shows nowhere but in Alertmanager's counters and its log. */
export const delivery: Check = {
  id: 'delivery',
  title: 'What Alertmanager sends, PagerDuty takes',

  async run(answers, world) {
    const alertmanager = await loadedAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const [counters, found] = await Promise.all([alertmanager.delivery(), alertmanager.find()]);
    const { sent, failed } = counters;
    // The counters stand at zero with the wrong key too, until something is sent.
    if (sent + failed === 0) return skip('Alertmanager has sent nothing to PagerDuty since it started; a drill changes that');
    if (failed === 0) return { status: 'pass', evidence: `${sent} sent to PagerDuty since Alertmanager started, none failed` };
    return {
      status: failed > alarming * sent ? 'fail' : 'warn',
      evidence: inWords(counters),
      hint: `${hint(counters, found)} The counters start anew with a restart.`,
    };
  },
};

function inWords({ sent, failed, byReason, lastFailure }: DeliveryCounters): string {
  const reasons = Object.entries(byReason).filter(([, times]) => times > 0);
  const why = reasons.length === 0 ? '' : ` (${reasons.map(([reason, times]) => `${reason} ${times}`).join(', ')})`;
  return `${failed} of ${Math.max(sent, failed)} sent to PagerDuty since Alertmanager started have failed${why}${lastFailure === undefined ? '' : `; last: ${lastFailure}`}`;
}

function hint({ byReason, lastFailure = '' }: DeliveryCounters, found: AlertmanagerFound | undefined): string {
  const has = (...reasons: readonly string[]) => reasons.some((reason) => (byReason[reason] ?? 0) > 0);
  if (/no such file|permission denied|failed to (?:read|open)/i.test(lastFailure))
    return 'Alertmanager cannot read the key file: mount the secret (pmp-pd setup --apply-alertmanager).';
  if (has('rateLimited') || /\b429\b/.test(lastFailure)) return 'PagerDuty limits events per key: group alerts more widely (group_by).';
  if (has('clientError', 'authError') || /\b40[0-3]\b/.test(lastFailure))
    return 'PagerDuty refuses the key or the event: compare the keys (pmp-pd verify --only key-chain), then restart Alertmanager.';
  if (has('contextDeadlineExceeded', 'serverError') || /dial tcp|lookup|timeout|deadline/i.test(lastFailure))
    return 'Let Alertmanager reach the Events host on port 443: look at network policies, DNS and proxy_url.';
  return `Read the log of ${found?.workload ?? 'Alertmanager'} for the reason${found === undefined ? '' : logsOf(found)}.`;
}

/** How to read it, where the name tells: "Deployment monitoring/alertmanager". */
function logsOf({ workload }: AlertmanagerFound): string {
  const [, kind = '', namespace = '', name = ''] = /^(Deployment|StatefulSet|Alertmanager) ([\w.-]+)\/([\w.-]+)$/.exec(workload) ?? [];
  if (name === '') return '';
  const object = kind === 'Alertmanager' ? `statefulset/alertmanager-${name}` : `${kind.toLowerCase()}/${name}`;
  return `: kubectl -n ${namespace} logs ${object} --tail=50`;
}
