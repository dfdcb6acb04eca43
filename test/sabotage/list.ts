import { checks } from '../../src/checks/index.ts';
import { sabotages } from './table/index.ts';

const seen = { warn: 'warning', fail: 'failure', skip: 'not provable' } as const;

/** Every sabotage by its name, grouped by the check that finds it, as Markdown. */
export function listOfSabotages(): string {
  const sections = checks.map(({ id, item, title }) => {
    const own = sabotages.filter(({ check }) => check === id);
    const heading = `## ${item === undefined ? '' : `${item}. `}${title} (\`${id}\`)`;
    return [heading, '', ...own.map(({ name, status }) => `- ${name}: ${seen[status]}`), ''].join('\n');
  });
  return [
    '# Sabotages',
    '',
    `${sabotages.length} ways in which a healthy set-up goes wrong, named by their cause. Each is made through the APIs of the sandbox, as a person would,`,
    'and `pmp-pd verify` must find it, with the right hint, while every check that has nothing to do with it keeps its verdict.',
    '',
    ...sections,
  ].join('\n');
}
