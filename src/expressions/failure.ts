import { LacError } from '../errors/lacError';
import type { expressionsErrors } from '../errors/expressions';

/** Offsets into an expression; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The error of an expression: `start`, `end` (offsets) and `column` (from 1) stand in its arguments. */
export function failure(
  code: keyof typeof expressionsErrors,
  span: Span,
  args: Readonly<Record<string, string | number>> = {},
): LacError {
  return new LacError(code, { ...args, start: span.start, end: span.end, column: span.start + 1 });
}
