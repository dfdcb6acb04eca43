import { clean, type PmpError } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import { masked } from './text.ts';

/** Raised only when a field is renamed, removed or changes its meaning. */
export const schemaVersion = 1;

/** What a JSON document is made of; no instance, no undefined. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonDocument = { readonly [key: string]: Json };

/** `cause` is null where the other side said nothing. */
export function errorObject({ id, facts }: PmpError): Json {
  return {
    id,
    message: text(facts.message),
    cause: facts.cause === undefined ? null : text(facts.cause),
    ...(facts.problems === undefined ? {} : { problems: facts.problems.map((problem) => text(problem)) }),
    fix: text(facts.fix),
    ...(facts.step === undefined ? {} : { step: text(facts.step) }),
    ...(facts.resource === undefined ? {} : { resource: text(facts.resource) }),
  };
}

/** Any text for a document that people also look at in a terminal: no control characters, phone numbers masked. */
export function text(value: string): string {
  return masked(clean(value, 2000));
}

export function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** To the millisecond. */
export function seconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** A document as stdout gets it: one, indented for people, with its newline. */
export function documentText(document: JsonDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
