/**
 * A key, token or signing secret. Only adapters can open it; everything that prints or serialises it gets the fingerprint.
 * Obligation of implementations: toString, toJSON and inspection never yield the value.
 */
export interface Secret {
  /** First 8 hex digits of the SHA-256 of the trimmed value: enough to compare by eye, useless to guess from. */
  readonly fingerprint: string;
}
