import { fieldManager, type FieldDiff, type RenderedFile, type Seen } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';

/** A file that bears our name was written by us; any other is somebody's own and is replaced only with leave. */
export async function seenFile(world: ReadWorld, want: RenderedFile): Promise<Seen<RenderedFile> | undefined> {
  const text = await world.files.read(want.name);
  if (text === undefined) return undefined;
  const ours = text.includes(fieldManager);
  return { value: { ...want, text }, ours, ...(ours ? {} : { detail: 'this file was not written by pmp-pd' }) };
}

export function fileDiff(before: RenderedFile, after: RenderedFile): readonly FieldDiff[] {
  if (before.text === after.text) return [];
  const had = new Set(before.text.split('\n'));
  const fresh = after.text.split('\n').filter((line) => !had.has(line)).length;
  return [
    { field: 'text', from: `${before.text.split('\n').length} lines`, to: `${after.text.split('\n').length} lines, ${fresh} of them new` },
  ];
}
