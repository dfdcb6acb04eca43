import type { Check } from '../engine/index.ts';
import type { AlertmanagerRead, ReadWorld } from '../ports/index.ts';
import { foundPrometheus, loadedAlertmanager } from './shared/loaded.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { hides, silenced } from './shared/silences.ts';
import { count } from './shared/words.ts';

const labels = { alertname: 'Watchdog', severity: 'none' };

const none =
  'Name one that expects a call every minute (WATCHDOG_URL, e.g. of healthchecks.io or Dead Man’s Snitch), then run pmp-pd setup --apply-alertmanager.';

/** When Prometheus or Alertmanager dies nothing fires: only somebody outside, who misses the Watchdog, can tell. */
export const deadMansSwitch: Check = {
  id: 'dead-mans-switch',
  title: 'Somebody outside notices when alerting itself dies',

  async run(answers, world) {
    const alertmanager = await loadedAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const [leaving, fires, silences] = await Promise.all([outside(alertmanager), watchdog(world), alertmanager.silences()]);
    const where = leaving.join(' and ');
    const silent: readonly Problem[] =
      leaving.length > 0 ? [] : [{ status: 'warn', what: "no dead-man's switch: Watchdog goes to nobody outside the cluster", hint: none }];
    const hidden = silences.filter((silence) => hides(silence, labels)).map((silence) => silenced(silence, 'Watchdog'));
    return judged([...silent, ...fires, ...hidden], `Watchdog fires and leaves the cluster by receiver ${where}`);
  },
};

/** Receivers of the Watchdog that reach something outside; a page by PagerDuty would be routing's failure. */
async function outside(alertmanager: AlertmanagerRead): Promise<readonly string[]> {
  const { receivers } = await alertmanager.route(labels);
  return receivers.filter((one) => one.leavesCluster && !one.pagerduty).map(({ name }) => name);
}

async function watchdog(world: ReadWorld): Promise<readonly Problem[]> {
  const prometheus = await foundPrometheus(world);
  if (typeof prometheus === 'string') return [{ status: 'unknown', what: `whether Watchdog fires is not known: ${prometheus}` }];
  const [alerts, targets] = await Promise.all([prometheus.alerts(), prometheus.alertmanagers()]);
  const problems: Problem[] = [];
  if (!alerts.some(({ labels, state }) => labels['alertname'] === 'Watchdog' && state === 'firing'))
    problems.push({
      status: 'fail',
      what: `Watchdog does not fire (${count(alerts.length, 'alert')} in Prometheus, not that one)`,
      hint: 'Load the rules that setup renders (pmp-rules.yml) into Prometheus; Watchdog is "vector(1)".',
    });
  if (targets.length === 0)
    problems.push({
      status: 'fail',
      what: 'Prometheus sends its alerts to no Alertmanager',
      hint: 'Name Alertmanager in Prometheus (alerting.alertmanagers, or spec.alerting of the Prometheus object).',
    });
  return problems;
}
