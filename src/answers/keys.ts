import * as z from 'zod';
import type { YamlPath } from '../ports/index.ts';
import { fileShape } from './shape.ts';

/** A part of a JSON Schema, as far as we look into it. */
export interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly items?: SchemaNode | undefined;
  readonly anyOf?: readonly SchemaNode[] | undefined;
}

const node: z.ZodType<SchemaNode> = z.lazy(() =>
  z.looseObject({
    properties: z.record(z.string(), node).optional(),
    items: node.optional(),
    anyOf: z.array(node).optional(),
  }),
);

/** The answers file as JSON Schema (2020-12), of what a person writes, every key optional. */
export function bareSchema(): SchemaNode {
  return node.parse(z.toJSONSchema(z.strictObject(fileShape).partial(), { io: 'input' }));
}

/** Keys that the file knows at a place. */
export function keysAt(path: YamlPath): readonly string[] {
  const found = path.reduce<SchemaNode | undefined>(inner, bareSchema());
  return Object.keys(mappingOf(found)?.properties ?? {});
}

function inner(at: SchemaNode | undefined, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return at?.items ?? at?.anyOf?.find((branch) => branch.items)?.items;
  return mappingOf(at)?.properties?.[key];
}

function mappingOf(at: SchemaNode | undefined): SchemaNode | undefined {
  return at?.properties ? at : at?.anyOf?.find((branch) => branch.properties);
}
