import { LacError, messageOf } from '../errors/lacError';
import type { Limits } from './format';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Throws before anything is built when a JSON text is too large, too deep or made of too many values. */
export function checkBounds(file: string, bytes: Uint8Array, limits: Limits): void {
  if (bytes.length > limits.bytes) {
    throw new LacError('exchange.too-large', { file, what: 'its JSON text', limit: `${limits.bytes >> 20} MiB` });
  }
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfText(bytes, at);
    } else if (byte === openBracket || byte === openBrace) {
      values++;
      depth++;
      if (depth > limits.depth) throw new LacError('exchange.too-deep', { file, limit: limits.depth });
    } else if (byte === closeBracket || byte === closeBrace) {
      depth--;
    } else if (byte === comma) {
      values++;
    }
  }
  if (values > limits.values) {
    throw new LacError('exchange.too-large', { file, what: `its number of values (${values})`, limit: limits.values });
  }
}

/** The place of the quote that ends the text which begins at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(quote, at + 1);
    if (at < 0) return bytes.length;
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** A JSON document from bytes. Throws `exchange.too-large`, `exchange.too-deep` or `exchange.unknown-format`. */
export function parseBounded(file: string, bytes: Uint8Array, limits: Limits): unknown {
  checkBounds(file, bytes, limits);
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch (error) {
    throw new LacError(
      'exchange.unknown-format',
      { file, reason: 'it is neither UTF-8 text nor a zip' },
      { cause: error },
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = `it is no JSON (${messageOf(error).slice(0, 120)})`;
    throw new LacError('exchange.unknown-format', { file, reason }, { cause: error });
  }
}
