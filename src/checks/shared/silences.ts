import { clean } from '../../engine/index.ts';
import { hides, holdsFor } from '../../model/index.ts';
import type { Silence } from '../../ports/index.ts';
import { pagingSeverities, priorities, priorityOf, probe, type LoadedRule } from './loaded.ts';
import { listed } from './telling.ts';
import type { Trouble } from './verdicts.ts';
import { at, inWords } from './words.ts';

export { hides } from '../../model/index.ts';

/** @param hidden what it hides: "P1 and P2" */
export function silenced({ id, createdBy, ends, comment }: Silence, hidden: string): Trouble {
  return {
    status: 'fail',
    what: `a silence by ${createdBy === '' ? 'nobody named' : createdBy} until ${at(ends)} hides ${hidden}${comment === '' ? '' : `: "${comment}"`}`,
    hint: `Expire it${command(id)}, or wait for its end.`,
    awaits: 'the silence to end',
  };
}

/**
 * What silences keep from people: one that hides alerts of a priority whatever they are called, or loaded rules that it does not single out
 * by name, hides the route. Any other that an alert of a paging severity could meet may be meant, and has to be looked at.
 * @param external labels that Prometheus adds to every alert
 */
export function silencing(
  silences: readonly Silence[],
  rules: readonly LoadedRule[],
  external: Readonly<Record<string, string>>,
): readonly Trouble[] {
  const pages = rules.filter(({ labels }) => priorityOf(labels) !== undefined);
  return silences.flatMap((silence) => {
    const hidden = priorities.filter((priority) => hides(silence, { ...external, ...probe(priority) }));
    if (hidden.length > 0) return [silenced(silence, inWords(hidden))];
    const met = pages.filter(({ labels }) => hides(silence, { ...external, ...labels })).map(({ name }) => name);
    if (met.length > 0 && single(silence) === undefined) return [silenced(silence, `every alert of ${listed([...new Set(met)])}`)];
    return admitsPages(silence, rules) ? [doubtful(silence)] : [];
  });
}

/** The one alert that a silence is for. */
function single({ matchers }: Silence): string | undefined {
  return matchers.find(({ name, isRegex, isEqual }) => name === 'alertname' && !isRegex && isEqual)?.value;
}

/** By its severity matchers, if any; one for a rule that is known to page nobody admits none. */
function admitsPages(silence: Silence, rules: readonly LoadedRule[]): boolean {
  const matchers = silence.matchers.filter(({ name }) => name === 'severity');
  const severities = pagingSeverities.filter((severity) => matchers.every((matcher) => holdsFor(matcher, severity)));
  const name = single(silence);
  const known = rules.filter((rule) => rule.name === name);
  if (known.length > 0) return known.some(({ labels }) => severities.includes(labels['severity'] ?? ''));
  return severities.length > 0 && name !== 'Watchdog' && name !== 'InfoInhibitor';
}

function doubtful(silence: Silence): Trouble {
  const { id, matchers, createdBy, ends, comment } = silence;
  const operator = { equal: { text: '=', regex: '=~' }, not: { text: '!=', regex: '!~' } } as const;
  const words = matchers.map(
    (one) => `${one.name}${operator[one.isEqual ? 'equal' : 'not'][one.isRegex ? 'regex' : 'text']}"${one.value}"`,
  );
  const by = createdBy === '' ? 'nobody named' : createdBy;
  const said = comment === '' ? '' : `: "${comment}"`;
  return {
    status: 'warn',
    what: `a silence by ${by} until ${at(ends)} may hide alerts that page (${clean(words.join(', '), 150)})${said}`,
    hint: `Make sure that what it hides may stay unheard, else expire it${command(id)}.`,
    awaits: 'the silence to end',
  };
}

/** An id that is none is not offered to a shell. */
function command(id: string): string {
  return /^[\w-]+$/.test(id) ? ` (amtool silence expire ${id})` : '';
}
