import type { Check } from '../engine/index.ts';
import type { DeliveryCounters } from '../ports/index.ts';
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
    const counters = await alertmanager.delivery();
    const { sent, failed } = counters;
    // The counters stand at zero with the wrong key too, until something is sent.
    if (sent + failed === 0) return skip('Alertmanager has sent nothing to PagerDuty since it started; a drill changes that');
    if (failed === 0) return { status: 'pass', evidence: `${sent} sent to PagerDuty since Alertmanager started, none failed` };
    return {
      status: failed > alarming * sent ? 'fail' : 'warn',
      evidence: inWords(counters),
      hint: hint(counters),
    };
  },
};

function inWords({ sent, failed, byReason, lastFailure }: DeliveryCounters): string {
  const reasons = Object.entries(byReason).filter(([, times]) => times > 0);
  const why = reasons.length === 0 ? '' : ` (${reasons.map(([reason, times]) => `${reason} ${times}`).join(', ')})`;
  return `${failed} of ${Math.max(sent, failed)} sent to PagerDuty since Alertmanager started have failed${why}${lastFailure === undefined ? '' : `; last: ${lastFailure}`}`;
}

function hint({ byReason, lastFailure = '' }: DeliveryCounters): string {
  const has = (...reasons: readonly string[]) => reasons.some((reason) => (byReason[reason] ?? 0) > 0);
  if (/no such file|permission denied|failed to (?:read|open)/i.test(lastFailure))
    return 'Alertmanager cannot read the key file: mount the secret (pmp-pd setup --apply-alertmanager).';
  if (has('rateLimited') || /\b429\b/.test(lastFailure)) return 'PagerDuty limits events per key: group alerts more widely (group_by).';
  if (has('clientError', 'authError') || /\b40[0-3]\b/.test(lastFailure))
    return 'PagerDuty refuses the key or the event: compare the keys (pmp-pd verify --only key-chain), then restart Alertmanager to count anew.';
  if (has('contextDeadlineExceeded', 'serverError') || /dial tcp|lookup|timeout|deadline/i.test(lastFailure))
    return 'Let Alertmanager reach the Events host on port 443: look at network policies, DNS and proxy_url.';
  return "Read Alertmanager's log for the reason: kubectl -n monitoring logs deploy/alertmanager --tail=50.";
}
