import type { Check } from '../engine/index.ts';
import type { AlertmanagerRead, Outlet, ReadWorld } from '../ports/index.ts';
import { foundPrometheus, loadedAlertmanager } from './shared/loaded.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { hides, silenced } from './shared/silences.ts';
import { listed } from './shared/telling.ts';
import { count, inWords, span } from './shared/words.ts';

const labels = { alertname: 'Watchdog', severity: 'none' };

/** Somebody outside expects a call every minute or so; after hours of silence nobody believes it. */
const slowest = 15 * 60;

const none =
  'Name one that expects a call every minute (WATCHDOG_URL, e.g. of healthchecks.io or Dead Man’s Snitch), then run pmp-pd setup --apply-alertmanager.';

/** When Prometheus or Alertmanager dies nothing fires: only somebody outside, who misses the Watchdog, can tell. */
export const deadMansSwitch: Check = {
  id: 'dead-mans-switch',
  title: 'Somebody outside notices when alerting itself dies',

  async run(answers, world) {
    const alertmanager = await loadedAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const [outlets, fires, silences, failing] = await Promise.all([
      alertmanager.outlets(labels),
      watchdog(world, alertmanager),
      alertmanager.silences(),
      failures(alertmanager),
    ]);
    const leaving = outlets.filter(({ reach }) => reach === 'outside');
    const hidden = silences.filter((silence) => hides(silence, labels)).map((silence) => silenced(silence, 'Watchdog'));
    const calls = leaving.length === 0 ? unheard(outlets) : [...slow(leaving), ...failing];
    const where = [...new Set(leaving.map(({ receiver }) => receiver))].join(' and ');
    return judged([...calls, ...fires, ...hidden], `Watchdog fires and leaves the cluster by receiver ${where}`);
  },
};

/** Nobody outside is told for certain. An address is a secret: where it is kept is all that may be said. */
function unheard(outlets: readonly Outlet[]): readonly Problem[] {
  if (outlets.length === 0)
    return [{ status: 'warn', what: "no dead-man's switch: Watchdog goes to nobody outside the cluster", hint: none }];
  const unseen = outlets.filter(({ reach }) => reach === 'unseen');
  if (unseen.length > 0)
    return unseen.map(({ receiver, where, why = '' }) => ({
      status: 'unknown',
      what: `whether Watchdog leaves the cluster by receiver ${receiver} is not known: ${where}: ${why}`,
    }));
  return outlets.map(({ receiver, where, reach, why = '' }) => ({
    status: 'fail',
    what:
      reach === 'inside'
        ? `Watchdog does not leave the cluster: receiver ${receiver} takes its address from ${where}, and ${why}`
        : `Watchdog calls nobody: receiver ${receiver} takes its address from ${where}, and ${why}`,
    hint: none,
  }));
}

function slow(leaving: readonly Outlet[]): readonly Problem[] {
  const soonest = Math.min(...leaving.map(({ every = 0 }) => every));
  if (soonest <= slowest) return [];
  return [
    {
      status: 'warn',
      what: `Watchdog calls only every ${span(soonest * 1000)} by receiver ${inWords([...new Set(leaving.map(({ receiver }) => receiver))])}`,
      hint: 'Set group_interval: 1m and repeat_interval: 50s on the route of Watchdog, as setup writes them.',
    },
  ];
}

async function failures(alertmanager: AlertmanagerRead): Promise<readonly Problem[]> {
  const { sent, failed } = (await alertmanager.delivery()).webhooks ?? { sent: 0, failed: 0 };
  if (failed === 0) return [];
  return [
    {
      status: 'warn',
      what: `${failed} of ${count(Math.max(sent, failed), 'webhook call')} since Alertmanager started have failed`,
      hint: "Look at the dead-man's switch for missed calls and at Alertmanager's log for webhook; the counters start anew with a restart.",
    },
  ];
}

async function watchdog(world: ReadWorld, alertmanager: AlertmanagerRead): Promise<readonly Problem[]> {
  const [prometheus, holders] = await Promise.all([foundPrometheus(world), alertmanager.holding('Watchdog')]);
  if (typeof prometheus === 'string')
    return [
      ...(holders.length > 0 ? [] : [await missing(alertmanager, 'no Prometheus sends it there')]),
      { status: 'unknown', what: `whether Watchdog fires is not known: ${prometheus}` },
    ];
  const [alerts, targets] = await Promise.all([prometheus.alerts(), prometheus.alertmanagers()]);
  if (!alerts.some(({ labels: its, state }) => its['alertname'] === 'Watchdog' && state === 'firing'))
    return [
      {
        status: 'fail',
        what: `Watchdog does not fire (${count(alerts.length, 'alert')} in Prometheus, not that one)`,
        hint: 'Load the rules that setup renders (pmp-rules.yml) into Prometheus; Watchdog is "vector(1)".',
      },
    ];
  if (targets.length === 0)
    return [
      {
        status: 'fail',
        what: 'Prometheus sends its alerts to no Alertmanager',
        hint: 'Name Alertmanager in Prometheus (alerting.alertmanagers, or spec.alerting of the Prometheus object).',
      },
    ];
  return holders.length > 0 ? [] : [await missing(alertmanager, `Prometheus sends its alerts to ${listed(targets, 3)}`)];
}

async function missing(alertmanager: AlertmanagerRead, instead: string): Promise<Problem> {
  const workload = (await alertmanager.find())?.workload ?? 'Alertmanager';
  return {
    status: 'fail',
    what: `Watchdog does not arrive in ${workload}: ${instead}`,
    hint: `Name ${workload} in Prometheus (alerting.alertmanagers, or spec.alerting of the Prometheus object), and look at its log for "error sending".`,
    awaits: `Watchdog to arrive in ${workload}`,
  };
}
