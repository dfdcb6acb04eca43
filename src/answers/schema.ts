import type { YamlPath } from '../ports/index.ts';
import { bareSchema, type SchemaNode } from './keys.ts';
import { keyName } from './question.ts';
import { questions } from './questions.ts';

/** The JSON Schema of pmp-pd.yaml for editors: the shape that the file is read by, with each question's purpose and help as description. */
export function answersSchema(): object {
  const described = new Map(questions.map(({ path, purpose, help }) => [keyName(path), help === '' ? purpose : `${purpose}\n${help}`]));
  return {
    title: 'pmp-pd answers',
    description: 'Answers of pmp-pd: what `pmp-pd setup --yes` replays. No secrets.',
    ...describe(bareSchema(), [], described),
    required: questions.flatMap(({ required, path }) => (required && path[0] !== 'people' ? [keyName(path)] : [])),
    anyOf: [{ required: ['people'] }, { required: ['people_file'] }],
  };
}

function describe(node: SchemaNode, path: YamlPath, described: ReadonlyMap<string, string>): SchemaNode {
  const description = described.get(keyName(path));
  return { ...(description === undefined || path.length === 0 ? {} : { description }), ...inside(node, path, described) };
}

function inside(node: SchemaNode, path: YamlPath, described: ReadonlyMap<string, string>): SchemaNode {
  const { properties, anyOf } = node;
  return {
    ...node,
    ...(anyOf ? { anyOf: anyOf.map((branch) => inside(branch, path, described)) } : {}),
    ...(properties ? { properties: each(properties, path, described) } : {}),
  };
}

function each(
  properties: Readonly<Record<string, SchemaNode>>,
  path: YamlPath,
  described: ReadonlyMap<string, string>,
): Record<string, SchemaNode> {
  return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, describe(inner, [...path, key], described)]));
}
