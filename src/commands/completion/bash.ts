import { everyCommand, optionNames, quoted, type CommandShape, type Values } from './shape.ts';

/** A script for bash, from 3.2 on (that of macOS); nothing has to be installed beside it. */
export function bashScript(shape: CommandShape): string {
  const commands = everyCommand(shape);
  const keyed = (lines: readonly (readonly [string, string])[]) =>
    lines.map(([key, line]) => `      ${quoted(key)}) ${line} ;;`).join('\n');
  const children = commands.flatMap(({ children: below }) => below.map(({ path }) => path.join(' ')));
  const withValue = commands.flatMap((each) => optionNames(each, 'with value').map((name) => key(each, name)));
  const values = commands.flatMap((each) =>
    each.options.flatMap(({ names, values: of }) =>
      of === undefined || of.kind === 'free' ? [] : names.map((name) => [key(each, name), call(of)] as const),
    ),
  );
  const args = commands.flatMap((each) => each.args.map(({ values: of }, index) => [key(each, String(index)), call(of)] as const));
  const nexts = commands
    .filter((each) => each.children.length > 0)
    .map((each) => [key(each, '0'), `_pmp_pd_words ${quoted(each.children.map(({ path }) => path.at(-1)).join(' '))}`] as const);
  const options = commands.map((each) => [each.path.join(' '), `_pmp_pd_words ${quoted(optionNames(each).join(' '))}`] as const);
  return `# Completion of pmp-pd for bash. Load it with: source <(pmp-pd completion bash)

_pmp_pd_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

# Several words parted by commas: what stands before the last comma stays.
_pmp_pd_list() {
  local before=''
  case "$cur" in *,*) before="\${cur%,*}," ;; esac
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${cur##*,}"))
}

_pmp_pd_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

_pmp_pd() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' option='' count=0 word i
  COMPREPLY=()
  # bash takes --option=value for three words.
  [ "$cur" = '=' ] && cur=''
  # What stands before the cursor: the command, the option whose value is wanted, the number of arguments.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "$word" = '=' ]; then continue; fi
    if [ -n "$option" ]; then option=''; continue; fi
    case "$word" in
    -*)
      case "$path|$word" in
      ${withValue.map(quoted).join(' | \\\n      ')}) option="$word" ;;
      esac
      ;;
    *)
      case "\${path:+$path }$word" in
      ${children.map(quoted).join(' | \\\n      ')}) path="\${path:+$path }$word"; count=0 ;;
      *) count=$((count + 1)) ;;
      esac
      ;;
    esac
  done
  if [ -n "$option" ]; then
    case "$path|$option" in
${keyed(values)}
    esac
    return
  fi
  case "$cur" in
  -*)
    case "$path" in
${keyed(options)}
    esac
    ;;
  *)
    case "$path|$count" in
${keyed([...nexts, ...args])}
    esac
    ;;
  esac
}

complete -F _pmp_pd pmp-pd
`;
}

function key({ path }: CommandShape, rest: string): string {
  return `${path.join(' ')}|${rest}`;
}

function call(values: Values): string {
  if (values.kind === 'file') return '_pmp_pd_files';
  if (values.kind === 'free') return ':';
  return `_pmp_pd_${values.list ? 'list' : 'words'} ${quoted(values.words.map(({ word }) => word).join(' '))}`;
}
