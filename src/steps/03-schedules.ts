import { deal, differences, dstChanges, render, rotas, sameRota, type Difference } from '../coverage/index.ts';
import { PmpError, type Change, type Step } from '../engine/index.ts';
import { keyOf, named, type Brief, type FieldDiff, type Instant, type Schedule, type Seen } from '../model/index.ts';
import type { World } from '../ports/index.ts';

const day = 24 * 3_600_000;
/** The guide plans four to six weeks ahead. */
const planned = 42 * day;

/** The guide's step 3: two layer schedules. Whose turn it is belongs to the account; the change computes the anchors. */
export const schedules: Step<Schedule> = {
  id: '03-schedules',
  number: 3,
  title: 'Set Up On-Call Schedules',

  desired({ answers }: Brief, now: Instant) {
    const later = answers.start !== undefined && answers.start > now ? { start: answers.start } : {};
    return named(
      rotas(answers).map((rota) => ({
        ...rota,
        layers: rota.layers.map((layer) => ({ ...layer, ...later })),
        needs: [...new Set(rota.layers.flatMap((layer) => layer.users))].map((email) => keyOf({ kind: 'user', name: email })),
      })),
    );
  },

  async read(world, wanted) {
    const found = await world.pagerduty.schedules([...wanted.values()].map((s) => s.name));
    return new Map(
      found.flatMap((s): [string, Seen<Schedule>][] =>
        s.value ? [[keyOf(s.value), s.value.style === 'shifts' ? { ...s, detail: 'a shift-based schedule, used as it is' } : s]] : [],
      ),
    );
  },

  diff(before, after) {
    if (before.style === 'shifts') return [];
    const diffs: FieldDiff[] = [];
    if (before.description !== after.description) diffs.push({ field: 'description', from: before.description, to: after.description });
    if (before.timeZone !== after.timeZone) diffs.push({ field: 'time zone', from: before.timeZone, to: after.timeZone });
    return [...diffs, ...sameRota(before.layers, after.layers)];
  },

  async apply(world, { wanted, seen }: Change<Schedule>) {
    const now = world.clock.now();
    const dealt = deal(wanted, seen?.value, now);
    const note = await compareWithPreview(world, dealt, now);
    await (seen?.value ? world.pagerduty.updateSchedule(dealt) : world.pagerduty.createSchedule(dealt));
    return note;
  },
};

/**
 * PagerDuty documents neither what a restriction nor what a turn means across a clock change, so its own rendering is asked before anything is written.
 * @returns the hours that differ, in words; throws where PagerDuty would leave an hour with nobody that ours fills.
 */
async function compareWithPreview(world: World, dealt: Schedule, now: Instant): Promise<string | undefined> {
  const spans = previewSpans(dealt, now);
  const compared = await Promise.all(
    spans.map(async ({ from, until }) => {
      const theirs = await world.pagerduty.preview(dealt, from, until);
      return differences(render(dealt, from, until, 'wall'), theirs);
    }),
  );
  const differ = compared.flatMap((found, index) => (index === 0 ? sinceTheirNow(found, spans[0]?.from ?? now) : found));
  const empty = differ.find((d) => d.theirs === undefined && d.ours !== undefined);
  if (empty) {
    throw new PmpError('schedule-preview-differs', {
      message: `PagerDuty's preview of schedule "${dealt.name}" has nobody on call from ${iso(empty.start)} to ${iso(empty.end)}, where ${empty.ours ?? 'somebody'} should be`,
      cause: 'PagerDuty reads the hours or the turn of a layer otherwise than we do; the schedule was not written.',
      fix: 'Set "gaps: fill", or report this with the output of setup --plan -o json.',
    });
  }
  if (differ.length === 0) return undefined;
  const hours = differ.map((d) => `${iso(d.start)} to ${iso(d.end)}: ${d.theirs ?? 'nobody'} instead of ${d.ours ?? 'nobody'}`);
  return `PagerDuty deals some hours otherwise: ${hours.slice(0, 3).join('; ')}${hours.length > 3 ? `; ${hours.length - 3} more` : ''}`;
}

/**
 * PagerDuty moves a beginning in the past to its own present, which is later than ours by the way there and by what the clocks differ: until then
 * its preview has nobody. What it reads otherwise it reads otherwise every week, so nothing is missed.
 */
function sinceTheirNow(differ: readonly Difference[], from: Instant): readonly Difference[] {
  const later = differ.findIndex(
    (d, index) => d.theirs !== undefined || d.start !== (differ[index - 1]?.end ?? from) || d.end > from + day,
  );
  return later === -1 ? [] : differ.slice(later);
}

/** Six weeks from now, and the week around each of the two coming clock changes. */
function previewSpans(schedule: Schedule, now: Instant): readonly { readonly from: Instant; readonly until: Instant }[] {
  const begin = Math.max(now, ...schedule.layers.map((layer) => layer.start ?? now));
  const changes = dstChanges(schedule.timeZone, begin, 2).filter((change) => change > begin + planned);
  return [{ from: begin, until: begin + planned }, ...changes.map((change) => ({ from: change - 4 * day, until: change + 4 * day }))];
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
}
