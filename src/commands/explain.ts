import { clean, PmpError } from '../engine/index.ts';
import type { Page } from '../explain/index.ts';
import type { GlobalOptions } from './app.ts';

export interface ExplainOptions extends GlobalOptions {
  /** Of an error; none: the list of all pages. */
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
  const page = pages.get(id);
  if (page !== undefined) return { kind: 'page', id, page };
  const near = nearestPages(id, pages.keys());
  throw new PmpError('usage', {
    message: `there is no page "${clean(id, 60)}"`,
    ...(near.length < 2 ? {} : { cause: `The nearest are ${near.join(', ')}.` }),
    fix:
      near[0] === undefined ? 'Run pmp-pd explain to see every id.' : `Run pmp-pd explain ${near[0]}, or pmp-pd explain to see every id.`,
  });
}
