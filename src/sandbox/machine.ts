import { randomUUID } from 'node:crypto';
import type { Instant } from '../model/index.ts';
import type { Bound } from './bound.ts';
import { SandboxClock } from './clock.ts';
import type { ClockMode } from './clock.ts';
import type { ImitationWorld, OutgoingPost, SandboxReply, SandboxRequest } from './core.ts';
import { FaultPlan, refusedInside, withFaults } from './faults/index.ts';
import { takeLock, wordPath } from './lock.ts';
import { postToLoopback } from './outgoing.ts';
import { listen } from './server.ts';
import type { Listening } from './server.ts';
import { makeFolderFor, StateFile } from './state.ts';
import type { Sections } from './state.ts';

export interface MachineOptions {
  readonly stateFile: string;
  readonly port: number;
  readonly clock: ClockMode;
  /** Sandbox time at which a new state begins. */
  readonly start: Instant | undefined;
  readonly latencyMs: number;
  /** Writes may wait to be kept as reads do: for whoever opens the file only after this process has closed it. */
  readonly unhurried: boolean;
  readonly holder: string;
  /** Sections to begin with where the state is new, instead of an imitation's own. */
  readonly fresh: Sections;
}

/** A request path, what it is served by, and what of the path is cut off. */
export interface Mount {
  readonly prefix: string;
  readonly imitation: Bound;
  /** The latency asked for is this one's. */
  readonly slow?: true;
}

/** How long the record of reads may wait before it is written. Writes never wait. */
const readsWait = 200;
const liveTick = 250;

/** The running sandbox: one state file, one clock, one server. Knows no vendor. */
export class Machine {
  readonly clock: SandboxClock;
  /** Answers below /sandbox; set by whoever knows the actions. */
  control: (request: SandboxRequest) => SandboxReply | undefined = () => undefined;
  readonly faults = new FaultPlan();
  readonly #worlds: ReadonlyMap<string, ImitationWorld<unknown>>;
  #saving: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #closed = false;
  /** While a request is answered: when it was. */
  #instant: Instant | undefined;

