/** `setup` on an empty account at 80 ms a call, and `setup` and `verify` again where everything is in place. */
import { median } from '../machine.mjs';
import { Company, roundsOf, sideBySide } from '../served.mjs';

const latency = 80;
const slow = ['--latency', `${latency}ms`];

/** One fresh account a run. */
async function firstRuns(engineers, flags, rounds) {
  const company = new Company(engineers);
  const runs = [];
  try {
    for (let round = 0; round < rounds; round++) {
      company.forget();
      runs.push(await company.served(flags, (client) => client.pmp(['setup', '--yes', '-o', 'json'])));
    }
  } finally {
    company.close();
  }
  const failed = runs.find(({ code }) => code !== 0);
  if (failed) throw new Error(`setup of ${engineers} engineers ended with ${failed.code}: ${failed.stderr || failed.stdout}`);
  return {
    seconds: median(runs.map(({ ms }) => ms)) / 1000,
    calls: median(runs.map(({ calls }) => calls.length)),
    rounds: median(runs.map(({ calls }) => roundsOf(calls))),
    width: Math.max(...runs.map(({ calls }) => sideBySide(calls))),
  };
}

function setupRow({ id, engineers, flags = [], mostSeconds, mostCalls, rounds }) {
  return {
    id,
    about: `setup of ${engineers} engineers, lead and CTO at ${latency} ms a PagerDuty call${flags.length === 0 ? '' : `, ${flags.join(' ')}`}`,
    async measure(how) {
      const found = await firstRuns(engineers, [...slow, '--rate-limit', '1000000', ...flags], Math.min(rounds, how.rounds));
      const { seconds, calls, width } = found;
      const limits = [mostSeconds && `≤ ${mostSeconds} s`, mostCalls && `≤ ${mostCalls} calls`].filter(Boolean);
      return [
        {
          what: `\`setup\`, ${engineers} engineers, ${latency} ms a call${flags.length === 0 ? '' : `, \`${flags.join(' ')}\``}`,
          target: limits.join(', '),
          measured: `${seconds.toFixed(2)} s, ${calls} calls, ${found.rounds} rounds, ${width} at a time`,
          ok: limits.length === 0 ? undefined : seconds <= mostSeconds && calls <= mostCalls,
          numbers: { ...found, mostSeconds, mostCalls },
        },
      ];
    },
  };
}

export const small = setupRow({ id: 'setup-4', engineers: 4, mostSeconds: 1.12, mostCalls: 110, rounds: 7 });
export const smallLocked = setupRow({ id: 'setup-4-locked', engineers: 4, flags: ['--fault', 'user-lock'], rounds: 3 });
export const middle = setupRow({ id: 'setup-50', engineers: 50, mostSeconds: 4.5, mostCalls: 400, rounds: 3 });

/** Nothing to do, and nothing to find. */
export const second = {
  id: 'second',
  about: 'the second run, and verify, where everything is in place',
  async measure({ rounds, quick }) {
    const rows = [];
    for (const [engineers, most, verified] of [
      [10, 20, true],
      [500, 45, true],
      [1000, 75, false],
    ]) {
      if (quick && engineers > 10) {
        rows.push({ what: `second run, ${engineers} engineers`, target: `≤ ${most} calls`, skipped: 'left out by --quick' });
        continue;
      }
      rows.push(...(await inPlace(engineers, most, verified, Math.min(rounds, 3))));
    }
    return rows;
  },
};

async function inPlace(engineers, most, verified, rounds) {
  const company = new Company(engineers);
  try {
    await company.served(['--rate-limit', '1000000'], (client) => client.pmp(['setup', '--yes', '-o', 'json']));
    return await company.served([...slow, '--rate-limit', '1000000'], async (client) => {
      const again = await repeated(rounds, () => client.pmp(['setup', '--yes', '-o', 'json']));
      const rows = [againRow(engineers, most, again)];
      if (verified) rows.push(verifyRow(engineers, await repeated(rounds, () => client.pmp(['verify', '-o', 'json']))));
      return rows;
    });
  } finally {
    company.close();
  }
}

async function repeated(times, work) {
  const runs = [];
  for (let time = 0; time < times; time++) runs.push(await work());
  return runs;
}

function againRow(engineers, most, runs) {
  const calls = median(runs.map((one) => one.calls.length));
  const writes = Math.max(...runs.map(({ json }) => json.calls.pagerduty.writes));
  const seconds = median(runs.map(({ ms }) => ms)) / 1000;
  return {
    what: `second run, ${engineers} engineers, ${latency} ms a call`,
    target: `≤ ${most} calls, no write`,
    measured: `${calls} calls, ${writes === 0 ? 'no write' : `${writes} writes`}, ${seconds.toFixed(2)} s`,
    ok: calls <= most && writes === 0,
    numbers: { calls, writes, seconds },
  };
}

function verifyRow(engineers, runs) {
  const rounds = median(runs.map(({ calls }) => roundsOf(calls)));
  const calls = median(runs.map((one) => one.calls.length));
  const seconds = median(runs.map(({ ms }) => ms)) / 1000;
  return {
    what: `\`verify\`, ${engineers} engineers, ${latency} ms a call`,
    target: '≤ 6 rounds',
    measured: `${rounds} rounds, ${calls} calls, ${seconds.toFixed(2)} s`,
    ok: rounds <= 6,
    numbers: { rounds, calls, seconds },
  };
}
