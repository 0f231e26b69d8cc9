import type { Tokenizer } from './tokenizer';

const utf8 = new TextEncoder();

function begins(whole: Uint8Array, start: Uint8Array, at: number): boolean {
  if (whole.length - at < start.length) return false;
  return start.every((byte, i) => whole[at + i] === byte);
}

/** Keeps a text to one of several: which tokens may come next, byte by byte. */
export class Alternatives {
  private open: readonly Uint8Array[];
  private written = 0;

  constructor(
    texts: readonly string[],
    private readonly tokenizer: Tokenizer,
  ) {
    this.open = texts.map((text) => utf8.encode(text));
  }

  /** True when one of the texts stands there whole. */
  get complete(): boolean {
    return this.open.some((text) => text.length === this.written);
  }

  /** Tokens that keep to at least one text, and the ends where one is whole; empty when only the end is left. */
  allowed(): readonly number[] {
    const open = this.open.filter((text) => text.length > this.written);
    if (open.length === 0) return [];
    const tokens: number[] = [];
    for (let token = 0; token < this.tokenizer.size; token++) {
      if (this.tokenizer.isControl(token)) continue;
      const bytes = this.tokenizer.bytesOf(token);
      if (bytes.length > 0 && open.some((text) => begins(text, bytes, this.written))) tokens.push(token);
    }
    return this.complete ? [...tokens, ...this.tokenizer.ends] : tokens;
  }

  accept(token: number): void {
    const bytes = this.tokenizer.bytesOf(token);
    this.open = this.open.filter((text) => begins(text, bytes, this.written));
    this.written += bytes.length;
  }
}
