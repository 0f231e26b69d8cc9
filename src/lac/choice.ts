import { agreementOf, criticDistribution, notesOn, topGap } from './diagnostics';
import type { ActionValue, ChoiceEvent, ImprovementEvent, PriorEvent } from './events';
import { argmax, flipPoints, isCertain, softmax, tiedWith, weighedScore, type ScoreLine } from './improvement';
import { depthInForce, isLinearInAlpha, methodRules, weightsOf } from './methods';
import type { Parameters } from './parameters';
import { candidateValue, slotMass, verdictInForce, type CandidateFacts } from './values';

/** All that the last arrow of the decision needs; none of it asks a model. */
export interface ChoiceInputs {
  readonly facts: readonly CandidateFacts[];
  readonly prior: PriorEvent;
  /** Earlier uses of each action after the present observation. */
  readonly uses: readonly number[];
  /** Control `lac-shuffled`: whose value each candidate is given; null elsewhere. */
  readonly permutation: readonly number[] | null;
}

/** The improved policy and the choice, from what is known of the candidates. At least one candidate. */
export function choose(
  { facts, prior, uses, permutation }: ChoiceInputs,
  parameters: Parameters,
): { readonly improvement: ImprovementEvent; readonly choice: ChoiceEvent } {
  const { tieRule } = parameters;
  const rule = methodRules[parameters.method];
  const weights = weightsOf(parameters);
  const own = facts.map((each) => candidateValue(each, parameters));
  const values: readonly ActionValue[] = permutation === null ? own : permutation.map((source) => own[source]);
  const penalties = uses.map((count) => parameters.loopGuard * count);
  const lines: ScoreLine[] = values.map((value, i) => ({
    logPrior: prior.logPrior[i],
    penalty: penalties[i],
    value,
  }));
  const scores = lines.map((line) => weighedScore(line, weights));
  const policy = softmax(scores);
  const candidate = argmax(scores, lines, tieRule);
  const depth = depthInForce(parameters);
  const readsSlot = rule.value === 'verdict' || rule.value === 'log-good';
  return {
    improvement: {
      type: 'improvement',
      alpha: rule.chooses === 'prior' ? 0 : parameters.alpha,
      values,
      uses,
      penalties,
      ...(permutation === null ? {} : { permutation }),
      scores,
      policy,
      flips: isLinearInAlpha(parameters.method) ? flipPoints(lines, tieRule) : [],
    },
    choice: {
      type: 'choice',
      candidate,
      action: facts[candidate].proposal.action,
      certain: isCertain(lines, candidate, weights, tieRule),
      tied: tiedWith(scores, candidate),
      agreement: agreementOf(lines, candidate, tieRule),
      confidence: {
        prior: topGap(softmax(prior.logPrior)),
        critic: topGap(criticDistribution(values)),
        policy: topGap(policy),
      },
      notes: notesOn({
        values,
        valued: rule.value !== 'none',
        says: facts.map(({ steps }) => steps.findLast((step) => step.depth <= depth)?.says ?? null),
        masses: facts.map(({ verdicts }) => {
          const verdict = readsSlot ? verdictInForce(verdicts, depth) : null;
          return verdict === null ? null : slotMass(verdict);
        }),
        usesOfChoice: uses[candidate],
      }),
    },
  };
}
