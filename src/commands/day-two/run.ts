import type { Session } from '../app.ts';
import type { DayTwoOptions } from './options.ts';

/** The guide's day-two pages, each loaded when it is asked for. @returns the exit code */
export async function dayTwo(session: Session, options: DayTwoOptions): Promise<number> {
  switch (options.command) {
    case 'oncall':
      return (await import('./oncall.ts')).oncall(session, options);
    case 'override':
      return (await import('./override.ts')).override(session, options);
    case 'maintenance start':
    case 'maintenance list':
    case 'maintenance end':
      return (await import('./maintenance.ts')).maintenance(session, options);
    case 'handoff':
      return (await import('./handoff.ts')).handoff(session, options);
    case 'teardown':
      return (await import('./teardown.ts')).teardown(session, options);
  }
}
