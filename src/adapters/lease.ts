import { clean, PmpError } from '../engine/errors.ts';
import { fieldManager, type Instant } from '../model/index.ts';
import type { Clock, HeldLock, Kubernetes, KubeObject, Lock, ObjectRef } from '../ports/index.ts';

export interface LeaseOptions {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly clock: Clock;
  /** "ada@laptop/4242": who, where, which process. */
  readonly identity: string;
  /** Whether that holder is known to be gone: a process of this machine that no longer runs. */
  readonly gone: (identity: string) => boolean;
  readonly notify: (why: string, seconds: number) => void;
  readonly signal?: AbortSignal;
}

const name = 'pmp-pd-setup';
/** A holder that has not renewed for so long, as watched from here, is dead. Seconds. */
const lifetime = 60;
const renewEvery = 20_000;
const lookEvery = 3_000;
/** A setup takes a minute or two, rollouts included. */
const patience = 10 * 60_000;
/** Refusals in a row; each means that somebody else was faster. */
const attempts = 20;
const released = 'pmp-pd.io/released';

/**
 * One setup at a time, by a Lease (coordination.k8s.io/v1). It is made once, held by nobody, and then taken by a JSON patch that tests the
 * version it was read at: of two takers one fails, with no more rights than get, patch and create on that one name.
 */
export function createLease(options: LeaseOptions): Lock {
  return { acquire: () => new Taker(options).acquire() };
}

class Taker {
  readonly #ref: ObjectRef;
  /** What the holder looked like, and since when it has not changed, by our own clock. */
  #watched: { readonly version: string; readonly since: Instant } | undefined;

  constructor(readonly options: LeaseOptions) {
    this.#ref = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', namespace: options.namespace, name };
  }

  async acquire(): Promise<HeldLock> {
    const { clock, identity, notify, signal } = this.options;
    const begun = clock.now();
    for (let lost = 0; ; lost++) {
      if (lost > attempts)
        throw new PmpError('kubernetes-refused', {
          message: `Lease ${name} cannot be taken: the cluster refused ${attempts} times`,
          fix: `kubectl get lease ${name} -n ${this.options.namespace} -o yaml shows what is in the way.`,
        });
      const lease = await this.#read();
      const holder = text(spec(lease)['holderIdentity']);
      if (holder === '' || holder === identity || this.#isDead(holder, lease)) {
        if (await this.#take(lease)) return this.#held(lease);
        continue;
      }
      lost = 0;
      if (clock.now() - begun > patience) throw running(holder, spec(lease));
      notify(`${clean(holder, 80)} is running setup against this cluster`, lookEvery / 1000);
      await clock.sleep(lookEvery, `another setup, by ${clean(holder, 80)}`, signal);
    }
  }

  async #read(): Promise<KubeObject> {
    const { kubernetes, namespace } = this.options;
    const found = await kubernetes.get(this.#ref);
    if (found !== undefined) return found;
    const labels = { 'app.kubernetes.io/managed-by': fieldManager };
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }, 'namespaces');
    await kubernetes.apply(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace, labels }, spec: {} },
      'leases',
    );
    const made = await kubernetes.get(this.#ref);
    if (made !== undefined) return made;
    throw new PmpError('kubernetes-refused', {
      message: `Lease ${name} in ${namespace} vanished right after it was made`,
      fix: 'Run the same command again.',
    });
  }

  /** Clocks of two machines may differ: only what we saw stand still counts. */
  #isDead(holder: string, lease: KubeObject): boolean {
    if (this.options.gone(holder)) return true;
    const version = lease.metadata.resourceVersion ?? '';
    const now = this.options.clock.now();
    if (this.#watched?.version !== version) this.#watched = { version, since: now };
    const seconds = spec(lease)['leaseDurationSeconds'];
    return now - this.#watched.since > (typeof seconds === 'number' ? seconds : lifetime) * 1000;
  }

  async #take(lease: KubeObject): Promise<boolean> {
    const { identity, clock } = this.options;
    const time = microTime(clock.now());
    return this.#patch([
      { op: 'test', path: '/metadata/resourceVersion', value: lease.metadata.resourceVersion },
      { op: 'add', path: '/spec/holderIdentity', value: identity },
      { op: 'add', path: '/spec/leaseDurationSeconds', value: lifetime },
      { op: 'add', path: '/spec/acquireTime', value: time },
      { op: 'add', path: '/spec/renewTime', value: time },
    ]);
  }

  /** @returns false where somebody was faster. */
  async #patch(operations: readonly unknown[]): Promise<boolean> {
    try {
      await this.options.kubernetes.patchJson(this.#ref, operations);
      return true;
    } catch (thrown) {
      if (thrown instanceof PmpError && (thrown.id === 'kubernetes-conflict' || thrown.id === 'kubernetes-refused')) return false;
      throw thrown;
    }
  }

  #held(before: KubeObject): HeldLock {
    const { clock, identity } = this.options;
    const end = new AbortController();
    const mine = { op: 'test', path: '/spec/holderIdentity', value: identity };
    const beat = async () => {
      while (!end.signal.aborted) {
        await clock.sleep(renewEvery, '', end.signal);
        await this.#patch([mine, { op: 'add', path: '/spec/renewTime', value: microTime(clock.now()) }]);
      }
    };
    // A beat that fails is made up for by the next one, or by the lock's expiry; it must not end the work.
    beat().catch(() => undefined);
    return {
      freedSince: (instant) =>
        Date.parse(before.metadata.annotations?.[released] ?? '') > instant || text(spec(before)['holderIdentity']) !== '',
      release: async () => {
        end.abort();
        const annotations = { ...before.metadata.annotations, [released]: new Date(clock.now()).toISOString() };
        await this.#patch([
          mine,
          { op: 'add', path: '/spec/holderIdentity', value: '' },
          { op: 'add', path: '/metadata/annotations', value: annotations },
        ]).catch(() => undefined);
      },
    };
  }
}

function spec(lease: KubeObject): Readonly<Record<string, unknown>> {
  const value = lease['spec'];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The API server demands exactly six fractional digits. */
function microTime(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}

function running(holder: string, lease: Readonly<Record<string, unknown>>): PmpError {
  return new PmpError('setup-running', {
    message: `${clean(holder, 80)} has been running setup since ${clean(text(lease['acquireTime']), 40)}`,
    cause: 'One setup at a time: two would make the same things twice.',
    fix: `Ask them, or wait until they are done. If nobody is: kubectl delete lease ${name} and run the same command again.`,
  });
}
