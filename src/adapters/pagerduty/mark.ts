/** Our mark at the end of a description: "… [pmp-pd]" or "… [pmp-pd refused=intelligent,content_based]". Adopted objects never get one. */
export interface Marked {
  /** The description without the mark. */
  readonly text: string;
  readonly ours: boolean;
  /** What was remembered in the mark ("refused", "role"). */
  readonly notes: Readonly<Record<string, readonly string[]>>;
}

const pattern = /\s*\[pmp-pd((?: [a-z]+=[a-z0-9_,-]*)*)\]\s*$/;

export function readMark(description: string | undefined): Marked {
  const text = description ?? '';
  const match = pattern.exec(text);
  if (!match) return { text, ours: false, notes: {} };
  const notes: Record<string, string[]> = {};
  for (const note of (match[1] ?? '').trim().split(' ')) {
    const [name = '', values = ''] = note.split('=');
    if (name !== '') notes[name] = values.split(',').filter((value) => value !== '');
  }
  return { text: text.slice(0, match.index), ours: true, notes };
}

export function writeMark(text: string, notes: Readonly<Record<string, readonly string[]>> = {}): string {
  const words = Object.entries(notes)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => ` ${name}=${values.join(',')}`);
  return `${text.trimEnd()} [pmp-pd${words.join('')}]`.trimStart();
}
