import { fill, loadDraft, parseAnswers } from '../answers/index.ts';
import { PmpError } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { GlobalOptions, Session } from './app.ts';
import { inCluster } from './setup/obtain-answers.ts';

const defaultFile = 'pmp-pd.yaml';

/** From the file; without one, the guide's names. A file that was named must be there. */
export async function answersOrGuide(
  { region, files, yaml, view, clock }: Session,
  options: Pick<GlobalOptions, 'config' | 'namespace' | 'context'>,
): Promise<{ readonly answers: Answers; readonly byGuidesNames: boolean }> {
  const parse = { yaml, file: options.config, region, now: clock.now() };
  const loaded = await loadDraft({ ...parse, files });
  if (loaded === undefined) {
    if (options.config !== defaultFile) throw noFile(options.config);
    const nobody = { people: [], engineers: [], lead: '', cto: '' };
    return { answers: inCluster(fill({}, nobody), options), byGuidesNames: true };
  }
  const { answers, warnings } = parseAnswers(loaded.text, { ...parse, csv: loaded.csv });
  for (const warning of warnings) view.warn(warning);
  return { answers: inCluster(answers, options), byGuidesNames: false };
}

function noFile(file: string): PmpError {
  return new PmpError('usage', {
    message: `there is no answers file ${file}`,
    fix: `Correct --config, or leave it out: without ${defaultFile} the guide's names are looked for.`,
  });
}
