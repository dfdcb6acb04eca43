/** What was measured on, and how measurements become one figure. */
import { cpus, loadavg, totalmem } from 'node:os';

export function machine() {
  const [cpu] = cpus();
  return {
    cpu: (cpu?.model ?? 'unknown').replace(/\s+/g, ' ').trim(),
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    load: Math.round(loadavg()[0] * 100) / 100,
  };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs every contender once a round, so that what else the machine does befalls all of them alike. @returns samples by name */
export async function interleaved(contenders, rounds) {
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  // The first round warms the disk cache and is thrown away.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, once } of contenders) {
      const sample = await once();
      if (round > 0) samples.get(name).push(sample);
    }
  }
  return samples;
}
