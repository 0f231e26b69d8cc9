import { catalogue, type ErrorCode } from './catalogue';
import { fillTemplate, type ErrorArguments, type ErrorText } from './texts';

/** A text of the catalogue in a reader's language; the text itself where there is no translation. */
export type Translate = (text: string) => string;

const english: Translate = (text) => text;

/** Both texts of the catalogue, filled; what the arguments hold stays as it is. */
function sentences(code: ErrorCode, args: ErrorArguments, translate: Translate): string {
  const { what, toDo }: ErrorText = catalogue[code];
  return `${fillTemplate(translate(what), args)} ${fillTemplate(translate(toDo), args)}`.trim();
}

/**
 * A failure that the user is told about. Anything thrown that is no `LacError` (and no abort) is a defect of ours.
 * `message` holds both sentences of the catalogue, filled in English; `code` and `args` let a front end translate.
 */
export class LacError extends Error {
  override readonly name = 'LacError';

  constructor(
    readonly code: ErrorCode,
    readonly args: ErrorArguments = {},
    options?: ErrorOptions,
  ) {
    super(sentences(code, args, english), options);
  }
}

/** True for the error that an aborted `AbortSignal` causes, whoever threw it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The text to show for anything that was thrown; without a translation in English, as logs and the command line have it. */
export function messageOf(error: unknown, translate?: Translate): string {
  if (translate !== undefined && error instanceof LacError) return sentences(error.code, error.args, translate);
  return error instanceof Error ? error.message : String(error);
}
