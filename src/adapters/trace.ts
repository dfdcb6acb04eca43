import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { PmpError, clean } from '../engine/errors.ts';

/** One HTTP call as `--trace` tells it: never a body, a header or a query value. */
export interface TraceEntry {
  /** ISO 8601 UTC, when the call began. */
  readonly time: string;
  readonly method: string;
  /** URL path; ids may stand in it. */
  readonly path: string;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly ms: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Why no answer came ("timeout"). */
  readonly failure?: string;
}

export interface Trace {
  record(entry: TraceEntry): void;
}

export interface TraceFile extends Trace {
  close(): void;
}

/**
 * Appends one JSON line per call to `path`; only its owner may read it (mode 0600).
 * @throws PmpError `file` when it cannot be opened; a write that fails later is thrown by `record` the same way.
 */
export function createTraceFile(path: string): TraceFile {
  const fd = guarded(path, () => {
    const opened = openSync(path, 'a', 0o600);
    fchmodSync(opened, 0o600);
    return opened;
  });
  return {
    record: (entry) => guarded(path, () => void writeSync(fd, `${JSON.stringify(entry)}\n`)),
    close: () => guarded(path, () => closeSync(fd)),
  };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new PmpError(
      'file',
      {
        message: `the trace file ${clean(path)} cannot be written`,
        cause: clean(thrown instanceof Error ? thrown.message : String(thrown)),
        fix: 'Give --trace a path in a folder that you may write to, or leave it out.',
      },
      { cause: thrown },
    );
  }
}
