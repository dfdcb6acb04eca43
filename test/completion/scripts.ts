import { completion, program, type Handlers } from '../../src/commands/index.ts';
import type { Shell } from '../../src/commands/completion/completion.ts';

/** The real command line, with nothing behind it. */
export function commandLine(ran: (name: string) => void = () => undefined): ReturnType<typeof program> {
  const handlers = new Proxy({} as Handlers, {
    get: (_none, name) => () => {
      ran(String(name));
      return Promise.resolve(0);
    },
  });
  const output = { stdout: () => undefined, stderr: () => undefined, columns: 80, color: false };
  return program('1.2.3', handlers, output, () => undefined);
}

/** What `pmp-pd completion <shell>` prints. */
export function scriptFor(shell: Shell): Promise<string> {
  return completion({ shell, line: commandLine() });
}
