import { logFloor, logSumExp } from '../../lac/labels';
import type { ScoredToken, TokenProbability } from '../../lac/languageModel';

/**
 * The first token of a text among the best ones of its place: the likeliest that begins the text. Where the text ends in
 * its newline, tokens that go on after the newline end it too; their probabilities are added. Undefined where none of the
 * best tokens begins it. `top` is sorted, best first.
 */
export function shownToken(top: readonly TokenProbability[], text: string): ScoredToken | undefined {
  const ends = top.filter(({ token }) => token === text || (text.endsWith('\n') && token.startsWith(text)));
  const end: ScoredToken = { token: text, logprob: floored(logSumExp(ends.map(({ logprob }) => logprob))) };
  const begun = top.find(
    ({ token }) => token !== '' && token !== text && text.startsWith(token) && !token.includes('\ufffd'),
  );
  if (begun === undefined) return ends.length === 0 ? undefined : end;
  if (ends.length > 0 && end.logprob !== null && end.logprob >= begun.logprob) return end;
  return { token: begun.token, logprob: floored(begun.logprob) };
}

function floored(logprob: number): number {
  return Math.min(Math.max(logprob, logFloor), 0);
}
