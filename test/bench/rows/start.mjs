/** From the first keystroke: what a process does before it does anything. */
import { interleaved, median } from '../machine.mjs';
import { bare, pmp, run, untilFirstRequest, untilShown } from '../processes.mjs';
import { Company } from '../served.mjs';

const contenders = (client, cwd) => {
  const none = bare(cwd);
  const asIs = (...args) => ({ what: `\`pmp-pd ${args.join(' ')}\``, once: async () => (await pmp(args, { cwd, env: none })).ms });
  return [
    { ...asIs('--version'), id: 'version', most: 1.25 },
    { ...asIs('--help'), id: 'help', most: 1.5 },
    { ...asIs('verfy'), id: 'usage-error', what: 'a usage error', most: 1.5 },
    {
      id: 'first-request',
      what: '`verify` sends its first request',
      most: 3,
      once: () => untilFirstRequest(['verify'], { cwd, env: client.env }),
    },
    {
      id: 'first-question',
      what: '`setup` shows its first question (the token, on a pseudo-terminal)',
      most: 3.5,
      once: () => untilShown(['setup'], /REST token/, { cwd, env: none }),
    },
    {
      id: 'first-wizard-question',
      what: '`setup` shows the wizard’s first question, account and cluster read before it, at 0 ms a call',
      once: () => untilShown(['setup', '--config', 'new.yaml'], /Name of the P1 service/, { cwd, env: client.env }),
    },
  ];
};

export const start = {
  id: 'start',
  about: 'start-up, as a multiple of `node -e 0` in the same run',
  async measure({ rounds }) {
    const company = new Company(4);
    try {
      return await company.served([], async (client) => {
        const cwd = company.folder;
        const node = { name: 'node', once: async () => (await run(process.execPath, ['-e', '0'], { cwd, env: bare(cwd) })).ms };
        const all = contenders(client, cwd);
        const samples = await interleaved([node, ...all.map(({ id, once }) => ({ name: id, once }))], rounds);
        const base = median(samples.get('node'));
        const floor = { what: '`node -e 0`', measured: `${base.toFixed(0)} ms`, numbers: { ms: base } };
        return [floor, ...all.map(({ id, what, most }) => rowOf(what, median(samples.get(id)), base, most))];
      });
    } finally {
      company.close();
    }
  },
};

function rowOf(what, ms, base, most) {
  const ratio = ms / base;
  return {
    what,
    target: most === undefined ? '' : `≤ ${most} ×`,
    measured: `${ratio.toFixed(2)} × (${ms.toFixed(0)} ms)`,
    ok: most === undefined ? undefined : ratio <= most,
    numbers: { ms, ratio, most },
  };
}
