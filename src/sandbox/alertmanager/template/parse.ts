import { TemplateError } from './error.ts';
import { isName, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

export type Operand =
  | { readonly kind: 'dot' | 'nil' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** From the dot: ".Labels.severity". */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe; readonly path: readonly string[] };

export type Command = readonly [Operand, ...Operand[]];

export interface Pipe {
  /** "$index", "$alert": what the value is kept as. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly body: readonly Node[]; readonly otherwise: readonly Node[] }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined };

export interface Parsed {
  readonly nodes: readonly Node[];
  /** Those that `define` names. */
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

interface Piece {
  readonly text?: string;
  readonly action?: string;
}

const action = /\{\{(-(?=\s))?((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|\/\*[\s\S]*?\*\/|[^"`}]|\}(?!\}))*?)((?<=\s)-)?\}\}/g;

/** Text and actions in turn; a dash beside the braces eats the white space next to it. */
function piecesOf(source: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trim = false;
  for (const found of source.matchAll(action)) {
    const before = source.slice(from, found.index);
    const left = trim ? before.trimStart() : before;
    pieces.push({ text: found[1] === undefined ? left : left.trimEnd() }, { action: (found[2] ?? '').trim() });
    trim = found[3] !== undefined;
    from = found.index + found[0].length;
  }
  const rest = source.slice(from);
  if (rest.includes('{{')) throw new TemplateError('template: :1: unclosed action');
  pieces.push({ text: trim ? rest.trimStart() : rest });
  return pieces.filter((piece) => piece.text !== '' && piece.action?.startsWith('/*') !== true);
}

/** @throws TemplateError */
export function parseTemplate(source: string): Parsed {
  return new Parser(piecesOf(source)).parsed();
}

const words = (rest: readonly Token[]): string => rest.map(({ text }) => text).join(' ');

class Parser {
  readonly #defined = new Map<string, readonly Node[]>();
  #at = 0;

  constructor(private readonly pieces: readonly Piece[]) {}

  parsed(): Parsed {
    const { nodes, ended } = this.#list();
    if (ended !== undefined) throw new TemplateError(`template: :1: unexpected {{${ended}}}`);
    return { nodes, defined: this.#defined };
  }

  /** Up to `end` or `else`, which is handed back. */
  #list(): { readonly nodes: readonly Node[]; readonly ended: string | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.pieces[this.#at];
      if (piece === undefined) return { nodes, ended: undefined };
      this.#at += 1;
      if (piece.action === undefined) nodes.push({ kind: 'text', text: piece.text ?? '' });
      else if (/^(?:end|else)\b/.test(piece.action)) return { nodes, ended: piece.action };
      else nodes.push(...this.#node(piece.action));
    }
  }

  #node(text: string): readonly Node[] {
    const [first, ...rest] = tokensOf(text);
    if (first === undefined) throw new TemplateError('template: :1: missing value for command');
    switch (first.text) {
      case 'if':
      case 'with':
      case 'range':
        return [this.#branch(first.text, rest)];
      case 'template':
        return [{ kind: 'template', name: nameIn(rest), pipe: rest.length > 1 ? pipeOf(rest.slice(1)) : undefined }];
      case 'define':
        this.#defined.set(nameIn(rest), this.#body());
        return [];
      case 'block': {
        const name = nameIn(rest);
        this.#defined.set(name, this.#body());
        return [{ kind: 'template', name, pipe: pipeOf(rest.slice(1)) }];
      }
      default:
        return [{ kind: 'action', pipe: pipeOf([first, ...rest]) }];
    }
  }

  #body(): readonly Node[] {
    const { nodes, ended } = this.#list();
    if (ended !== 'end') throw new TemplateError('template: :1: unexpected EOF');
    return nodes;
  }

  #branch(kind: 'if' | 'with' | 'range', about: readonly Token[]): Node {
    const pipe = pipeOf(about);
    const { nodes, ended } = this.#list();
    if (ended === undefined) throw new TemplateError('template: :1: unexpected EOF');
    if (ended === 'end') return { kind, pipe, body: nodes, otherwise: [] };
    const next = /^else\s+(if|with)\b([\s\S]*)$/.exec(ended);
    const otherwise = next === null ? this.#body() : [this.#branch(next[1] === 'if' ? 'if' : 'with', tokensOf(next[2] ?? ''))];
    return { kind, pipe, body: nodes, otherwise };
  }
}

function nameIn([name]: readonly Token[]): string {
  if (name?.kind !== 'string') throw new TemplateError(`template: :1: unexpected ${JSON.stringify(name?.text ?? '')} in template clause`);
  return name.text;
}

function pipeOf(tokens: readonly Token[]): Pipe {
  const sign = tokens.findIndex(({ kind, text }) => kind === 'sign' && (text === ':=' || text === '='));
  const [before, value] = sign < 0 ? [[], tokens] : [tokens.slice(0, sign), tokens.slice(sign + 1)];
  const reader = new Reader(value);
  const pipe = reader.pipe();
  if (reader.left !== undefined) throw new TemplateError(`template: :1: unexpected ${JSON.stringify(reader.left.text)} in operand`);
  const variables = before.filter(({ kind }) => kind === 'variable').map(({ text }) => text);
  return { ...pipe, variables, declares: tokens[sign]?.text === ':=' };
}

class Reader {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get left(): Token | undefined {
    return this.tokens[this.#at];
  }

  pipe(): Pipe {
    const commands: Command[] = [];
    do commands.push(this.#command());
    while (this.#takes('|'));
    return { variables: [], declares: false, commands };
  }

  #takes(sign: string): boolean {
    const hit = this.left?.kind === 'sign' && this.left.text === sign;
    if (hit) this.#at += 1;
    return hit;
  }

  #command(): Command {
    const operands: Operand[] = [];
    while (this.left !== undefined && !(this.left.kind === 'sign' && (this.left.text === '|' || this.left.text === ')')))
      operands.push(this.#operand());
    const [first, ...rest] = operands;
    if (first === undefined) throw new TemplateError(`template: :1: missing value for command ${words(this.tokens)}`);
    return [first, ...rest];
  }

  #operand(): Operand {
    const token = this.left;
    this.#at += 1;
    if (token === undefined) throw new TemplateError('template: :1: missing value for command');
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'field') return token.text === '.' ? { kind: 'dot' } : { kind: 'field', path: pathOf(token.text) };
    if (token.kind === 'variable') return { kind: 'variable', name: token.text, path: this.#path() };
    if (token.kind === 'sign' && token.text === '(') {
      const pipe = this.pipe();
      if (!this.#takes(')')) throw new TemplateError('template: :1: unclosed left paren');
      return { kind: 'pipe', pipe, path: this.#path() };
    }
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    if (token.text === 'nil') return { kind: 'nil' };
    if (isName(token.text)) return { kind: 'function', name: token.text };
    throw new TemplateError(`template: :1: unexpected ${JSON.stringify(token.text)} in operand`);
  }

  /** Fields that follow without a space: "(index .Alerts 0).Labels". */
  #path(): readonly string[] {
    const next = this.left;
    if (next?.kind !== 'field' || next.spaced || next.text === '.') return [];
    this.#at += 1;
    return pathOf(next.text);
  }
}

const pathOf = (text: string): readonly string[] => text.slice(1).split('.');