  private constructor(
    readonly state: StateFile,
    readonly baseUrl: string,
    private readonly imitations: readonly Bound[],
    private readonly mounts: readonly Mount[],
    private readonly options: MachineOptions,
    private readonly listening: Pick<Listening, 'stir'>,
    private readonly shut: () => Promise<void>,
  ) {
    const happenings = { next: () => this.#next(), tick: () => this.#tick() };
    this.clock = new SandboxClock(state.clock, options.clock, happenings);
    this.#worlds = new Map(imitations.map(({ name }) => [name, this.#worldOf(name)]));
    if (options.clock !== 'embedded') this.#ticking = setInterval(() => this.#live(), liveTick).unref();
  }

  /** @throws PmpError `sandbox`: the file is held, damaged or unwritable, or the port is taken */
  static async open(options: MachineOptions, imitations: readonly Bound[], mounts: readonly Mount[]): Promise<Machine> {
    makeFolderFor(options.stateFile);
    const word = randomUUID();
    let machine: Machine | undefined;
    const early = (request: SandboxRequest): SandboxReply => (request.path === wordPath ? { status: 200, body: word } : { status: 503 });
    const server: Listening = await listen(options.port, async (request) =>
      machine && request.path !== wordPath ? machine.answer(request) : early(request),
    );
    let release: (() => void) | undefined;
    try {
      release = await takeLock(options.stateFile, { word, url: server.baseUrl, who: options.holder, since: new Date().toISOString() });
      const names = imitations.map((each) => each.name);
      const state = StateFile.load(options.stateFile, names, () => begin(options, imitations));
      const free = release;
      machine = new Machine(state, server.baseUrl, imitations, mounts, options, server, async () => {
        await server.close();
        free();
      });
      machine.clock.settle();
      machine.save();
      return machine;
    } catch (thrown) {
      await server.close();
      release?.();
      throw thrown;
    }
  }

  world(name: string): ImitationWorld<unknown> {
    const world = this.#worlds.get(name);
    if (!world) throw new RangeError(`no imitation is called ${name}`);
    return world;
  }

  async answer(request: SandboxRequest): Promise<SandboxReply> {
    if (request.path.startsWith('/sandbox/')) return this.control(request) ?? noSuchPath(request);
    if (this.options.latencyMs > 0 && this.#mountOf(request)?.slow === true)
      await new Promise((resolve) => setTimeout(resolve, this.options.latencyMs));
    this.clock.settle();
    const taken = { at: this.clock.now() };
    const answered = await withFaults(this.faults, request, () => this.#dispatch(request, taken));
    // Node would date it by the real time.
    const date = new Date(this.clock.now() + this.faults.skew).toUTCString();
    const reply: SandboxReply = { ...answered, headers: { date, ...answered.headers } };
    this.state.record({ time: new Date(taken.at).toISOString(), method: request.method, path: request.path, status: reply.status });
    if (this.options.unhurried || request.method === 'GET' || request.method === 'HEAD') this.#saveSoon();
    else this.save();
    this.listening.stir();
    return reply;
  }

  /** A request is one instant: whatever it makes, and the record of it, bear the same time. */
  async #dispatch(request: SandboxRequest, taken: { at: Instant }): Promise<SandboxReply> {
    const mount = this.#mountOf(request);
    if (!mount) return noSuchPath(request);
    const path = request.path.slice(mount.prefix.length) || '/';
    try {
      taken.at = this.clock.now();
      return await this.#within(taken.at, () => mount.imitation.handle({ ...request, path }, this.world(mount.imitation.name)));
    } catch {
      return { status: 500, body: { error: { message: 'Internal Server Error', code: 2000 } } };
    }
  }

  #within<T>(instant: Instant, work: () => T): T {
    this.#instant = instant;
    try {
      return work();
    } finally {
      this.#instant = undefined;
    }
  }

  #mountOf({ path }: SandboxRequest): Mount | undefined {
    return this.mounts.find(({ prefix }) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`));
  }

  save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    if (!this.#closed) this.state.save(this.clock.anchor());
  }

  /** The server stops first, so that nothing is answered which is not kept. */
  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#ticking);
    this.clock.settle();
    this.save();
    this.#closed = true;
    await this.shut();
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => this.save(), readsWait).unref();
  }

  #live(): void {
    const due = this.#next();
    if (due === undefined || due > this.clock.now()) return;
    this.clock.settle();
    this.save();
  }

  #next(): Instant | undefined {
    const due = this.imitations.map((each) => this.#dueOf(each)).filter((each) => each !== undefined);
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  /** By the sandbox's clock: where the imitations' own is off, so is what they say. */
  #dueOf(each: Bound): Instant | undefined {
    const due = each.next(this.world(each.name));
    return due === undefined ? undefined : due - this.faults.skew;
  }

  #tick(): void {
    const now = this.clock.now();
    for (const each of this.imitations) {
      const due = this.#dueOf(each);
      if (due !== undefined && due <= now) each.tick(this.world(each.name));
    }
    this.listening.stir();
  }

  #worldOf(name: string): ImitationWorld<unknown> {
    return {
      state: this.state.sections[name],
      now: () => (this.#instant ?? this.clock.now()) + this.faults.skew,
      id: (prefix, length) =>
        `${prefix}${this.state
          .nextNumber()
          .toString(36)
          .toUpperCase()
          .padStart(length - prefix.length, '0')}`,
      baseUrl: this.baseUrl,
      section: (other) => this.state.sections[other],
      call: (other, request) => this.#inside(other, request),
      post: (message, answered) => void this.#outgoing(message, answered),
    };
  }

  /** Imitations that answer at once are the only ones that others call. */
  #inside(name: string, request: SandboxRequest): SandboxReply {
    const target = this.imitations.find((each) => each.name === name);
    const refused = refusedInside(this.faults, request);
    const reply = refused ?? target?.handle(request, this.world(name));
    if (reply === undefined || reply instanceof Promise) throw new RangeError(`no imitation called ${name} answers at once`);
    return reply;
  }

  async #outgoing(message: OutgoingPost, answered: (status: number) => void): Promise<void> {
    const status = await postToLoopback(message);
    if (this.#closed) return;
    answered(status);
    this.save();
  }
}

function begin(options: MachineOptions, imitations: readonly Bound[]): { sections: Sections; clock: { sandbox: Instant; real: number } } {
  const real = Date.now();
  const sections = Object.fromEntries(imitations.map((each) => [each.name, options.fresh[each.name] ?? each.fresh()]));
  return { sections, clock: { sandbox: options.start ?? real, real } };
}

const noSuchPath = (request: SandboxRequest): SandboxReply => ({
  status: 404,
  body: { error: { message: 'Not Found', code: 2100, errors: [`The sandbox serves nothing at ${request.path}`] } },
});
