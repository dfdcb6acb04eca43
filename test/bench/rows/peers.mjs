/** Programs of the same kind, where they are installed, side by side with ours. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { interleaved, median } from '../machine.mjs';
import { bare, pmp, run } from '../processes.mjs';

const peers = [
  { name: 'pd', about: 'PagerDuty’s community CLI (pagerduty-cli)', args: [['--version'], ['--help']] },
  { name: 'terraform', about: 'Terraform', args: [['version'], ['--help']] },
  { name: 'kubectl', about: 'kubectl', args: [['version', '--client'], ['--help']] },
  { name: 'amtool', about: 'Alertmanager’s amtool', args: [['--version'], ['--help']] },
  { name: 'gh', about: 'GitHub CLI', args: [['--version'], ['--help']] },
  { name: 'vercel', about: 'Vercel CLI', args: [['--version'], ['--help']] },
  { name: 'linkerd', about: 'linkerd', args: [['version', '--client'], ['--help']] },
];

const found = (name) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

export const others = {
  id: 'peers',
  about: 'start-up of programs of the same kind',
  async measure({ rounds, folder }) {
    const env = bare(folder, { CHECKPOINT_DISABLE: '1' });
    const there = peers.flatMap((peer) => (found(peer.name) === undefined ? [] : peer.args.map((args) => ({ ...peer, args }))));
    const samples = await interleaved(
      [
        { name: 'node', once: async () => (await run(process.execPath, ['-e', '0'], { cwd: folder, env })).ms },
        ...[['--version'], ['--help']].map((args) => ({
          name: `pmp-pd ${args.join(' ')}`,
          once: async () => (await pmp(args, { cwd: folder, env })).ms,
        })),
        ...there.map(({ name, args }) => ({
          name: `${name} ${args.join(' ')}`,
          once: async () => (await run(found(name), args, { cwd: folder, env })).ms,
        })),
      ],
      rounds,
    );
    const base = median(samples.get('node'));
    const rows = [...samples].slice(1).map(([name, ms]) => ({
      what: `\`${name}\``,
      target: '',
      measured: `${(median(ms) / base).toFixed(2)} × (${median(ms).toFixed(0)} ms)`,
      numbers: { ms: median(ms), ratio: median(ms) / base },
    }));
    const missing = peers.filter(({ name }) => found(name) === undefined);
    return [...rows, ...missing.map(({ name, about }) => ({ what: `\`${name}\` (${about})`, target: '', skipped: 'not installed here' }))];
  },
};
