/** What `test-alert` adds to what it measures, and how often it asks. */
import { Company } from '../served.mjs';
import { pmp } from '../processes.mjs';

const most = { delay: 3, perMinute: 20 };
const seen = ['incident_opened', 'person_notified', 'acknowledged', 'resolved'];
const what = '`test-alert`: detection delay and polls';
const target = `≤ ${most.delay} s, < ${most.perMinute} a minute`;

export const drill = {
  id: 'drill',
  about: 'test-alert: how late it notices, and how often it asks',
  async measure({ quick }) {
    if (quick) return [{ what, target, skipped: 'left out by --quick: a drill takes minutes' }];
    const company = new Company(4);
    try {
      const help = await pmp(['test-alert', '--help'], { cwd: company.folder, env: {} });
      if (help.code !== 0) return [{ what, target, skipped: 'there is no such command yet' }];
      return [await company.served(['--people', 'awake', '--latency', '80ms'], drilled)];
    } finally {
      company.close();
    }
  },
};

async function drilled(client) {
  await client.pmp(['setup', '--yes', '-o', 'json']);
  const ran = await client.pmp(['test-alert', '--yes', '--via', 'events', '-o', 'json']);
  const { hops = [], drill: facts } = ran.json;
  if (facts === undefined)
    return { what, target, skipped: `the drill ended with ${ran.code}: ${ran.json.error?.message ?? 'no account of it'}` };
  const reads = ran.calls.filter(({ method }) => method === 'GET');
  const first = Date.parse(ran.calls[0].time);
  // A hop is known when the first question that was asked after it has been answered.
  const delays = hops
    .filter(({ hop }) => seen.includes(hop))
    .map(({ at }) => {
      const happened = Date.parse(at) - first;
      const poll = reads.find(({ start }) => start >= happened);
      return poll === undefined ? 0 : (poll.end - happened) / 1000;
    });
  const delay = Math.max(0, ...delays);
  const perMinute = rateOf(polls(ran.calls));
  return {
    what,
    target,
    measured: `${delay.toFixed(1)} s at most over ${delays.length} hops, ${perMinute.toFixed(1)} polls a minute`,
    ok: delays.length > 0 && delay <= most.delay && perMinute < most.perMinute,
    numbers: { delays, perMinute, reads: reads.length, code: ran.code },
  };
}

/** What is asked again after a wait; what follows at once on an answer belongs to what was learnt, or to the plan of the drill. */
function polls(calls) {
  const asked = new Set();
  return calls.filter(({ method, path, start }, index) => {
    const again = method === 'GET' && asked.has(path);
    asked.add(path);
    return again && start - calls[index - 1].end >= 1000;
  });
}

/** How often it asks while it waits. */
function rateOf(calls) {
  const first = calls[0]?.start ?? 0;
  const last = calls.at(-1)?.start ?? 0;
  return last === first ? 0 : (calls.length - 1) / ((last - first) / 60_000);
}
