import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Secret } from '../ports/index.ts';

/** The one carrier of secret text. Only adapters import `reveal`. */
class OpaqueSecret implements Secret {
  readonly fingerprint: string;
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
    this.fingerprint = createHash('sha256').update(value.trim()).digest('hex').slice(0, 8);
  }
  static open(secret: OpaqueSecret): string {
    return secret.#value;
  }
  toString(): string {
    return `[secret ${this.fingerprint}]`;
  }
  toJSON(): string {
    return this.toString();
  }
  [inspect.custom](): string {
    return this.toString();
  }
}

export function secretOf(value: string): Secret {
  return new OpaqueSecret(value);
}

/** @throws TypeError for a look-alike that did not come from `secretOf`. */
export function reveal(secret: Secret): string {
  if (!(secret instanceof OpaqueSecret)) throw new TypeError('not a secret of this process');
  return OpaqueSecret.open(secret);
}
