import { fileKey, levelsQuestion, nameQuestion, textQuestion, wordQuestion } from './ask.ts';
import { guide } from './draft.ts';
import { readEmail } from './fields.ts';
import type { Question } from './question.ts';
import { Wrong } from './wrong.ts';

const from: Question = textQuestion(
  {
    path: ['from'],
    step: 1,
    purpose: 'The PagerDuty user on whose behalf an account token writes.',
    message: 'E-mail of the PagerDuty user to act as:',
    help: 'Account tokens belong to nobody, so PagerDuty asks for an existing user. Changes are logged under that name.',
    flag: '--from',
    when: (_, asking) => asking.needsFrom,
  },
  { now: (draft) => draft.from, read: readEmail, write: (draft, from) => ({ ...draft, from }) },
);

const p2: Question = wordQuestion(
  'p2',
  {
    step: 1,
    purpose: 'Whether a P2 wakes people (error) or only pushes (quiet).',
    message: 'How loud is a P2?',
    help:
      'PagerDuty has two urgencies, not three priorities, and low urgency never escalates. P1 always rings. P2 as error is high urgency: push and SMS at once, ' +
      'a call after 2 minutes, and it escalates. P2 quiet is low urgency: push only, no SMS, no call, no escalation. P3 is always low urgency.',
    departure:
      'it wants P1 call+SMS+push, P2 push+SMS, P3 push. PagerDuty knows only high and low urgency, and low never escalates: so P2 may ring after 2 minutes, or it never escalates. You choose.',
    when: (draft) => draft.integration !== 'prometheus',
  },
  [
    ['error', 'It escalates: push and SMS at once, a call after 2 minutes'],
    ['quiet', 'Quiet: push only, and it never escalates'],
  ],
);

const loops: Question = {
  path: ['loops'],
  step: 2,
  purpose: 'How often a policy starts again after its last level, 0 to 9.',
  message: 'Start again after the last level, how many times (0-9)?',
  help: 'With 0, after the last level nobody is called again and the incident stays open until somebody looks. 1 to 9 calls everybody again, from level 1.',
  departure: 'with "no escalation" behind the CTO, nobody is called again after the last level. You may start again from level 1 instead.',
  ask: { kind: 'text', initial: (draft) => String(draft.loops ?? guide.loops) },
  known: (draft) => draft.loops !== undefined,
  put: (draft, typed) =>
    /^\d$/.test(typed.trim()) ? { ...draft, loops: Number(typed) } : new Wrong('that is no number from 0 to 9', 'Write 0 to 9.'),
};

/** Steps 1 and 2. */
export const serviceQuestions: readonly Question[] = [
  fileKey(['people_file'], 4, 'CSV file (name, email, time_zone, phone, region) with people, or with phones that should stay out of git.'),
  fileKey(['unfinished'], 1, 'The interview was left before its end; pmp-pd setup goes on with it.'),
  fileKey(['names'], 1, 'Names of the objects in PagerDuty.'),
  fileKey(['adopt'], 1, 'Under --yes, apply differences to objects that pmp-pd did not make.'),
  from,
  nameQuestion(1, 'critical_service', 'criticalService', 'the P1 service'),
  nameQuestion(1, 'high_service', 'highService', 'the P2 and P3 service'),
  p2,
  nameQuestion(2, 'critical_policy', 'criticalPolicy', 'the P1 policy'),
  nameQuestion(2, 'high_policy', 'highPolicy', 'the P2 and P3 policy'),
  fileKey(['escalation'], 2, 'Levels of both policies: minutes to respond, minutes until the next level.'),
  levelsQuestion(
    'critical',
    'engineer, lead, CTO',
    '"Respond within 5 min" is no field of PagerDuty: it is a promise, written into the policy\'s description and measured by verify from what a drill left.',
  ),
  levelsQuestion('high', 'engineer, lead'),
  loops,
];
