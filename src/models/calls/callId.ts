import { createHash } from 'node:crypto';
import type { CallId } from '../../lac/calls';
import type { ModelRequest } from '../../lac/languageModel';

/** JSON with sorted keys and no white space, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
    return `{${fields.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON`);
  return JSON.stringify(value);
}

/**
 * SHA-256 of what determines the answer: the weights, the text of the prompt (however it was put together), what is asked
 * of it, options, seed and ordinal. Neither the server nor the purpose is part of it.
 */
export function callId(modelDigest: string, request: ModelRequest): CallId {
  const content = { model: modelDigest, request: { ...request, prompt: request.prompt.join('') } };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
