import type { Argument, Command, Option } from 'commander';

/** One word that can be typed, and what it is for. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

/** What may stand where a value is wanted. `free`: nobody but the person knows. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly Word[]; /** Several, parted by commas. */ readonly list: boolean }
  | { readonly kind: 'file' }
  | { readonly kind: 'free' };

export interface OptionShape {
  /** `-o` and `--output`. */
  readonly names: readonly string[];
  readonly about: string;
  /** undefined: it takes none. */
  readonly values: Values | undefined;
  readonly placeholder: string;
  readonly repeatable: boolean;
}

export interface ArgumentShape {
  readonly placeholder: string;
  readonly values: Values;
}

/** A command as the shells need it: the words that lead to it, and what may follow them. */
export interface CommandShape {
  readonly path: readonly string[];
  readonly about: string;
  readonly options: readonly OptionShape[];
  readonly args: readonly ArgumentShape[];
  readonly children: readonly CommandShape[];
}

/** Words for a placeholder such as `<step>` of the command at `path`; undefined: there is no list of them. */
export type Lexicon = (placeholder: string, path: readonly string[]) => readonly Word[] | undefined;

/** Reads the shape off the command line itself, so that a new command or option is completed without being listed anywhere. */
export function shapeOf(command: Command, lexicon: Lexicon, path: readonly string[] = []): CommandShape {
  const help = command.createHelp();
  const about = help.subcommandDescription(command);
  const children = help.visibleCommands(command);
  return {
    path,
    about,
    options: help.visibleOptions(command).map((option) => optionOf(option, lexicon, path)),
    args: command.registeredArguments.map((argument) => argumentOf(argument, lexicon, path)),
    children: children.map((child) => shapeOf(child, childLexicon(lexicon, child, children), [...path, child.name()])),
  };
}

/** `help [command]` names its own siblings. */
function childLexicon(lexicon: Lexicon, child: Command, siblings: readonly Command[]): Lexicon {
  if (child.name() !== 'help') return lexicon;
  const named = siblings.filter((each) => each !== child).map((each) => ({ word: each.name(), about: each.summary() }));
  return (placeholder, path) => (placeholder === 'command' ? named : lexicon(placeholder, path));
}

function optionOf(option: Option, lexicon: Lexicon, path: readonly string[]): OptionShape {
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  const repeatable = Array.isArray(option.defaultValue) || option.variadic;
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    about: option.description,
    values: placeholder === undefined ? undefined : valuesOf(placeholder, option.argChoices, repeatable, lexicon, path),
    placeholder: placeholder ?? '',
    repeatable,
  };
}

function argumentOf(argument: Argument, lexicon: Lexicon, path: readonly string[]): ArgumentShape {
  return { placeholder: argument.name(), values: valuesOf(argument.name(), argument.argChoices, false, lexicon, path) };
}

function valuesOf(
  placeholder: string,
  choices: readonly string[] | undefined,
  list: boolean,
  lexicon: Lexicon,
  path: readonly string[],
): Values {
  const words = choices?.map((word) => ({ word, about: '' })) ?? lexicon(placeholder, path);
  if (words !== undefined) return { kind: 'words', words, list: list && choices === undefined };
  return { kind: placeholder === 'file' ? 'file' : 'free' };
}

/** The command and everything below it. */
export function everyCommand(shape: CommandShape): readonly CommandShape[] {
  return [shape, ...shape.children.flatMap(everyCommand)];
}

/** Its option names, with and without a value. */
export function optionNames(shape: CommandShape, which: 'all' | 'with value' = 'all'): readonly string[] {
  return shape.options.flatMap((option) => (which === 'with value' && option.values === undefined ? [] : option.names));
}

/** In single quotes for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What is known about a word, in one line. */
export function lineOf(text: string): string {
  return text
    .split(/\s*\n\s*/)
    .join(' ')
    .trim();
}
