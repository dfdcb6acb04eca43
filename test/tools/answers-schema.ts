/** templates/pmp-pd.schema.json comes from the table of questions: `UPDATE=1 npx vitest run --config .config/vitest.config.mts test/answers/schema.test.ts` writes it. */
import { answersSchema } from '../../src/answers/index.ts';

export const schemaFile = new URL('../../templates/pmp-pd.schema.json', import.meta.url).pathname;

/** The text that the file must hold. */
export function schemaText(): string {
  return `${JSON.stringify(answersSchema(), null, 2)}\n`;
}
