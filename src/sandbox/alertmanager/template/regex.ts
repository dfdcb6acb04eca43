import { TemplateError } from './error.ts';

/** A regular expression of a template, not anchored. @throws TemplateError */
export function compileGo(pattern: string, flags = ''): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    throw new TemplateError(`error parsing regexp: \`${pattern}\``);
  }
}
