import type { SeenLogEntry } from '../ports/index.ts';
import type { Arrival, Sight } from './sight.ts';

/** What became of a drill, written down as it goes on. */
export interface DrillState {
  fired: boolean;
  arrival: Arrival | undefined;
  sight: Sight | undefined;
  /** The acknowledgement that counts. */
  acknowledged: SeenLogEntry | undefined;
  /** It was ours, by API. */
  byApi: boolean;
  /** The escalation was ended by somebody before its last level. */
  endedEarly: SeenLogEntry | undefined;
  /** How long after the acknowledgement it was watched, milliseconds, and whether the next escalation was called off. */
  quiet: { readonly watched: number; readonly calledOff: boolean } | undefined;
  snooze: 'done' | { readonly why: string } | undefined;
  note: 'done' | { readonly why: string } | undefined;
  /** By API, because the alert's resolve did not close it in time. */
  resolved: boolean;
}

export function freshState(): DrillState {
  return {
    fired: false,
    arrival: undefined,
    sight: undefined,
    acknowledged: undefined,
    byApi: false,
    endedEarly: undefined,
    quiet: undefined,
    snooze: undefined,
    note: undefined,
    resolved: false,
  };
}
