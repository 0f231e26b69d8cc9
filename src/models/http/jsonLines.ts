import { UnexpectedAnswer } from './send';

const newline = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0d || byte === 0x09;

/** A line of one token with its best twenty is about 2 KiB; this is for whole prompts that come back. */
export const longestLine = 8 * 1024 * 1024;

/**
 * Passes on a body of JSON lines, and fails where a line cannot be a JSON object or never ends: readers of such streams tend
 * to skip what they cannot parse, and a skipped token would go unnoticed.
 */
export async function* checkJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let first = 0;
  let last = 0;
  let length = 0;
  let start = new Uint8Array(0);
  const endLine = (): void => {
    if (first !== 0 && (first !== openBrace || last !== closeBrace)) {
      throw new UnexpectedAnswer('a line of JSON', JSON.stringify(new TextDecoder().decode(start)));
    }
    first = 0;
    last = 0;
    length = 0;
  };
  for await (const chunk of body) {
    let from = 0;
    while (from < chunk.length) {
      const at = chunk.indexOf(newline, from);
      const to = at === -1 ? chunk.length : at;
      for (let i = from; first === 0 && i < to; i++) {
        if (isSpace(chunk[i])) continue;
        first = chunk[i];
        start = chunk.slice(i, Math.min(to, i + 80));
      }
      for (let i = to - 1; i >= from; i--) {
        if (isSpace(chunk[i])) continue;
        last = chunk[i];
        break;
      }
      length += to - from;
      if (length > longestLine)
        throw new UnexpectedAnswer('a line of JSON', `a line of more than ${longestLine} bytes`);
      if (at !== -1) endLine();
      from = to + 1;
    }
    yield chunk;
  }
  endLine();
}
