import { everyCommand, lineOf, optionNames, type CommandShape, type OptionShape, type Values, type Word } from './shape.ts';

/** A script for fish, from 3.2 on. */
export function fishScript(shape: CommandShape): string {
  const commands = everyCommand(shape);
  const children = commands.flatMap(({ children: below }) => below.map(({ path }) => path.join(' ')));
  const withValue = commands.flatMap((each) => optionNames(each, 'with value').map((name) => `${each.path.join(' ')}|${name}`));
  return `# Completion of pmp-pd for fish. Load it with: pmp-pd completion fish | source

# What stands before the cursor: the command, and the number of its arguments.
function __pmp_pd_at
    set -l path ''
    set -l count 0
    set -l skip 0
    set -l words (commandline -opc)
    for word in $words[2..]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- "$path|$word" $__pmp_pd_with_value; and set skip 1
        else if contains -- (string trim -- "$path $word") $__pmp_pd_commands
            set path (string trim -- "$path $word")
            set count 0
        else
            set count (math $count + 1)
        end
    end
    test "$path" = "$argv[1]"; or return 1
    test (count $argv) = 1; or test $count = $argv[2]
end

set -g __pmp_pd_commands ${children.map(quoted).join(' ')}
set -g __pmp_pd_with_value ${withValue.map(quoted).join(' ')}

complete -c pmp-pd -e
complete -c pmp-pd -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf(shape: CommandShape): readonly string[] {
  const at = quoted(shape.path.join(' '));
  const when = (index?: number) => `-n ${quoted(`__pmp_pd_at ${at}${index === undefined ? '' : ` ${index}`}`)}`;
  const words = shape.children.map(({ path, about }) => ({ word: path.at(-1) ?? '', about }));
  return [
    ...(words.length === 0 ? [] : [`complete -c pmp-pd ${when(0)} ${wordsOf({ kind: 'words', words, list: false })}`]),
    ...shape.args.flatMap(({ values }, index) => (values.kind === 'free' ? [] : [`complete -c pmp-pd ${when(index)} ${wordsOf(values)}`])),
    ...shape.options.map((option) => `complete -c pmp-pd ${when()} ${optionWords(option)}`),
  ];
}

function optionWords({ names, about, values }: OptionShape): string {
  const named = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = values === undefined ? [] : ['-r', wordsOf(values)];
  return [...named, `-d ${quoted(lineOf(about))}`, ...takes].join(' ');
}

function wordsOf(values: Values): string {
  if (values.kind === 'file') return '-F';
  if (values.kind === 'free') return '-f';
  const lines = values.words.map(wordLine).join(' ');
  const typed = `printf ${quoted('%s\\t%s\\n')} ${lines}`;
  return `-f -a ${quoted(values.list ? `(__fish_complete_list , ${quoted(typed)})` : `(${typed})`)}`;
}

function wordLine({ word, about }: Word): string {
  return `${quoted(word)} ${quoted(lineOf(about))}`;
}

/** In single quotes for fish, which knows two escapes in them. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
