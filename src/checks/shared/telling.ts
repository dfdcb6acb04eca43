import type { Instant } from '../../model/index.ts';
import { inWords } from './words.ts';

/** "2026-09-09" */
export function utcDate(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** "a, b and c"; more than `most`: "a, b, c and 4 more" */
export function listed(items: readonly string[], most = 3): string {
  return items.length > most ? `${items.slice(0, most).join(', ')} and ${items.length - most} more` : inWords(items);
}

/** Milliseconds as hours, at most two decimals: "60 h", "0.5 h" */
export function hours(milliseconds: number): string {
  return `${Math.round(milliseconds / 36_000) / 100} h`;
}
