export { knownZones, findZones } from './zones.ts';
export { fill, guide, type Draft } from './draft.ts';
export { guideSteps, type GuideStep } from './guide-steps.ts';
export { missingAnswer } from './missing.ts';
export {
  completeAnswers,
  loadDraft,
  parseAnswers,
  parseDraft,
  type ParsedAnswers,
  type ParsedDraft,
  type ParseOptions,
  type Problem,
} from './parse.ts';
export { readPeople, savePhones } from './people.ts';
export { readPrices } from './prices.ts';
export { keyName, type Question } from './question.ts';
export { questions } from './questions.ts';
export { saveAnswers, saveDraft } from './save.ts';
export { collect, type Collected, type CollectOptions } from './collect.ts';
export type { Candidate } from './interview.ts';
export { answersSchema } from './schema.ts';
