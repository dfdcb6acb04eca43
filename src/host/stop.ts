import { setMaxListeners } from 'node:events';
import { PmpError } from '../engine/index.ts';
import type { Outside } from './outside.ts';

/**
 * Ctrl-C and SIGTERM. The first asks to stop: reads and waits end at once, but while something is being written it is finished first.
 * The second ends everything at once.
 */
export class Stop {
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  readonly #quit: () => void;
  #writing = 0;

  constructor(outside: Outside) {
    // Every call under way listens; dozens at a time are no leak.
    setMaxListeners(0, this.#abort.signal, this.#stopping.signal);
    this.#quit = outside.onSignal((signal) => this.#signalled(signal));
  }

  /** Aborts on the first signal. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Aborts when calls and waits under way must end too. */
  get abort(): AbortSignal {
    return this.#abort.signal;
  }

  async finishing<T>(work: () => Promise<T>): Promise<T> {
    this.#writing += 1;
    try {
      return await work();
    } finally {
      this.#writing -= 1;
    }
  }

  /** The command has ended: what still waits (a retry beside the call that failed) must not keep the process alive. */
  close(): void {
    this.#quit();
    this.#abort.abort(new PmpError('interrupted', { message: 'the command has ended', fix: 'Run the same command again.' }));
  }

  #signalled(signal: 'SIGINT' | 'SIGTERM'): void {
    const again = this.#stopping.signal.aborted;
    const reason = new PmpError(signal === 'SIGINT' ? 'interrupted' : 'terminated', {
      message: signal === 'SIGINT' ? 'interrupted' : 'terminated',
      fix: 'Run the same command again to go on; nothing is done twice.',
    });
    this.#stopping.abort(reason);
    if (again || this.#writing === 0) this.#abort.abort(reason);
  }
}
