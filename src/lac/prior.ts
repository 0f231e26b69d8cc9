import type { PriorEvent, ProposalEvent } from './events';
import { logSoftmax } from './improvement';
import { logFloor } from './labels';
import type { ScoredToken } from './languageModel';
import { priorScoreInForce } from './methods';
import type { Parameters } from './parameters';

/** Sum of the log-probabilities that are known. */
export function sumOf(tokens: readonly ScoredToken[]): number {
  return tokens.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0);
}

/** Log-probability per token, of the tokens whose log-probability is known; `logFloor` when none is. */
export function meanOf(tokens: readonly ScoredToken[]): number {
  const known = tokens.filter(({ logprob }) => logprob !== null).length;
  return known === 0 ? logFloor : sumOf(tokens) / known;
}

/** The prior over the candidates: a softmax over their scores, per token or summed. */
export function priorOver(proposals: readonly ProposalEvent[], parameters: Parameters): PriorEvent {
  const score = priorScoreInForce(parameters);
  const scores = proposals.map((proposal) => {
    if (score === 'sum') return proposal.logprob;
    // A record of another program may lack the tokens.
    return proposal.tokens.length > 0 ? meanOf(proposal.tokens) : proposal.logprob / Math.max(1, proposal.tokenCount);
  });
  return { type: 'prior', score, logPrior: logSoftmax(scores) };
}
