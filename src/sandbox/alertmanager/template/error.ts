/** Why Go's template engine will not take or run a text. */
export class TemplateError extends Error {}
