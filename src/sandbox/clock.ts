import { PmpError } from '../engine/errors.ts';
import type { Instant } from '../model/index.ts';

/** 'embedded': sleeping jumps. 'real' and a number (60: sixty times as fast; 0: stands still): sleeping takes its time. */
export type ClockMode = 'embedded' | 'real' | number;

/** Things that happen by themselves. */
export interface Happenings {
  /** The next instant at which one does; undefined: none is due. */
  next(): Instant | undefined;
  /** Does all that are due by now. */
  tick(): void;
}

/** Where sandbox time and real time were last seen together. */
export interface ClockAnchor {
  readonly sandbox: Instant;
  readonly real: Instant;
}

/** The sandbox's one clock. Time never goes back, and it stops at each happening on its way. */
export class SandboxClock {
  readonly #speed: number;
  #sandbox: Instant;
  #real: Instant;
  /** Up to here everything that was due has happened. */
  #settled: Instant;
  /** While a happening is carried out, it is its own instant. */
  #held: Instant | undefined;

  constructor(
    anchor: ClockAnchor,
    readonly mode: ClockMode,
    private readonly happenings: Happenings,
  ) {
    this.#speed = typeof mode === 'number' ? mode : 1;
    this.#sandbox = anchor.sandbox;
    this.#real = anchor.real;
    this.#settled = anchor.sandbox;
    if (this.#speed > 0) this.#catchUp();
  }

  /** While no process ran, time passed as it does outside, however fast it goes now. */
  #catchUp(): void {
    const real = Date.now();
    this.#sandbox += Math.max(0, real - this.#real);
    this.#real = real;
  }

  now(): Instant {
    if (this.#held !== undefined) return this.#held;
    const real = Date.now();
    this.#sandbox += Math.round(Math.max(0, real - this.#real) * this.#speed);
    this.#real = real;
    return this.#sandbox;
  }

  anchor(): ClockAnchor {
    return { sandbox: this.now(), real: this.#real };
  }

  /** Carries out what has become due. */
  settle(): void {
    this.#runTo(this.now());
  }

  /** Moves time forward by so many milliseconds, through everything that happens meanwhile. */
  advance(milliseconds: number): void {
    this.#jump(this.now() + Math.max(0, milliseconds));
  }

  #jump(target: Instant): void {
    this.#runTo(target);
    this.#sandbox = Math.max(this.now(), target);
  }

  /** As the port demands. Embedded, others get a turn first, so that what runs side by side is not left behind. */
  async sleep(milliseconds: number, _why: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.mode !== 'embedded') return realSleep(this.#speed > 0 ? milliseconds / this.#speed : milliseconds, signal);
    const target = this.now() + Math.max(0, milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.#jump(target);
  }

  /** The clock is held at each happening's own instant, also while it is asked for the next one. */
  #runTo(target: Instant): void {
    if (this.#held !== undefined) return;
    let stuck = 0;
    try {
      this.#held = this.#settled;
      for (let due = this.happenings.next(); due !== undefined && due <= target; due = this.happenings.next()) {
        stuck = due <= this.#held ? stuck + 1 : 0;
        if (stuck > 1000) throw new PmpError('internal', { message: 'The sandbox’s clock cannot get past an instant', fix: 'Report it.' });
        this.#held = Math.max(this.#held, due);
        this.happenings.tick();
      }
    } finally {
      this.#settled = Math.max(this.#settled, target);
      this.#held = undefined;
    }
  }
}

function realSleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90s", "10m", "1h30m", "2d" → milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?[smhd])+$/.test(trimmed)) return undefined;
  return [...trimmed.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0),
    0,
  );
}
