/**
 * node test/bench/waterfall.mjs [engineers] [file]: runs a first setup against the served sandbox at 80 ms a PagerDuty call and draws its
 * trace: every call a bar, what begins when another has ended stands to its right.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { root } from './processes.mjs';
import { callsOf, Company, isPagerDuty, roundsOf } from './served.mjs';

const engineers = Number(process.argv[2] ?? 4);
const file = resolve(process.argv[3] ?? `${root}.github/pictures/first-run.svg`);

/** What a call is for, by its path; the order is that of the legend. */
const kinds = [
  { name: 'people', color: '#4269d0', of: /^\/users(?:\/me)?$/ },
  { name: 'how they are reached', color: '#a463f2', of: /^\/users\/[^/]+\/(?:contact_methods|notification_rules)/ },
  { name: 'schedules', color: '#3ca951', of: /schedules/ },
  { name: 'escalation policies', color: '#efb118', of: /escalation_policies/ },
  { name: 'services, keys, grouping', color: '#ff725c', of: /services|alert_grouping|webhook|maintenance/ },
  { name: 'account', color: '#9498a0', of: /abilities|licenses/ },
  { name: 'Kubernetes and Alertmanager', color: '#6cc5b0', of: /^\/(?:k8s|alertmanager|prometheus)/ },
];
const kindOf = ({ path }) => kinds.find(({ of }) => of.test(path)) ?? kinds[5];

const company = new Company(engineers);
try {
  const calls = await company.served(['--latency', '80ms'], async (client) => {
    const ran = await client.pmp(['setup', '--yes', '-o', 'json']);
    if (ran.code !== 0) throw new Error(ran.stderr || ran.stdout);
    return callsOf(ran.trace);
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, picture(calls));
  console.log(`${file}: ${calls.length} calls, ${roundsOf(calls.filter(isPagerDuty))} rounds to PagerDuty`);
} finally {
  company.close();
}

/** Bars in as few rows as hold them, each kind below the one before, so that a chain reads as a staircase. */
function picture(calls) {
  const width = 1000;
  const left = 230;
  const [row, gap] = [7, 2];
  const end = Math.max(...calls.map((call) => call.end));
  const x = (ms) => left + (ms / end) * (width - left - 20);
  const parts = [];
  let top = 56;
  for (const kind of kinds) {
    const own = calls.filter((call) => kindOf(call) === kind);
    if (own.length === 0) continue;
    const rows = [];
    const bars = own.map((call) => {
      const found = rows.findIndex((free) => free <= call.start);
      const at = found < 0 ? rows.length : found;
      rows[at] = call.end;
      const bar = `x="${x(call.start).toFixed(1)}" y="${top + at * (row + gap)}" width="${Math.max(1.5, x(call.end) - x(call.start) - 1).toFixed(1)}"`;
      // Ids differ from run to run and say nothing.
      const title = `${call.method} ${call.path.replace(/\/P[0-9A-Z]{5,}/g, '/…')}, ${call.start} to ${call.end} ms`;
      const faint = call.method === 'GET' ? ' fill-opacity="0.55"' : '';
      return `<rect ${bar} height="${row}" rx="1.5" fill="${kind.color}"${faint}><title>${escaped(title)}</title></rect>`;
    });
    const height = rows.length * (row + gap);
    parts.push(`<text x="${left - 12}" y="${top + height / 2 + 3}" text-anchor="end">${escaped(kind.name)}</text>`, ...bars);
    top += height + 12;
  }
  const step = end > 4000 ? 1000 : 100;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step).map(
    (ms) =>
      `<line x1="${x(ms).toFixed(1)}" y1="44" x2="${x(ms).toFixed(1)}" y2="${top}" stroke="#8884" /><text x="${x(ms).toFixed(1)}" y="38" text-anchor="middle" font-size="10">${step === 100 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
  );
  const toPagerDuty = calls.filter(isPagerDuty);
  const title = `A first setup of ${engineers} engineers, lead and CTO: ${toPagerDuty.length} calls to PagerDuty at 80 ms, ${roundsOf(toPagerDuty)} rounds one after another; writes full, reads pale`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 8}" font-family="system-ui, sans-serif" font-size="12" fill="#777" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<text x="10" y="18" font-size="13">${escaped(title)}</text>`,
    ...ticks,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
