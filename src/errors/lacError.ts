import { catalogue, type ErrorCode } from './catalogue';
import { english, inLanguage, phrases, type Phrase, type Translate } from './phrase';
import type { ErrorArguments, ErrorText } from './texts';

/** Both texts of the catalogue; what the arguments hold stays as it is. */
function sentences(code: ErrorCode, given: ErrorArguments): Phrase {
  const { what, toDo }: ErrorText = catalogue[code];
  const args = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  return phrases(
    [what, toDo].filter((text) => text !== '').map((text) => ({ text, args })),
    ' ',
  );
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
    super(inLanguage(sentences(code, args), english), options);
  }
}

/** What happened and what to do, for whoever says it in a reader's language. */
export function errorPhrase({ code, args }: LacError): Phrase {
  return sentences(code, args);
}

/** True for the error that an aborted `AbortSignal` causes, whoever threw it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The text to show for anything that was thrown; without a translation in English, as logs and the command line have it. */
export function messageOf(error: unknown, translate?: Translate): string {
  if (translate !== undefined && error instanceof LacError) return inLanguage(errorPhrase(error), translate);
  return error instanceof Error ? error.message : String(error);
}
