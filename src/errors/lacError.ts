import { catalogue, type ErrorCode } from './catalogue';
import { fillTemplate, type ErrorArguments, type ErrorText } from './texts';

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
    const text: ErrorText = catalogue[code];
    super(`${fillTemplate(text.what, args)} ${fillTemplate(text.toDo, args)}`.trim(), options);
  }
}

/** True for the error that an aborted `AbortSignal` causes, whoever threw it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The text to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
