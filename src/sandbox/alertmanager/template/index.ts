export { TemplateError } from './error.ts';
export { expand, libraryOf } from './run.ts';
export type { Library } from './run.ts';
export { GoTime, Kv, List, Struct } from './values.ts';
