import type { Question } from './question.ts';
import { clusterQuestions } from './questions-cluster.ts';
import { rotaQuestions } from './questions-rota.ts';
import { serviceQuestions } from './questions-services.ts';

/** Every question, in the order of the guide's ten steps. */
export const questions: readonly Question[] = [...serviceQuestions, ...rotaQuestions, ...clusterQuestions];
