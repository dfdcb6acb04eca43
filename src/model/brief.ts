import type { Answers } from './answers.ts';
import type { AlertmanagerSettings, Parts } from './cluster.ts';

/**
 * What a run is to bring about: the answers, and the few facts about the account and the cluster that decide between the answers' ways.
 * Gathered once, before planning; after it, what is wanted is a pure function.
 */
export interface Brief {
  readonly answers: Answers;
  /** The account knows low urgency. */
  readonly urgencies: boolean;
  readonly settings: AlertmanagerSettings;
  /** Every part of the Alertmanager configuration that the settings decide. */
  readonly parts: Parts;
  readonly alertmanagerYml: string;
  readonly rulesYml: string;
}
