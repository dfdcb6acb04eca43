import { fileKey, nameQuestion, put, wordQuestion } from './ask.ts';
import { guide, type Draft } from './draft.ts';
import { readEmail } from './fields.ts';
import type { Question } from './question.ts';
import { startOf } from './read.ts';
import { startText } from './shape.ts';
import { Wrong } from './wrong.ts';
import { readZone } from './zones.ts';

const hasFollowSun = (draft: Draft): boolean => draft.followSun !== false;

const timeZone: Question = {
  path: ['time_zone'],
  step: 3,
  purpose: 'IANA zone in which the hours of both schedules are meant.',
  message: 'Time zone of the schedules:',
  help: 'Type a part of a city. The hours 8 AM to 8 PM are wall-clock hours there, summer and winter.',
  departure: 'it says "EST", which is a fixed UTC-5 and wrong about eight months of the year. America/New_York keeps 8 AM at 8 AM.',
  ask: { kind: 'zone', initial: (draft) => draft.timeZone ?? guide.timeZone },
  known: (draft) => draft.timeZone !== undefined,
  put: (draft, typed) => put(readZone(typed), (timeZone) => ({ ...draft, timeZone })),
};

const followSun: Question = {
  path: ['follow_sun'],
  step: 3,
  purpose: 'none: no Follow Sun schedule, and engineers need no region.',
  message: 'Make the Follow Sun schedule?',
  help: 'It gives each hour to the region where it is day: US East, US West, EU. Each region needs at least one engineer.',
  ask: {
    kind: 'choice',
    options: [
      { value: 'guide', label: 'Yes, as the guide has it', hint: 'needs an engineer in us-east, us-west and eu' },
      { value: 'none', label: 'No: all engineers share one rotation', hint: 'follow_sun: none' },
    ],
    initial: (draft) => (hasFollowSun(draft) ? 'guide' : 'none'),
  },
  known: (draft) => draft.followSun !== undefined,
  put: (draft, typed) => ({ ...draft, followSun: typed !== 'none', ...(typed === 'none' ? { level1: 'primary' } : {}) }),
};

const level1: Question = wordQuestion(
  'level1',
  {
    step: 3,
    purpose: 'Which schedule level 1 of both policies calls.',
    message: 'Who is level 1?',
    help: "The guide never says. Primary: the week's engineer. Follow Sun: whoever has day. Both: two people ring at once for 108 hours a week.",
    departure: 'it puts Follow Sun into no escalation policy, where it pages nobody; you choose.',
    when: hasFollowSun,
  },
  [
    ['primary', 'The primary rotation'],
    ['follow-sun', 'Follow Sun'],
    ['both', 'Both: two people ring for 108 hours a week'],
  ],
);

const overlap: Question = wordQuestion(
  'overlap',
  {
    step: 3,
    purpose: 'Who has 8 AM to noon, which the guide gives to both US East and EU.',
    message: 'EU and US East overlap 8 AM to noon. Who has it?',
    help: 'The guide gives EU 4 AM to noon and US East 8 AM to 8 PM. Two people at once would both ring.',
    departure: 'its Follow Sun hours overlap by four hours a day; one of the two is trimmed, so that exactly one person rings.',
    when: hasFollowSun,
  },
  [
    ['us-east', 'US East (EU has 4 to 8 AM)'],
    ['eu', 'EU (US East begins at noon)'],
  ],
);

const gaps: Question = wordQuestion(
  'gaps',
  {
    step: 3,
    purpose: 'What happens in the 60 hours a week that the guide gives to nobody.',
    message: 'Weekday nights: who is on call?',
    help: "Weekdays 8 to 8 and weekends are 108 of 168 hours. fill: the region that has day, and under it the week's engineer. accept: nobody; PagerDuty calls the lead at once.",
    departure: 'its Primary On-Call covers 108 of 168 hours: on weekday nights level 1 is empty. By default these hours are filled.',
  },
  [
    ['fill', 'Fill them: exactly one engineer at every hour'],
    ['accept', 'Leave them: the lead is called at once, 60 hours a week'],
  ],
);

const start: Question = {
  path: ['start'],
  step: 3,
  purpose: 'When the rota begins; left out: now.',
  message: 'When does the rota begin (now, or a date such as 2026-12-07 08:00)?',
  help: 'Wall time in the zone of the schedules. "now" begins it with the first engineer, at once.',
  ask: { kind: 'text', initial: (draft) => (draft.start === undefined ? 'now' : new Date(draft.start).toISOString()) },
  known: (draft) => draft.start !== undefined,
  put: (draft, typed, { now }) => {
    if (/^now$/i.test(typed.trim())) return without(draft);
    return put(startText(typed), (text) => {
      const instant = startOf(text, draft.timeZone ?? guide.timeZone) ?? now;
      return instant < now ? new Wrong('that moment is past', 'Write a later one, or now.') : { ...draft, start: instant };
    });
  },
};

function without({ start: _start, ...rest }: Draft): Draft {
  return rest;
}

function person(role: 'lead' | 'cto', title: string, level: string): Question {
  return {
    path: [role],
    step: 4,
    purpose: `E-mail of the ${title}, ${level}.`,
    message: `Who is the ${title}?`,
    help: `The ${title} is ${level}: somebody else than the engineers, or an escalation wakes nobody new. Type a part of a name or e-mail to find somebody, or a new e-mail.`,
    required: true,
    ask: { kind: 'person' },
    known: (draft) => draft[role] !== undefined,
    put: (draft, typed) => put(readEmail(typed), (email) => ({ ...draft, [role]: email })),
  };
}

const engineers: Question = {
  path: ['engineers'],
  step: 4,
  purpose: 'E-mails of the engineers on the rotation, in order.',
  message: 'Engineers on the rotation',
  help: 'The order is the order of the weeks. People who already are in PagerDuty are adopted by e-mail: never renamed, never deleted, their own rules stay.',
  departure: 'push cannot be set up from outside: it appears when a person signs in to the app. setup lists who still has to.',
  required: true,
  ask: { kind: 'engineers' },
  known: (draft) => (draft.engineers?.length ?? 0) > 0,
  put: (draft) => draft,
};

const rota: Question = {
  path: [],
  step: 4,
  purpose: 'The picture of who is on call when.',
  message: 'Is this the rota you want?',
  help: 'No goes back to step 3; your answers stay. Marked in the picture: hours with nobody, and more than 12 hours in a row.',
  ask: { kind: 'rota' },
  known: () => false,
  put: (draft) => draft,
};

/** Steps 3 and 4. */
export const rotaQuestions: readonly Question[] = [
  nameQuestion(3, 'primary_schedule', 'primarySchedule', 'the primary schedule'),
  timeZone,
  gaps,
  followSun,
  nameQuestion(3, 'follow_sun_schedule', 'followSunSchedule', 'the Follow Sun schedule', hasFollowSun),
  overlap,
  level1,
  start,
  fileKey(['people'], 4, 'Everybody who can be paged: name, e-mail, time zone, optionally a phone; engineers also have a region.', true),
  engineers,
  person('lead', 'engineering lead', 'level 2 of both policies'),
  person('cto', 'CTO', 'level 3 of the critical policy'),
  rota,
];
