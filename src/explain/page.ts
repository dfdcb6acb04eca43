/** One sentence, and where there is one the command that does it, as typed into a shell. What stands in backticks is typed, too; words in capitals stand for your own. */
export type Line = readonly [text: string, command?: string];

/** What stands behind an id: of an error today, of a check or a troubleshooting topic as well. Read at 3 a.m., offline. */
export interface Page {
  /** One sentence, without its full stop. */
  readonly title: string;
  /** What is so, and what was or was not done. */
  readonly means: string;
  /** How it happens in practice, the likeliest first. */
  readonly causes: readonly string[];
  /** How to see it by hand. A command here changes nothing and prints no secret. */
  readonly see: readonly (readonly [text: string, command: string])[];
  /** How to mend it, in order. */
  readonly fix: readonly Line[];
  /** Ids of pages to read next. */
  readonly related?: readonly string[];
}
