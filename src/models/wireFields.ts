import { logFloor } from '../lac/labels';
import type { TokenProbability } from '../lac/languageModel';

/** Readers for JSON that a server sent: what is not there or of another type is null, or empty. */

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function textField(value: unknown, name: string): string | null {
  const found = field(value, name);
  return typeof found === 'string' ? found : null;
}

export function numberField(value: unknown, name: string): number | null {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

/** A log-probability within [logFloor, 0]; servers report -3.4e38 for what underflows, and 1e-7 by rounding. */
export function clampLogprob(value: unknown): number | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null;
  return Math.max(logFloor, Math.min(0, value));
}

/** A server's likeliest tokens, the likeliest first; entries without token or log-probability are left out. */
export function readTop(entries: readonly unknown[]): TokenProbability[] {
  return entries
    .flatMap((entry) => {
      const token = textField(entry, 'token');
      const logprob = clampLogprob(field(entry, 'logprob'));
      return token === null || logprob === null ? [] : [{ token, logprob }];
    })
    .sort((a, b) => b.logprob - a.logprob);
}
