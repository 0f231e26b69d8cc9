/**
 * One entry of the error catalogue: what happened and what the reader can do about it.
 * `{name}` in a text is replaced by the argument of that name.
 */
export interface ErrorText {
  /** What happened, naming the file, setting, field or server that is meant. */
  readonly what: string;
  /** What to do next; one sentence. */
  readonly toDo: string;
}

export type ErrorTexts = Readonly<Record<string, ErrorText>>;

export type ErrorArguments = Readonly<Record<string, string | number | boolean>>;

/** Fills the `{name}` places of a template; a place without an argument stays as it is. */
export function fillTemplate(template: string, args: ErrorArguments): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => (name in args ? String(args[name]) : place));
}
