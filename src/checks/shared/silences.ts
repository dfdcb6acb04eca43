import type { Silence } from '../../ports/index.ts';
import type { Trouble } from './verdicts.ts';
import { at } from './words.ts';

/** Whether a silence mutes an alert of these labels, as Alertmanager does it: every matcher has to hold, an absent label is an empty one. */
export function hides({ matchers }: Pick<Silence, 'matchers'>, labels: Readonly<Record<string, string>>): boolean {
  return matchers.length > 0 && matchers.every((matcher) => holds(matcher, labels[matcher.name] ?? ''));
}

/** @param hidden what it hides: "P1 and P2" */
export function silenced({ id, createdBy, ends, comment }: Silence, hidden: string): Trouble {
  return {
    status: 'fail',
    what: `a silence by ${createdBy === '' ? 'nobody named' : createdBy} until ${at(ends)} hides ${hidden}${comment === '' ? '' : `: "${comment}"`}`,
    hint: `Expire it${/^[\w-]+$/.test(id) ? ` (amtool silence expire ${id})` : ''}, or wait for its end.`,
    awaits: 'the silence to end',
  };
}

function holds({ value, isRegex, isEqual }: Silence['matchers'][number], label: string): boolean {
  const equal = isRegex ? matches(value, label) : value === label;
  return equal === isEqual;
}

/** Alertmanager's expressions are anchored at both ends. One that JavaScript cannot read counts as its text. */
function matches(expression: string, label: string): boolean {
  // Go writes its flags into the expression.
  const [, flags = '', rest = expression] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(expression) ?? [];
  try {
    return new RegExp(`^(?:${rest})$`, flags).test(label);
  } catch {
    return expression === label;
  }
}
