/** Where two plain values differ, path by path, for a person who must find out why. At most twenty lines. */
export function diff(wanted: unknown, found: unknown, path = ''): readonly string[] {
  const lines = [...differences(wanted, found, path)];
  return lines.length > 20 ? [...lines.slice(0, 19), `… and ${lines.length - 19} more`] : lines;
}

function* differences(wanted: unknown, found: unknown, path: string): Generator<string> {
  if (Object.is(wanted, found)) return;
  if (!isTree(wanted) || !isTree(found) || Array.isArray(wanted) !== Array.isArray(found)) {
    yield `${path || '/'}: ${brief(found)} instead of ${brief(wanted)}`;
    return;
  }
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) yield* differences(wanted[key], found[key], `${path}/${key}`);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
