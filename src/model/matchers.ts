/** A matcher of a silence or a route, as Alertmanager shows it. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** Whether a silence mutes an alert of these labels, as Alertmanager does it: every matcher has to hold, an absent label is an empty one. */
export function hides({ matchers }: { readonly matchers: readonly LabelMatcher[] }, labels: Readonly<Record<string, string>>): boolean {
  return matchers.length > 0 && matchers.every((matcher) => holdsFor(matcher, labels[matcher.name] ?? ''));
}

export function holdsFor({ value, isRegex, isEqual }: LabelMatcher, label: string): boolean {
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
