import type { Call, Client } from './client.ts';
import { rubbish, type Shape } from './shape.ts';

export const pageSize = 100;
/** PagerDuty pages no further than this. */
const depth = 10_000;

/** Every page, as far as PagerDuty pages; entries that moved to the next page while it was read come once. */
export async function pages(
  client: Client,
  call: Call,
  many: string,
  keyOf: (row: Shape) => string = (row) => row.text('id'),
): Promise<{ readonly rows: readonly Shape[]; readonly more: boolean }> {
  const rows = new Map<string, Shape>();
  for (let offset = 0; offset + pageSize <= depth;) {
    const query = { ...call.query, limit: String(pageSize), offset: String(offset) };
    const answer = await client.call({ ...call, query });
    const page = answer.list(many);
    for (const row of page) rows.set(keyOf(row), row);
    if (!answer.flag('more')) return { rows: [...rows.values()], more: false };
    if (page.length === 0) throw rubbish(answer.request, 'an empty page says that there is more');
    offset += page.length;
  }
  return { rows: [...rows.values()], more: true };
}
