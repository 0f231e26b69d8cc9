import { choose } from './choice';
import { eventsOf, foldDecision, type Decision, type DecisionCandidate } from './decision';
import type { ColumnStep } from './decisionColumns';
import type { ProposalEvent } from './events';
import { undefinedValue } from './improvement';
import { depthInForce, isLinearInAlpha, methodRules, thoughtsInForce } from './methods';
import type { ParameterName, Parameters } from './parameters';
import { priorOver } from './prior';
import { shuffledValues } from './seeds';
import { verdictInForce } from './values';

/** What a record lacks for other parameters: everything, imagined steps, or only the reading of values. */
export type Missing = 'proposals' | 'rollouts' | 'values';

/** A decision made again from its record, or what would have to be asked first. */
export type Redecision =
  { readonly kind: 'decided'; readonly decision: Decision } | { readonly kind: 'missing'; readonly missing: Missing };

/** A change in any of these asks the actor again. `seed` does so only where something is drawn. */
const proposalParameters: readonly ParameterName[] = ['candidates', 'proposal', 'lineTokens'];

/** Whether the proposals made under one set of parameters would be the same under another. */
export function sameProposals(from: Parameters, to: Parameters): boolean {
  if (proposalParameters.some((name) => from[name] !== to[name])) return false;
  if (methodRules[from.method].reflections !== methodRules[to.method].reflections) return false;
  if ((thoughtsInForce(from) === 'off') !== (thoughtsInForce(to) === 'off')) return false;
  return to.proposal !== 'sample' || (from.seed === to.seed && from.proposalTemperature === to.proposalTemperature);
}

/** Whether the imagined steps would be the same, as far as they reach. */
export function sameRollouts(from: Parameters, to: Parameters): boolean {
  if (!sameProposals(from, to)) return false;
  if (from.reflectionTokens !== to.reflectionTokens) return false;
  if (methodRules[from.method].rollouts !== methodRules[to.method].rollouts) return false;
  if (from.rolloutTemperature !== to.rolloutTemperature) return false;
  return to.rolloutTemperature === 0 || from.seed === to.seed;
}

/** True where a rollout needs no further step for this depth: it is as deep, or stopped by itself. */
export function reaches({ steps }: Pick<DecisionCandidate, 'steps'>, depth: number): boolean {
  const last = steps.at(-1);
  if (last === undefined) return depth === 0;
  return last.depth >= depth || last.says === 'GOOD' || last.says === 'BAD' || last.reward === 1;
}

/** What has to be asked before a decision recorded under `from` can be made under `to`; null when nothing has. */
export function missingFor(decision: Decision, from: Parameters, to: Parameters): Missing | null {
  const rule = methodRules[to.method];
  if (decision.candidates.length === 0 || !sameProposals(from, to)) return 'proposals';
  if (rule.value === 'none') return null;
  const depth = depthInForce(to);
  if (depth > 0 && !(sameRollouts(from, to) && decision.candidates.every((each) => reaches(each, depth)))) {
    return 'rollouts';
  }
  switch (rule.value) {
    case 'action-logprobs':
    case 'return':
      return null;
    case 'verdict':
    case 'log-good':
      return decision.candidates.every(({ verdicts }) => verdictInForce(verdicts, depth) !== null) ? null : 'values';
    case 'probability':
    case 'subgoals': {
      // The model was asked at one rollout's end; elsewhere it has to be asked again.
      const asked = from.method === to.method && depthInForce(from) === depth && from.subgoals === to.subgoals;
      return asked && decision.candidates.every(({ own }) => own !== null) ? null : 'values';
    }
  }
}

/**
 * Makes a recorded decision again under other parameters without a model call: alpha, tie rule, loop guard, prior score,
 * gamma, a smaller depth, or a method that reads the same record. Given the recorded history: what would follow another
 * action is unknown until it is run.
 * @param step index of the step along its branch, from 0; parts the shuffles of `lac-shuffled`.
 */
export function redecide(decision: Decision, from: Parameters, to: Parameters, step: number): Redecision {
  const missing = missingFor(decision, from, to);
  if (missing !== null) return { kind: 'missing', missing };
  const proposals: readonly ProposalEvent[] = decision.candidates.map(({ proposal }) => proposal);
  const prior = priorOver(proposals, to);
  const { improvement, choice } = choose(
    {
      facts: decision.candidates,
      prior,
      uses: decision.candidates.map(({ uses }) => uses ?? 0),
      permutation: methodRules[to.method].shuffled ? shuffledValues(to.seed, step, proposals.length) : null,
    },
    to,
  );
  return {
    kind: 'decided',
    decision: foldDecision([
      ...eventsOf({ ...decision, prior: null, improvement: null, choice: null }),
      prior,
      improvement,
      choice,
    ]),
  };
}

/** A finished decision as the columns take it, for deciding many steps again while alpha is dragged. */
export function columnStep(decision: Decision, { method }: Pick<Parameters, 'method'>): ColumnStep {
  return {
    candidates: decision.candidates.map(({ logPrior, uses, value }) => ({
      logPrior: logPrior ?? 0,
      uses: uses ?? 0,
      value: value ?? undefinedValue,
    })),
    fixed: isLinearInAlpha(method) ? null : (decision.choice?.candidate ?? null),
  };
}
