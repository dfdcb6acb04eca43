/** Minor of "0.28.1"; what cannot be read counts as the newest known. */
export function minorOf(version: string): number {
  const found = /^v?0\.(\d+)/.exec(version);
  return found?.[1] === undefined ? 34 : Number(found[1]);
}
