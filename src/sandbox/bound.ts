import type { Instant } from '../model/index.ts';
import type { Imitation, ImitationWorld, SandboxReply, SandboxRequest } from './core.ts';

/** An imitation whose state type is nobody else's business. */
export interface Bound {
  readonly name: string;
  fresh(): unknown;
  handle(request: SandboxRequest, world: ImitationWorld<unknown>): SandboxReply | Promise<SandboxReply>;
  next(world: ImitationWorld<unknown>): Instant | undefined;
  tick(world: ImitationWorld<unknown>): void;
}

/** The section of that name was made by `fresh` or by `handle`, hence is an S. */
export function bound<S>(name: string, imitation: Imitation<S>): Bound {
  const own = (world: ImitationWorld<unknown>): ImitationWorld<S> => world as ImitationWorld<S>;
  return {
    name,
    fresh: () => imitation.fresh(),
    handle: (request, world) => imitation.handle(request, own(world)),
    next: (world) => imitation.next?.(own(world)),
    tick: (world) => imitation.tick?.(own(world)),
  };
}
