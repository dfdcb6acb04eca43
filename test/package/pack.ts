import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../support/source.ts';

export interface Packed {
  readonly tarball: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** npm without the registry: what is packed needs nothing from there. */
export function npm(args: readonly string[], cwd: string): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, npm_config_cache: join(cwd, 'npm-cache'), npm_config_offline: 'true' };
  return execFileSync('npm', [...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What `npm publish` would send, made from the build that is there. */
export function pack(folder: string): Packed {
  const said = JSON.parse(npm(['pack', root, '--ignore-scripts', '--json', '--pack-destination', folder], folder)) as
    | readonly { filename: string; files: Packed['files'] }[]
    | Readonly<Record<string, { filename: string; files: Packed['files'] }>>;
  const [made] = Object.values(said);
  if (made === undefined) throw new Error('npm packed nothing');
  return { tarball: join(folder, made.filename), files: made.files };
}
