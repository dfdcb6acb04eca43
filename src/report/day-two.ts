import type { DayTwoOutcome } from '../engine/index.ts';
import type { DayTwoTextOptions } from './day-two-words.ts';
import { handoffText } from './handoff.ts';
import { maintenanceText } from './maintenance.ts';
import { oncallText } from './oncall.ts';
import { overrideText } from './override.ts';
import type { Style } from './style.ts';
import { teardownText } from './teardown.ts';

/** A day-two command's plan or result for a person. Ends without a newline. */
export function dayTwoText(outcome: DayTwoOutcome, style: Style, options: DayTwoTextOptions = {}): string {
  switch (outcome.command) {
    case 'oncall':
      return oncallText(outcome, style, options);
    case 'override':
      return overrideText(outcome, style, options);
    case 'handoff':
      return handoffText(outcome, style, options);
    case 'teardown':
      return teardownText(outcome, style, options);
    case 'maintenance start':
    case 'maintenance list':
    case 'maintenance end':
      return maintenanceText(outcome, style, options);
  }
}
