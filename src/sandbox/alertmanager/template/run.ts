import { defaults } from './defaults.ts';
import { TemplateError } from './error.ts';
import { functions } from './functions.ts';
import { parseTemplate } from './parse.ts';
import type { Command, Node, Operand, Parsed, Pipe } from './parse.ts';
import { isTrue, itemsOf, Kv, member, printed } from './values.ts';

/** The templates of a configuration beside Alertmanager's own. */
export type Library = ReadonlyMap<string, readonly Node[]>;

/** @param files texts of the configuration's template files @throws TemplateError */
export function libraryOf(files: readonly string[]): Library {
  return new Map([defaults, ...files].flatMap((text) => [...parseTemplate(text).defined]));
}

/**
 * What a text becomes with that data, as Go's text/template makes it.
 * @throws TemplateError in its words
 */
export function expand(text: string, data: unknown, library: Library): string {
  if (!text.includes('{{')) return text;
  const parsed: Parsed = parseTemplate(text);
  const runner = new Runner(new Map([...library, ...parsed.defined]), data);
  return runner.list(parsed.nodes, data, [new Map([['$', data]])]);
}

type Scope = readonly Map<string, unknown>[];

class Runner {
  #depth = 0;

  constructor(
    private readonly library: Library,
    private readonly root: unknown,
  ) {}

  list(nodes: readonly Node[], dot: unknown, scope: Scope): string {
    return nodes.map((node) => this.#node(node, dot, scope)).join('');
  }

  #node(node: Node, dot: unknown, scope: Scope): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'action': {
        const value = this.#pipe(node.pipe, dot, scope);
        return node.pipe.variables.length > 0 ? '' : printed(value);
      }
      case 'template':
        return this.#call(node.name, node.pipe && this.#pipe(node.pipe, dot, scope));
      case 'range':
        return this.#range(node, dot, scope);
      default: {
        const inner = [...scope, new Map<string, unknown>()];
        const value = this.#pipe(node.pipe, dot, inner);
        if (!isTrue(value)) return this.list(node.otherwise, dot, inner);
        return this.list(node.body, node.kind === 'with' ? value : dot, inner);
      }
    }
  }

  #call(name: string, data: unknown): string {
    const nodes = this.library.get(name);
    if (nodes === undefined)
      throw new TemplateError(
        `template: :1:12: executing "" at <{{template ${JSON.stringify(name)} .}}>: template ${JSON.stringify(name)} not defined`,
      );
    if (this.#depth > 100) throw new TemplateError('exceeded maximum template depth');
    this.#depth += 1;
    const text = this.list(nodes, data, [new Map([['$', data]])]);
    this.#depth -= 1;
    return text;
  }

  #range(node: Node & { readonly kind: 'if' | 'with' | 'range' }, dot: unknown, scope: Scope): string {
    const value = this.#pipe({ ...node.pipe, variables: [] }, dot, scope);
    const rows: readonly (readonly [unknown, unknown])[] =
      value instanceof Kv
        ? Object.keys(value.data)
            .sort()
            .map((name) => [name, value.data[name]])
        : itemsOf(value).map((item, index) => [index, item]);
    if (rows.length === 0) return this.list(node.otherwise, dot, scope);
    const { variables } = node.pipe;
    const kept = (key: unknown, item: unknown): Map<string, unknown> =>
      new Map(variables.map((name, index) => [name, variables.length > 1 && index === 0 ? key : item]));
    return rows.map(([key, item]) => this.list(node.body, item, [...scope, kept(key, item)])).join('');
  }

  #pipe(pipe: Pipe, dot: unknown, scope: Scope): unknown {
    const value = pipe.commands.reduce<{ readonly value: unknown } | undefined>(
      (before, command) => ({ value: this.#command(command, dot, scope, before === undefined ? [] : [before.value]) }),
      undefined,
    )?.value;
    for (const name of pipe.variables) {
      const owner = pipe.declares ? scope.at(-1) : scope.findLast((each) => each.has(name));
      if (owner === undefined) throw new TemplateError(`template: :1: undefined variable ${JSON.stringify(name)}`);
      owner.set(name, value);
    }
    return value;
  }

  #command([first, ...rest]: Command, dot: unknown, scope: Scope, piped: readonly unknown[]): unknown {
    const args = (): readonly unknown[] => [...rest.map((each) => this.#operand(each, dot, scope)), ...piped];
    if (first.kind === 'function') {
      const fn = Object.hasOwn(functions, first.name) ? functions[first.name] : undefined;
      if (fn === undefined) throw new TemplateError(`template: :1: function ${JSON.stringify(first.name)} not defined`);
      return fn(...args());
    }
    if (rest.length + piped.length === 0) return this.#operand(first, dot, scope);
    return this.#operand(first, dot, scope, args());
  }

  #operand(operand: Operand, dot: unknown, scope: Scope, args: readonly unknown[] = []): unknown {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'literal':
        return operand.value;
      case 'field':
        return along(dot, operand.path, args);
      case 'variable':
        return along(this.#variable(operand.name, scope), operand.path, args);
      case 'pipe':
        return along(this.#pipe(operand.pipe, dot, scope), operand.path, args);
      case 'function':
        return this.#command([operand], dot, scope, []);
    }
  }

  #variable(name: string, scope: Scope): unknown {
    const owner = scope.findLast((each) => each.has(name));
    if (owner !== undefined) return owner.get(name);
    if (name === '$') return this.root;
    throw new TemplateError(`template: :1: undefined variable ${JSON.stringify(name)}`);
  }
}

/** The arguments go to the last. */
function along(from: unknown, path: readonly string[], args: readonly unknown[]): unknown {
  return path.reduce<unknown>((value, name, index) => member(value, name, index === path.length - 1 ? args : []), from);
}
