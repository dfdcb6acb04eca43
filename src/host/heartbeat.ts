import { staysInside } from '../adapters/inside.ts';
import { PmpError } from '../engine/index.ts';

const words = { loopback: 'a loopback', private: 'a private', 'in-cluster': 'an in-cluster' } as const;

/**
 * A dead-man's switch that is called in clear text, or that dies with the cluster, is none.
 * @throws PmpError usage; the address is a secret, and no part of it is said
 */
export function refuseHeartbeat(address: string | undefined): void {
  if (address === undefined) return;
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  const inside = url && staysInside(url);
  if (url?.protocol === 'https:' && inside === undefined) return;
  throw new PmpError('usage', {
    message: "the address of the dead-man's switch (WATCHDOG_URL) cannot be used",
    cause:
      url?.protocol === 'https:' && inside !== undefined
        ? `it is ${words[inside]} address: nobody outside would be told`
        : 'it does not begin with https://',
    fix: 'Give the https address that a service outside expects a call on (healthchecks.io, Dead Man’s Snitch), or leave it out.',
  });
}
