/** One sample of Prometheus' text format. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one metric, in their order; lines that are none are passed over. */
export function samplesOf(text: string, metric: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith(metric)) return [];
    const match = /^(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line.slice(metric.length));
    if (!match) return [];
    const value = Number(match[2]?.replace(/^([+-]?)Inf$/, '$1Infinity'));
    return Number.isNaN(value) ? [] : [{ labels: labelsOf(match[1] ?? ''), value }];
  });
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(
    pairs.map(([, name, value]) => [name ?? '', (value ?? '').replace(/\\(["\\n])/g, (_, one: string) => (one === 'n' ? '\n' : one))]),
  );
}
