/** What an installation weighs. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bare, root, run } from '../processes.mjs';

export const size = {
  id: 'size',
  about: 'installed size and number of packages, from a packed tarball',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-bench-'));
    try {
      const env = bare(folder);
      const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root, env });
      const [{ filename, size: bytes }] = JSON.parse(packed.stdout);
      const install = [
        'install',
        '--global',
        '--prefix',
        join(folder, 'there'),
        '--offline',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
      ];
      const installed = await run('npm', [...install, join(folder, filename)], { cwd: folder, env });
      if (installed.code !== 0) throw new Error(`npm install ended with ${installed.code}: ${installed.stderr}`);
      const home = join(folder, 'there', 'lib', 'node_modules');
      const mb = weight(home) / 1e6;
      const packages = manifests(home);
      return [
        {
          what: 'installed size, from a packed tarball',
          target: 'stated',
          measured: `${mb.toFixed(2)} MB in ${packages} package${packages === 1 ? '' : 's'} (tarball ${(bytes / 1e6).toFixed(2)} MB)`,
          numbers: { mb, packages, tarball: bytes },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const entries = (folder) => readdirSync(folder, { withFileTypes: true });

function weight(folder) {
  return entries(folder).reduce((sum, one) => {
    const path = join(folder, one.name);
    return sum + (one.isDirectory() ? weight(path) : one.isFile() ? statSync(path).size : 0);
  }, 0);
}

/** Packages are folders with a manifest of their own, below any node_modules. */
function manifests(folder) {
  return entries(folder).reduce((sum, one) => {
    if (!one.isDirectory()) return sum + (one.name === 'package.json' ? 1 : 0);
    return sum + manifests(join(folder, one.name));
  }, 0);
}
