import { logSumExp } from '../../lac/labels';
import type { ScoredToken, TokenProbability } from '../../lac/languageModel';

/**
 * The first token of a text among the best ones of its place: the likeliest that begins the text. Where the text ends in
 * its newline, tokens that go on after the newline end it too; their probabilities are added. Undefined where none of the
 * best tokens begins it. `top` is sorted, best first.
 */
export function shownToken(top: readonly TokenProbability[], text: string): ScoredToken | undefined {
  const ends = top.filter(({ token }) => token === text || (text.endsWith('\n') && token.startsWith(text)));
  const end = Math.min(logSumExp(ends.map(({ logprob }) => logprob)), 0);
  const begun = top.find(
    ({ token }) => token !== '' && token !== text && text.startsWith(token) && !token.includes('\ufffd'),
  );
  if (ends.length > 0 && end >= (begun?.logprob ?? -Infinity)) return { token: text, logprob: end };
  return begun;
}
