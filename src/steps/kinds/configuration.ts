import { clean } from '../../engine/index.ts';
import type { AlertmanagerConfiguration, AlertmanagerMount, FieldDiff, Parts, Resource, Seen } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';

/** More parts than this that are not there at all are an absent configuration, not a list to read. */
const severalParts = 8;

/** The secret's mount in the Alertmanager workload, wherever it is mounted now. */
export async function seenMount(world: ReadWorld, want: AlertmanagerMount): Promise<Seen<AlertmanagerMount> | undefined> {
  const found = await world.alertmanager?.find();
  if (found === undefined) return missingAlertmanager(world);
  if (found.keyDir !== undefined) return { value: { ...want, path: found.keyDir }, ours: true, detail: found.workload };
  return found.handsOff === undefined ? undefined : { value: undefined, ours: false, waiting: found.handsOff };
}

/** The configuration that Alertmanager has loaded; `alertmanager.apply` is the leave to change it, so it counts as ours. */
export async function seenConfiguration(
  world: ReadWorld,
  want: AlertmanagerConfiguration,
): Promise<Seen<AlertmanagerConfiguration> | undefined> {
  const found = await world.alertmanager?.find();
  if (found === undefined) return missingAlertmanager(world);
  const parts = (await world.alertmanager?.partsInForce(want.settings)) ?? {};
  if (found.handsOff !== undefined && partsDiff(parts, want.parts).length > 0)
    return { value: undefined, ours: false, waiting: found.handsOff };
  return { value: { ...want, parts }, ours: true, detail: found.configuration };
}

/** Parts by name; what is wanted and not there reads "absent", and many of these are said as one. */
export function partsDiff(before: Parts, after: Parts): readonly FieldDiff[] {
  const absent = Object.keys(after).filter((name) => before[name] === undefined);
  const told = absent.length > severalParts ? new Set(absent) : new Set<string>();
  const others = Object.entries(after).flatMap(([field, to]) => {
    const from = before[field];
    return from === to || told.has(field) ? [] : [{ field, from: partText(from ?? 'absent'), to: partText(to) }];
  });
  return told.size === 0
    ? others
    : [{ field: 'routes and receivers', from: 'absent', to: `${told.size} parts, as in the rendered file` }, ...others];
}

function partText(text: string): string {
  return clean(text.replace(/^→ /, ''), 120);
}

async function missingAlertmanager<R extends Resource>(world: ReadWorld): Promise<Seen<R>> {
  const elsewhere = await world.alertmanager?.managedElsewhere();
  const nowhere = 'no Alertmanager runs in that namespace: deploy one, or set alertmanager.apply to false and use the rendered file';
  return { value: undefined, ours: false, waiting: elsewhere ?? nowhere };
}
