import type { Argument, Command, HelpConfiguration, Option } from 'commander';

/** Wider lines are hard to follow. */
const widest = 100;

/** How help reads: a command's own options first, without what only a programmer wants to know. */
export const helpStyle: HelpConfiguration = {
  showGlobalOptions: false,
  optionDescription: (option) => described(option, option.argChoices, defaultOf(option)),
  argumentDescription: (argument) => described(argument, argument.argChoices, undefined),
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(placeholder)].join(' '),
  groupItems: (_all, visible, groupOf) => {
    const groups = new Map<string, typeof visible>(visible.some((item) => groupOf(item) === own) ? [[own, []]] : []);
    for (const item of visible) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
    return groups;
  },
};

/** commander's own heading, for options that only this command has. */
export const own = 'Options:';

/** @returns how wide help is on a terminal of that many columns */
export function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? 80, widest);
}

function described({ description }: Option | Argument, choices: readonly string[] = [], standard: string | undefined): string {
  // Where the words say what each choice does, they name them all.
  const told = choices.every((choice) => new RegExp(`\\b${choice}\\b`).test(description));
  const more = [...(told ? [] : [choices.join(', ')]), ...(standard === undefined ? [] : [`default: ${standard}`])];
  return more.length === 0 ? description : `${description} (${more.join('; ')})`;
}

/** That a switch is off and a list is empty goes without saying. */
function defaultOf({ defaultValue, defaultValueDescription }: Option): string | undefined {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return typeof defaultValue === 'string' || typeof defaultValue === 'number' ? String(defaultValue) : undefined;
}

function placeholder(argument: Command['registeredArguments'][number]): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}
