import { createYaml } from '../../../src/adapters/yaml.ts';
import { parseAnswers } from '../../../src/answers/index.ts';
import { coveredHours, daysLater, deal, gaps, overlapsOf, render, rotas } from '../../../src/coverage/index.ts';
import { answersFor } from '../answers.mjs';

const now = Date.UTC(2026, 11, 7, 13);
const { answers } = parseAnswers(answersFor(1000), { yaml: createYaml(), file: 'pmp-pd.yaml', region: 'us', now });

const began = performance.now();
const until = daysLater(answers.timeZone, now, 365);
const years = rotas(answers).map((rota) => render(deal(rota, undefined, now), now, until));
const hours = years.map((shifts) => coveredHours(shifts, now, until));
const open = years.flatMap((shifts) => gaps(shifts, now, until));
const both = overlapsOf(...years);
const ms = performance.now() - began;

console.log(JSON.stringify({ ms, shifts: years.flat().length, hours, gaps: open.length, overlaps: both.length }));
