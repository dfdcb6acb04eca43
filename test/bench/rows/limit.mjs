/** `setup` of a company that needs more calls than PagerDuty allows in a minute: real minutes, at the real limit. */
import { Company } from '../served.mjs';

const perMinute = 960;
const targets = { ratio: 1.15, mb: 200 };

export const limit = {
  id: 'limit',
  about: `setup at ${perMinute} requests a minute, in real time`,
  async measure({ quick }) {
    const rows = [];
    for (const engineers of [100, 200, 500, 1000]) {
      const what = `\`setup\`, ${engineers} engineers, ${perMinute} requests a minute`;
      if (quick && engineers > 100) rows.push({ what, target: targetWords(engineers), skipped: 'left out by --quick' });
      else rows.push(await measured(engineers, what));
    }
    return rows;
  },
};

const targetWords = (engineers) =>
  `≤ ${targets.ratio} × calls ÷ ${perMinute} a minute${engineers < 200 ? ' or latency’s own' : ''}, no 429, < ${targets.mb} MB`;

async function measured(engineers, what) {
  const company = new Company(engineers);
  try {
    return await company.served(['--latency', '80ms', '--rate-limit', String(perMinute)], async (client) => {
      const progress = [];
      const began = performance.now();
      const heard = (stream, text) => {
        const said = stream === 'stderr' ? /(\d+) of (\d+) changes?, about (\d+) (s|min) left/.exec(text) : null;
        if (said) progress.push({ at: (performance.now() - began) / 1000, left: Number(said[3]) * (said[4] === 'min' ? 60 : 1) });
      };
      const ran = await client.pmp(['setup', '--yes'], heard);
      return rowOf(engineers, what, ran, progress);
    });
  } finally {
    company.close();
  }
}

function rowOf(engineers, what, ran, progress) {
  const seconds = ran.ms / 1000;
  const calls = ran.calls.length;
  const bound = (calls / perMinute) * 60;
  const refused = ran.calls.filter(({ status }) => status === 429).length;
  // Of every estimate of the time left: how far it was from the truth, as a share of the whole run.
  const error = Math.max(0, ...progress.map(({ at, left }) => Math.abs(at + left - seconds) / seconds));
  // What fits into one minute is bound by latency, not by the limit: ten at a time, 80 ms each.
  const fits = calls <= perMinute;
  const ratio = seconds / (fits ? (calls / 10) * 0.08 : bound);
  return {
    what,
    target: targetWords(engineers),
    measured: [
      `${seconds.toFixed(1)} s for ${calls} calls (${ratio.toFixed(2)} × ${fits ? 'ten at a time' : 'the limit'})`,
      `${refused} refused`,
      `${ran.mb ?? '?'} MB`,
      progress.length === 0
        ? 'no estimate needed'
        : `${progress.length} estimates, off by at most ${(error * 100).toFixed(0)} % of the run`,
    ].join(', '),
    ok: ran.code === 0 && refused === 0 && (ran.mb ?? 0) < targets.mb && (fits ? seconds <= 60 : ratio <= targets.ratio),
    numbers: { seconds, calls, ratio, refused, mb: ran.mb, code: ran.code, progress },
  };
}
