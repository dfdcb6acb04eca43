import { everyCommand, lineOf, quoted, type CommandShape, type OptionShape, type Values, type Word } from './shape.ts';

/** A script for zsh: sourced after compinit, or saved as _pmp-pd in a folder of $fpath. */
export function zshScript(shape: CommandShape): string {
  return `#compdef pmp-pd
# Completion of pmp-pd for zsh. Load it with: source <(pmp-pd completion zsh)

${everyCommand(shape).map(functionOf).join('\n\n')}

# As a file of $fpath this is the function's body; sourced, it has to be told what it completes.
if [ "\${funcstack[1]}" = _pmp-pd ]; then
  _pmp_pd "$@"
else
  compdef _pmp_pd pmp-pd
fi
`;
}

function functionOf(shape: CommandShape): string {
  const { options, args, children } = shape;
  const specs = [
    ...options.map(optionSpec),
    ...(children.length === 0
      ? args.map(({ placeholder, values }, index) => quoted(`${index + 1}:${escaped(placeholder)}:${action(values)}`))
      : [
          quoted(`1:command:${described(children.map(({ path, about }) => ({ word: path.at(-1) ?? '', about })))}`),
          quoted('*:: :->below'),
        ]),
  ];
  const call = `  _arguments -s -S -C \\\n${specs.map((spec) => `    ${spec}`).join(' \\\n')}`;
  const below =
    children.length === 0
      ? ''
      : `
  case $state in
  below)
    case $words[1] in
${children.map((child) => `    ${child.path.at(-1) ?? ''}) ${nameOf(child)} ;;`).join('\n')}
    esac
    ;;
  esac`;
  return `${nameOf(shape)}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
${call}${below}
}`;
}

function nameOf({ path }: CommandShape): string {
  return ['_pmp_pd', ...path.map((word) => word.replaceAll('-', '_'))].join('_');
}

/** `-o` and `--output` exclude each other and themselves, unless they may be given again. */
function optionSpec({ names, about, values, placeholder, repeatable }: OptionShape): string {
  const again = repeatable ? '*' : '';
  const shut = repeatable || names.length < 2 ? '' : `(${names.join(' ')})`;
  const text = `[${escaped(lineOf(about))}]`;
  const value = values === undefined ? '' : `:${escaped(placeholder)}:${action(values)}`;
  const each = names.map((name) =>
    quoted(`${shut}${again}${name}${values !== undefined && name.startsWith('--') ? '=' : ''}${text}${value}`),
  );
  return each.join(' \\\n    ');
}

function action(values: Values): string {
  if (values.kind === 'file') return '_files';
  if (values.kind === 'free') return ' ';
  if (values.list) return `_sequence compadd - ${values.words.map(({ word }) => escaped(word)).join(' ')}`;
  return described(values.words);
}

function described(words: readonly Word[]): string {
  if (words.every(({ about }) => about === '')) return `(${words.map(({ word }) => escaped(word)).join(' ')})`;
  return `((${words.map(({ word, about }) => `${escaped(word)}\\:"${inQuotes(lineOf(about))}"`).join(' ')}))`;
}

/** What a specification of _arguments would take for its own. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

function inQuotes(text: string): string {
  return text.replaceAll(/[\\"$`]/g, String.raw`\$&`).replaceAll(':', String.raw`\:`);
}
