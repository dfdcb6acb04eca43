import { PmpError } from '../../engine/index.ts';
import { keyOf, type Brief, type ConfigurationPart, type FieldDiff, type Parts, type Seen } from '../../model/index.ts';
import type { ReadWorld, World } from '../../ports/index.ts';
import { partsDiff } from './configuration.ts';

/** The parts whose names begin with `prefix`, as a resource of its own that step 6's writing brings about. */
export function wantedPart(brief: Brief, kind: ConfigurationPart['kind'], name: string, prefix: string): readonly ConfigurationPart[] {
  const { answers, settings } = brief;
  const parts = Object.fromEntries(Object.entries(brief.parts).filter(([part]) => part.startsWith(prefix)));
  if (Object.keys(parts).length === 0) return [];
  const part = { kind, name, parts, settings };
  if (answers.kubernetes !== 'none' && answers.alertmanager.apply)
    return [{ ...part, needs: [keyOf({ kind: 'alertmanager configuration', name: answers.kubernetes.namespace })] }];
  const { file } = answers.alertmanager;
  return [{ ...part, name: `${name} (in ${file})`, file, needs: [keyOf({ kind: 'file', name: file })] }];
}

export async function seenPart(world: ReadWorld, want: ConfigurationPart): Promise<Seen<ConfigurationPart> | undefined> {
  const { parts, waiting } = await inForce(world, want);
  const own = Object.fromEntries(
    Object.keys(want.parts).flatMap((name) => (parts[name] === undefined ? [] : [[name, parts[name]] as const])),
  );
  const differs = partDiff({ ...want, parts: own }, want).length > 0;
  if (differs && waiting !== undefined) return { value: undefined, ours: false, waiting };
  return Object.keys(own).length === 0 ? undefined : { value: { ...want, parts: own }, ours: true };
}

export function partDiff(before: ConfigurationPart, after: ConfigurationPart): readonly FieldDiff[] {
  return partsDiff(before.parts, after.parts);
}

/** Step 6 has written it by now; reading it back is what makes "done" true. */
export async function readBack(world: World, want: ConfigurationPart): Promise<void> {
  const seen = await seenPart(world, want);
  if (seen?.value !== undefined && partDiff(seen.value, want).length === 0) return;
  throw new PmpError('left-over', {
    message: `${want.kind} "${want.name}" is not in the configuration ${want.file === undefined ? 'that Alertmanager has loaded' : `in ${want.file}`}`,
    cause: 'Step 6 wrote the configuration, and reading it back does not show this part.',
    fix: 'Run the same command again; if it stays, compare templates/alertmanager.yml with what is loaded.',
  });
}

async function inForce(world: ReadWorld, want: ConfigurationPart): Promise<{ readonly parts: Parts; readonly waiting?: string }> {
  if (want.file !== undefined) {
    const text = await world.files.read(want.file);
    return { parts: text === undefined ? {} : world.text.partsIn(text, want.settings) };
  }
  const found = await world.alertmanager?.find();
  if (found === undefined) return { parts: {}, waiting: 'no Alertmanager runs in that namespace' };
  const parts = (await world.alertmanager?.partsInForce(want.settings)) ?? {};
  return found.handsOff === undefined ? { parts } : { parts, waiting: found.handsOff };
}
