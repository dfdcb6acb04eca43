import type { YamlPath } from '../ports/index.ts';
import type { Draft } from './draft.ts';
import type { Wrong } from './wrong.ts';

/** What the world outside of the answers decides about a question. */
export interface Asking {
  readonly region: 'us' | 'eu';
  readonly now: number;
  /** The credentials are an account token, so PagerDuty wants to know on whose behalf we write. */
  readonly needsFrom: boolean;
  /** An Alertmanager was found that setup may reconfigure, so that is what is proposed. */
  readonly canApply: boolean;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** How a question is put to a person. `people…`, `windows` and `rota` are conversations of their own. */
export type Ask =
  | {
      readonly kind: 'text';
      readonly initial: (draft: Draft) => string;
      /** What it means to answer nothing ("none"); without it, nothing is no answer. */
      readonly none?: string;
    }
  | {
      readonly kind: 'choice';
      readonly options: readonly [Option, ...Option[]];
      readonly initial: (draft: Draft, asking: Asking) => string;
    }
  | { readonly kind: 'zone'; readonly initial: (draft: Draft) => string }
  | { readonly kind: 'engineers' | 'person' | 'windows' | 'rota' }
  | { readonly kind: 'file' };

/** One question: serves the prompt, the error for a missing answer, help, and the description in the JSON Schema. */
export interface Question {
  /** Place in the answers file. */
  readonly path: YamlPath;
  /** The guide's step, 1–10. */
  readonly step: number;
  /** One sentence: what the answer decides. */
  readonly purpose: string;
  readonly message: string;
  /** Shown on `?`. */
  readonly help: string;
  /** Where cli.md has one. */
  readonly flag?: string;
  readonly required?: true;
  /** Where we leave the guide's letter: what and why, one line. Said before asking. */
  readonly departure?: string;
  readonly ask: Ask;
  /** Not asked where it is false. */
  readonly when?: (draft: Draft, asking: Asking) => boolean;
  /** The draft has an answer already. */
  readonly known: (draft: Draft) => boolean;
  /** The draft with what was typed or chosen, or why it cannot be. */
  readonly put: (draft: Draft, typed: string, asking: Asking) => Draft | Wrong;
}

/** The key as people write it: "kubernetes.namespace". */
export function keyName(path: YamlPath): string {
  return path.join('.');
}
