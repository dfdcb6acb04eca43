import { currentDialect, type Dialect } from './template.ts';

/** Whether a version ("0.25.0") is at least `major.minor`; an unknown one is not. */
export function atLeast(version: string | undefined, major: number, minor: number): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(version ?? '');
  if (!parts) return false;
  const [, a, b] = parts;
  return Number(a) > major || (Number(a) === major && Number(b) >= minor);
}

/** The version in an image's tag ("quay.io/prometheus/alertmanager:v0.28.1-distroless"); undefined for `latest` and digests. */
export function versionOfImage(image: string): string | undefined {
  return /:v?(\d+\.\d+(?:\.\d+)?)[^/]*$/.exec(image)?.[1];
}

/** What that version can read: key files since 0.25, a webhook's address from a file since 0.26. */
export function dialectOf(version: string | undefined): Dialect {
  if (version === undefined) return currentDialect;
  const files = atLeast(version, 0, 25);
  return { keys: files ? 'file' : 'inline', webhook: atLeast(version, 0, 26) ? 'file' : 'inline', source: files };
}
