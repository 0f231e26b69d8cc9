import type { ScoredToken, TokenProbability } from '../../../lac/languageModel';

/** One token's entry as Ollama writes it. */
export interface LogprobEntry {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
  readonly top_logprobs?: readonly Omit<LogprobEntry, 'top_logprobs'>[];
}

/** A piece of the response, with the entries that a server sends along with it. */
export interface Chunk {
  readonly text: string;
  readonly logprobs: readonly LogprobEntry[];
}

const utf8 = new TextEncoder();

function plainEntry({ token, logprob }: TokenProbability): Omit<LogprobEntry, 'top_logprobs'> {
  return { token, logprob, bytes: Array.from(utf8.encode(token)) };
}

/** Length of the longest end of the text that begins a stop. */
function partialStop(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(text.length - length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}

/**
 * Turns tokens into what Ollama from 0.30 on sends. Text that may become a stop is withheld; when it goes out after
 * all, it is one entry with the joined text and the last token's log-probability. The entries of a stop, and of tokens
 * that end inside a character, are lost.
 */
export class Chunker {
  private withheld = '';
  private ended = false;

  constructor(
    private readonly stops: readonly string[],
    private readonly wanted: { readonly logprobs: boolean; readonly top: number },
  ) {}

  /** The chunk that a token brings out, or undefined. */
  take(scored: ScoredToken): Chunk | undefined {
    if (this.ended || scored.token === '') return undefined;
    const text = this.withheld + scored.token;
    const found = this.stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.ended = true;
      this.withheld = text.slice(0, Math.min(...found));
      return undefined;
    }
    if (partialStop(text, this.stops) > 0) {
      this.withheld = text;
      return undefined;
    }
    this.withheld = '';
    return { text, logprobs: this.entries(text, scored) };
  }

  /** Text that was held back to the end; its entries are lost. */
  rest(): Chunk | undefined {
    const text = this.withheld;
    this.withheld = '';
    return text === '' ? undefined : { text, logprobs: [] };
  }

  private entries(text: string, { logprob, top = [] }: ScoredToken): LogprobEntry[] {
    if (!this.wanted.logprobs || logprob === null) return [];
    const entry = plainEntry({ token: text, logprob });
    return [this.wanted.top > 0 ? { ...entry, top_logprobs: top.map(plainEntry) } : entry];
  }
}
