import type { Check } from '../engine/index.ts';
import { absentServices, there } from './shared/absent.ts';
import { judged, type Problem } from './shared/problems.ts';
import { servicesSeen } from './shared/services.ts';
import { at, day } from './shared/words.ts';

/** During a window events create nothing at all: a launch inside one is a launch without alerting. */
export const windows: Check = {
  id: 'windows',
  title: 'No maintenance window keeps alerts from paging now or within 24 hours',

  async run(answers, world, { now }) {
    const [services, found] = await Promise.all([servicesSeen(answers, world), world.pagerduty.windows()]);
    const names = there(services).map(({ name }) => name);
    const soon = found.flatMap(({ value }): Problem[] => {
      const held = value?.services.filter((name) => names.includes(name)) ?? [];
      if (value === undefined || held.length === 0 || value.end <= now || value.start >= now + day) return [];
      const which = value.description.trim() === '' ? 'without a description' : `"${value.description}"`;
      const open = value.start <= now;
      return [
        {
          status: 'warn',
          what: `window ${which} on ${held.join(' and ')} ${open ? 'is open' : `opens ${at(value.start)}`} until ${at(value.end)}`,
          hint: 'While it is open, alerts create no incident and page nobody: launch after it, or end it: pmp-pd maintenance list shows its id for pmp-pd maintenance end <id>.',
          ...(open ? { awaits: `window ${which} to end` } : {}),
        },
      ];
    });
    return judged([...soon, ...absentServices(services)], `none on ${names.join(' and ')} before ${at(now + day)}`);
  },
};
