/** Keys and indexes from the root of a document. */
export type YamlPath = readonly (string | number)[];

/** What is wrong with the text itself, before anybody asks what it means. */
export interface YamlProblem {
  /** Counted from 1. */
  readonly line: number;
  /** One sentence. */
  readonly wrong: string;
  /** What would be right, an imperative sentence. */
  readonly right: string;
}

export interface YamlText {
  /** Plain objects, arrays, strings, numbers, booleans, null; undefined for an empty or a broken document. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Line (from 1) of the key or list entry at that path, or of the nearest thing around it that the text has. */
  line(path: YamlPath): number;
}

/**
 * Obligations: `read` never throws, whatever the text; it refuses aliases (so that no document is cyclic or grows when read), unknown tags,
 * duplicate keys (every one of them is named) and second documents; its time and memory are bounded by the length of the text.
 */
export interface Yaml {
  read(text: string): YamlText;
  /** @returns one block-style document that `read` reads back as the same value. */
  dump(value: unknown): string;
}
