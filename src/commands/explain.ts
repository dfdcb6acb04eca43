import { clean, PmpError } from '../engine/index.ts';
import type { Page } from '../explain/index.ts';
import type { GlobalOptions } from './app.ts';

export interface ExplainOptions extends GlobalOptions {
  /** Of a check, an error or a topic; none: the list of all pages. */
  readonly id?: string;
}

/** What `explain` shows: one page, or the list. */
export type Explained =
  | { readonly kind: 'page'; readonly id: string; readonly page: Page }
  | { readonly kind: 'list'; readonly pages: ReadonlyMap<string, Page> };

/** Offline: reads nothing but the pages, which load only here. @throws PmpError usage for an id without a page, naming the nearest */
export async function explain({ id }: Pick<ExplainOptions, 'id'>): Promise<Explained> {
  const { nearestPages, pages } = await import('../explain/index.ts');
  if (id === undefined) return { kind: 'list', pages };
  const known = pages.has(id) ? id : checkNamed(id, pages);
  const page = pages.get(known);
  if (page !== undefined) return { kind: 'page', id: known, page };
  const near = nearestPages(id, pages.keys());
  throw new PmpError('usage', {
    message: `there is no page "${clean(id, 60)}"`,
    ...(near.length < 2 ? {} : { cause: `The nearest are ${near.join(', ')}.` }),
    fix:
      near[0] === undefined ? 'Run pmp-pd explain to see every id.' : `Run pmp-pd explain ${near[0]}, or pmp-pd explain to see every id.`,
  });
}

/** A check of the guide also by its number ("8") or its words ("test-alert"), as --only takes it. */
function checkNamed(typed: string, pages: ReadonlyMap<string, Page>): string {
  const word = typed.trim().toLowerCase();
  return [...pages.keys()].find((id) => /^\d\d-/.test(id) && (id.slice(3) === word || Number(id.slice(0, 2)) === Number(word))) ?? word;
}
