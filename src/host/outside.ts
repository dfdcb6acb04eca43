/** What the process offers; main hands it in, so that nothing else touches `process`. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly pid: number;
  readonly user: string;
  readonly hostname: string;
  /** Whether a process of this machine is running. */
  readonly runs: (pid: number) => boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly version: string;
  readonly templates: string;
  /** Milliseconds of a clock that only runs forward. */
  readonly ticks: () => number;
  /** Calls back on each SIGINT and SIGTERM; returns how to stop listening. */
  readonly onSignal: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
}
