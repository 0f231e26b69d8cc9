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

/** The place that an expression's error is about; null for any other error. */
export function failurePlace(error: unknown): Span | null {
  if (!(error instanceof LacError) || !error.code.startsWith('expression.')) return null;
  const { start, end } = error.args;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : null;
}
