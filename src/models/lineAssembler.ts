import type { ScoredToken, TokenProbability } from '../lac/languageModel';

/** A token as a server reports it. */
export interface ReportedToken {
  readonly token: string;
  readonly logprob: number | null;
  readonly top: readonly TokenProbability[];
}

const ascii = /^[\x00-\x7f]*$/;

/** How many equal tokens in a row make servers stop a model that repeats itself, without saying so. */
const loopLength = 30;

/**
 * Puts one line together from streamed pieces of text and the tokens that come with them. Text whose tokens don't come, or
 * come under another text, is kept as a token without a log-probability.
 */
export class LineAssembler {
  /** The line so far, without its newline. */
  text = '';
  /** True once the newline came. */
  ended = false;
  /** Tokens that the server reported, whether they fit the text or not. */
  reported = 0;
  /** True while each piece was one ASCII token with its log-probability: then none can have been lost or fused. */
  onePerPiece = true;
  /** True when some text had no token of its own. */
  lost = false;
  private readonly all: ScoredToken[] = [];
  private held: ReportedToken[] = [];

  constructor(
    private readonly options: {
      readonly terminator: 'scored' | 'unscored';
      readonly top: number;
      readonly onToken: ((token: ScoredToken) => void) | undefined;
    },
  ) {}

  get tokens(): readonly ScoredToken[] {
    return this.all;
  }

  /** True when the last tokens are all alike. */
  get looping(): boolean {
    const last = this.all.slice(-loopLength);
    return last.length === loopLength && new Set(last.map(({ token }) => token.trim())).size === 1;
  }

  /** Takes the next piece; what follows the newline is dropped. */
  add(text: string, tokens: readonly ReportedToken[]): void {
    if (this.ended || (text === '' && tokens.length === 0)) return;
    this.reported += tokens.length;
    const only = tokens.length === 1 ? tokens[0] : undefined;
    if (only === undefined || only.token !== text || only.logprob === null || !ascii.test(text))
      this.onePerPiece = false;
    this.held.push(...tokens);
    // A server that holds a beginning character back sends its token first and the text with the next one.
    if (text === '') return;
    const held = this.held;
    this.held = [];
    if (held.map(({ token }) => token).join('') === text) {
      for (const token of held) this.push(token);
    } else {
      this.lost = true;
      this.push({ token: text, logprob: null, top: [] });
    }
  }

  private push({ token, logprob, top }: ReportedToken): void {
    if (this.ended) return;
    if (logprob === null) this.lost = true;
    const newline = token.indexOf('\n');
    if (newline === -1) this.text += token;
    else {
      this.text += token.slice(0, newline);
      this.ended = true;
      if (this.options.terminator === 'unscored') {
        if (newline === 0) return;
        // The newline came glued to the last word, whose text belongs to the line.
        token = token.slice(0, newline);
      }
    }
    const shown = top.slice(0, this.options.top);
    const scored: ScoredToken = shown.length > 0 ? { token, logprob, top: shown } : { token, logprob };
    this.all.push(scored);
    this.options.onToken?.(scored);
  }
}
