import { actionKey, isThought } from './actionText';
import type { Asking } from './asking';
import type { CallId } from './calls';
import type { Generation, ScoredToken, TokenProbability } from './languageModel';
import type { Transcript } from './transcript';

/** One line of the actor. */
export interface ActorLine {
  /** As written, the blank after the marker included, without the newline. */
  readonly text: string;
  readonly tokens: readonly ScoredToken[];
  /** `exact`: every token's log-probability is known and the terminator was reached. */
  readonly score: 'exact' | 'partial';
  readonly calls: readonly CallId[];
}

/** A generated line with the prefix that it continues. */
export function lineFrom(
  prefix: { readonly text: string; readonly tokens: readonly ScoredToken[] },
  answer: Generation,
  calls: readonly CallId[],
): ActorLine {
  const exact =
    answer.score === 'exact' && answer.end === 'newline' && prefix.tokens.every(({ logprob }) => logprob !== null);
  return {
    text: prefix.text + answer.text,
    tokens: [...prefix.tokens, ...answer.tokens],
    score: exact ? 'exact' : 'partial',
    calls,
  };
}

/** A beginning of a line that has not been continued yet: another line's up to a token, then an alternative to that. */
interface Deviation {
  readonly line: ActorLine;
  /** Number of the line's tokens that it shares. */
  readonly shared: number;
  /** Text of the shared tokens, the opening included. */
  readonly before: string;
  readonly alternative: TokenProbability;
  /** Of the shared tokens and the alternative. */
  readonly logprob: number;
  /** The call that showed the alternative. */
  readonly seenIn: CallId;
}

/** Text that stands for something else than itself: `<|im_end|>`, `</s>`, `<0x0A>`, `[INST]`. */
const controlText = /^\s*(?:<[^\s<>]+>|\[\/?[A-Z_]+\])\s*$/u;

/** True for an alternative that cannot begin a line of its own. */
function unusable(token: string): boolean {
  const text = token.replace(/\r?\n[^]*$/u, '');
  if (token === '' || token.includes('\uFFFD') || controlText.test(token)) return true;
  // A blank alone would end the prompt in white space, and a server would tokenise what follows in another way.
  return token.trim() === '' ? !token.includes('\n') : /\p{Cc}/u.test(text);
}

/**
 * The best distinct lines by lazy deviation. Every written line offers, at each of its new tokens, the other likely tokens
 * as deviations (line up to there + alternative). The deviation with the greatest cumulative log-probability is continued
 * greedily by one call, until there are `wanted` distinct lines or `3 x wanted` calls were made. An alternative that ends the
 * line is a line without a call. Lines that are thoughts or empty are passed over, but may be deviated from.
 * @param greedy the greedy line, where it is already known.
 * @param opening text with which every line begins, such as ` search[`.
 */
export async function branch(
  asking: Asking,
  transcript: Transcript,
  wanted: number,
  { greedy = null, opening = '' }: { readonly greedy?: ActorLine | null; readonly opening?: string } = {},
): Promise<{ readonly lines: readonly ActorLine[]; readonly calls: readonly CallId[]; readonly first: string }> {
  const queue: Deviation[] = [];
  const lines: ActorLine[] = [];
  const distinct = new Set<string>();
  const calls: CallId[] = [];

  const take = (line: ActorLine): void => {
    const key = actionKey(line.text);
    if (key === '' || isThought(key)) return;
    distinct.add(key);
    lines.push(line);
  };

  /** Offers the alternatives at the tokens from `start` on. */
  const offer = (line: ActorLine, start: number, call: CallId): void => {
    let text = opening;
    let logprob = 0;
    for (let i = 0; i < line.tokens.length; i++) {
      const { token, logprob: own, top = [] } = line.tokens[i];
      // Tokens that do not add up to the text (split characters, lost tokens) end what can be deviated from.
      if (!line.text.startsWith(text)) return;
      if (i >= start && !isThought(text)) {
        for (const alternative of top) {
          if (alternative.token === token) continue;
          queue.push({
            line,
            shared: i,
            before: text,
            alternative,
            logprob: logprob + alternative.logprob,
            seenIn: call,
          });
        }
      }
      if (own === null) return;
      text += token;
      logprob += own;
    }
  };

  const first = greedy ?? (await continueLine(asking, transcript, { text: opening, tokens: [] }));
  calls.push(...first.calls);
  take(first);
  offer(first, 0, first.calls[0]);
  while (distinct.size < wanted) {
    const best = popBest(queue);
    if (best === undefined) break;
    const { token, logprob } = best.alternative;
    if (unusable(token)) continue;
    const text = best.before + token;
    if (isThought(text)) continue;
    const tokens = [...best.line.tokens.slice(0, best.shared), { token, logprob }];
    const end = text.indexOf('\n');
    if (end >= 0) {
      take({ text: text.slice(0, end), tokens, score: 'exact', calls: [best.seenIn] });
      continue;
    }
    if (!comesBackUnchanged(asking, transcript, text)) continue;
    if (calls.length >= 3 * wanted) break;
    const line = await continueLine(asking, transcript, { text, tokens });
    calls.push(...line.calls);
    take(line);
    offer(line, tokens.length, line.calls[0]);
  }
  return { lines, calls, first: first.text };
}

/** Takes out the deviation with the greatest log-probability, of equal ones the oldest. */
function popBest(queue: Deviation[]): Deviation | undefined {
  let best = 0;
  for (let i = 1; i < queue.length; i++) if (queue[i].logprob > queue[best].logprob) best = i;
  return queue.splice(best, 1).at(0);
}

async function continueLine(
  asking: Asking,
  transcript: Transcript,
  prefix: { readonly text: string; readonly tokens: readonly ScoredToken[] },
): Promise<ActorLine> {
  const { call, answer } = await asking.line({
    role: 'actor',
    slot: 'action',
    transcript,
    prefix: prefix.text,
    maxTokens: asking.parameters.lineTokens,
    terminator: 'scored',
    top: asking.top,
  });
  return lineFrom(prefix, answer, [call]);
}

/** The actor's greedy line, with alternatives at every token. */
export function greedyLine(asking: Asking, transcript: Transcript): Promise<ActorLine> {
  return continueLine(asking, transcript, { text: '', tokens: [] });
}

/** True when the prompt set puts the prefix at the prompt's end as it is. */
function comesBackUnchanged(asking: Asking, transcript: Transcript, prefix: string): boolean {
  const segments = asking.render({ role: 'actor', slot: 'action', transcript, imagined: [], prefix });
  let tail = '';
  for (let i = segments.length - 1; i >= 0 && tail.length < prefix.length; i--) tail = segments[i] + tail;
  return tail.endsWith(prefix);
}
