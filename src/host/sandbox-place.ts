import { join, resolve } from 'node:path';
import type { GlobalOptions } from '../commands/index.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { said } from './environment.ts';
import type { Outside } from './outside.ts';
import { refuseRealFlags } from './session.ts';

/** The one file that keeps the sandbox between commands. */
export function stateFileOf({ env, home, cwd }: Pick<Outside, 'env' | 'home' | 'cwd'>): string {
  const given = said(env['PMP_PD_SANDBOX_FILE']);
  if (given !== undefined) return resolve(cwd, given);
  return join(said(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state'), 'pmp-pd', 'sandbox.json');
}

/** The embedded sandbox, where it is asked for. */
export async function openEmbedded(options: GlobalOptions, outside: Outside): Promise<Sandbox | undefined> {
  if (!options.sandbox) return undefined;
  refuseRealFlags(options);
  const { openSandbox } = await import('../sandbox/index.ts');
  return openSandbox({
    stateFile: stateFileOf(outside),
    holder: `pmp-pd (process ${outside.pid})`,
    ...(options.sandboxPeople === undefined ? {} : { people: options.sandboxPeople }),
  });
}
