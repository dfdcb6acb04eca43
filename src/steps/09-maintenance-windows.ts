import { occurrences } from '../coverage/index.ts';
import type { Change, Step } from '../engine/index.ts';
import { keyOf, named, type Brief, type FieldDiff, type Instant, type MaintenanceWindow, type Seen } from '../model/index.ts';

/** The guide's step 9: windows by date or by rule. PagerDuty knows no recurrence, so a rule is made as that many dates. */
export const maintenanceWindows: Step<MaintenanceWindow> = {
  id: '09-maintenance-windows',
  number: 9,
  title: 'Set Up Maintenance Windows',

  desired({ answers }: Brief, now: Instant) {
    if (answers.windows === undefined || answers.windows === 'none') return named([]);
    const serviceNames = { critical: answers.names.criticalService, high: answers.names.highService };
    return named(
      answers.windows.flatMap((window) =>
        occurrences(window, answers.timeZone, now).map(({ start, end }): MaintenanceWindow => {
          const names = window.services.map((role) => serviceNames[role]);
          return {
            kind: 'maintenance window',
            name: windowName(window.name, start),
            description: window.name,
            start,
            end,
            services: names,
            needs: names.map((name) => keyOf({ kind: 'service', name })),
          };
        }),
      ),
    );
  },

  async read(world, wanted) {
    const found = await world.pagerduty.windows();
    const seen = new Map<string, Seen<MaintenanceWindow>>();
    for (const [key, want] of wanted) {
      const match = found.find((w) => w.value?.description === want.description && w.value.start === want.start) ?? running(found, want);
      if (match) seen.set(key, match);
    }
    return seen;
  },

  diff(before, after) {
    const diffs: FieldDiff[] = [];
    if (before.end !== after.end) diffs.push({ field: 'ends', from: iso(before.end), to: iso(after.end) });
    const [from, to] = [before.services, after.services].map((list) => [...list].sort().join(', '));
    if (from !== to) diffs.push({ field: 'services', from: from ?? '', to: to ?? '' });
    return diffs;
  },

  async apply(world, { wanted, seen }: Change<MaintenanceWindow>) {
    await (seen?.value ? world.pagerduty.updateWindow(wanted) : world.pagerduty.createWindow(wanted));
    return undefined;
  },
};

/** PagerDuty moves a start that lies in the past to the moment of creation, so a running window is known by its end. */
function running(found: readonly Seen<MaintenanceWindow>[], want: MaintenanceWindow): Seen<MaintenanceWindow> | undefined {
  return found.find((w) => w.value?.description === want.description && w.value.start > want.start && w.value.end === want.end);
}

function windowName(description: string, start: Instant): string {
  return `${description} ${iso(start)}`;
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
}
