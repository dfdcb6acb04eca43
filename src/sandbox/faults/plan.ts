import type { Fault, FaultKind } from './spec.ts';

interface Armed {
  readonly fault: Fault;
  /** Requests that fitted so far. */
  fitted: number;
}

/** The faults that are armed now, and what they have to remember from one request to the next. */
export class FaultPlan {
  #armed: Armed[] = [];
  /** Ids that cannot be read yet, with the real time until when. */
  readonly unreadable = new Map<string, number>();
  /** Users that are being created at this moment. */
  locks = 0;

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.arm(fault);
  }

  arm(fault: Fault): void {
    this.#armed.push({ fault, fitted: 0 });
  }

  disarm(): void {
    this.#armed = [];
    this.unreadable.clear();
  }

  get armed(): readonly string[] {
    return this.#armed.map(({ fault }) => fault.text);
  }

  /** How far the server's clock is off, milliseconds. */
  get skew(): number {
    return this.#armed.reduce((sum, { fault }) => sum + (fault.kind === 'skew' ? (fault.amount ?? 0) : 0), 0);
  }

  /** Counts the request, and tells which faults meet it. */
  meeting(method: string, path: string): ReadonlyMap<FaultKind, Fault> {
    return new Map(this.#armed.flatMap((armed) => (meets(armed, method, path) ? [[armed.fault.kind, armed.fault] as const] : [])));
  }
}

function meets(armed: Armed, method: string, path: string): boolean {
  const { fault } = armed;
  if (path.startsWith('/sandbox/') || (fault.method !== undefined && fault.method !== method) || !fault.path.test(path)) return false;
  armed.fitted += 1;
  return armed.fitted % fault.every === 0 && (fault.times === undefined || armed.fitted <= fault.times);
}
