import { clean } from '../../engine/index.ts';
import type { AlertmanagerConfiguration, AlertmanagerMount, FieldDiff, Parts, Resource, Seen } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';

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

/** Parts by name; what is wanted and not there reads "absent". */
export function partsDiff(before: Parts, after: Parts): readonly FieldDiff[] {
  return Object.entries(after).flatMap(([field, to]) => {
    const from = before[field];
    return from === to ? [] : [{ field, from: clean(from ?? 'absent', 120), to: clean(to, 120) }];
  });
}

async function missingAlertmanager<R extends Resource>(world: ReadWorld): Promise<Seen<R>> {
  const elsewhere = await world.alertmanager?.managedElsewhere();
  const nowhere = 'no Alertmanager runs in that namespace: deploy one, or set alertmanager.apply to false and use the rendered file';
  return { value: undefined, ours: false, waiting: elsewhere ?? nowhere };
}
