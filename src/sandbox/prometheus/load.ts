import type { Instant } from '../../model/index.ts';
import type { Rule } from './config.ts';

/** How busy one pod is. */
export interface PodLoad {
  readonly namespace: string;
  readonly pod: string;
  /** Cores that it may use; undefined: as many as there are. */
  readonly limit: number | undefined;
  /** Cores that it used between two instants, on the average. */
  readonly average: (from: Instant, until: Instant) => number;
}

/** What a rule about the processor time of pods asks, as far as it can be read off its text. */
interface CpuRule {
  readonly namespace: RegExp;
  readonly window: number;
  readonly threshold: number;
  /** 'of': measured against the pod's limit; 'without': for pods that have none. */
  readonly limit: 'of' | 'without' | 'any';
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** undefined: it is about something else. */
function cpuRule({ query }: Rule): CpuRule | undefined {
  if (!/container_cpu_usage_seconds_total|pod_cpu_usage_seconds_total/.test(query)) return undefined;
  const [, pattern = '.*'] = /namespace\s*=~?\s*"([^"]*)"/.exec(query) ?? [];
  const [, count = '5', unit = 'm'] = /\[(\d+)([smh])\]/.exec(query) ?? [];
  const [, threshold = '0'] = /(?<![=!<])>\s*(?:bool\s*)?(\d+(?:\.\d+)?)/.exec(query) ?? [];
  const limits = query.includes('kube_pod_container_resource_limits');
  return {
    namespace: anchored(pattern),
    window: Number(count) * (units[unit] ?? 60_000),
    threshold: Number(threshold),
    limit: !limits ? 'any' : /\bunless\b/.test(query) ? 'without' : 'of',
  };
}

function anchored(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return /^(?!)/;
  }
}

/** Whether it is a rule that load can make true. */
export const isCpuRule = (rule: Rule): boolean => cpuRule(rule) !== undefined;

/** Labels of the pods for which a rule's expression is true at that instant. */
export function loadedPods(rule: Rule, loads: readonly PodLoad[], now: Instant): readonly Readonly<Record<string, string>>[] {
  const asked = cpuRule(rule);
  if (asked === undefined) return [];
  return loads
    .filter(
      ({ namespace, limit }) =>
        asked.namespace.test(namespace) && (asked.limit === 'any' || (asked.limit === 'of') === (limit !== undefined)),
    )
    .filter((load) => {
      const used = load.average(now - asked.window, now);
      const throttled = load.limit === undefined ? used : Math.min(used, load.limit);
      return (asked.limit === 'of' && load.limit !== undefined ? throttled / load.limit : throttled) > asked.threshold;
    })
    .map(({ namespace, pod }) => ({ namespace, pod }));
}

/** `{{ $labels.pod }}` in a label or annotation. Prometheus knows more of the language; its rules for load need no more. */
export function withLabels(
  texts: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const filled = (text: string): string => text.replace(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '');
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)]));
}
