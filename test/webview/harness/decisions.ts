import { choose } from '../../../src/lac/choice';
import type { DecisionEvent, PriorEvent, ProposalEvent, RolloutStepEvent, VerdictEvent } from '../../../src/lac/events';
import { softmax } from '../../../src/lac/improvement';
import type { LabelProbability, TokenProbability } from '../../../src/lac/languageModel';
import { defaultParameters, type Parameters } from '../../../src/lac/parameters';
import type { Verdict } from '../../../src/lac/transcript';
import { verdictMass, verdictValue } from '../../../src/lac/values';

/** One candidate as a test writes it: the numbers from which everything else follows by the engine's own rules. */
export interface Written {
  readonly action: string;
  /** In proportion to the prior. */
  readonly weight: number;
  /** Imagined observations with what the reflection says. */
  readonly rollout?: readonly (readonly [observation: string, says: Verdict, action?: string])[];
  /** Probabilities at the slot of the deepest reflection; null where the label is outside what the model shows. */
  readonly good?: number | null;
  readonly bad?: number | null;
  readonly unknown?: number | null;
  /** Probabilities of GOOD and BAD at depth 1, where the rollout went deeper. */
  readonly early?: readonly [good: number, bad: number];
  readonly hand?: boolean;
}

function label(name: string, probability: number | null | undefined): LabelProbability {
  const logprob = probability === null || probability === undefined ? null : Math.log(probability);
  return { label: name, logprob, bound: logprob ?? Math.log(0.002), variants: [` ${name}`] };
}

/** A decision's events as the engine yields them, with the improvement and the choice that really follow. */
export function writtenDecision(
  candidates: readonly Written[],
  given: Partial<Parameters> = {},
  uses: readonly number[] = candidates.map(() => 0),
): DecisionEvent[] {
  const parameters: Parameters = { ...defaultParameters, depth: 2, ...given };
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  const proposals = candidates.map(({ action, weight, hand }, candidate): ProposalEvent => {
    const words = action.split(/(?= )/u);
    const each = Math.log(weight / total) / (words.length + 1);
    return {
      type: 'proposal',
      candidate,
      action,
      source: hand === true ? 'hand' : 'branch',
      tokens: [...words, '\n'].map((token) => ({ token, logprob: each, top: [] })),
      logprob: Math.log(weight / total),
      tokenCount: words.length + 1,
      score: 'exact',
      merged: [],
      calls: [`actor-${candidate}`],
    };
  });
  const prior: PriorEvent = {
    type: 'prior',
    score: 'mean',
    logPrior: candidates.map(({ weight }) => Math.log(weight / total)),
  };
  const steps = candidates.map(({ action, rollout }, candidate) =>
    (rollout ?? []).map(([observation, says, imagined], i): RolloutStepEvent => ({
      type: 'rollout-step',
      candidate,
      depth: i + 1,
      action: i === 0 ? action : (imagined ?? 'go forward'),
      actionLogprob: i === 0 ? null : -0.4,
      observation,
      reflection: `${reflections[says]} This step is ${says}.`,
      says,
      forced: false,
      calls: [`forward-${candidate}-${i + 1}`],
    })),
  );
  const verdicts = candidates.map(({ early, rollout }, candidate): VerdictEvent[] => {
    if (rollout === undefined || rollout.length === 0) return [];
    const read = (depth: number, p: Pick<Written, 'good' | 'bad' | 'unknown'>): VerdictEvent => {
      const labels = { good: label('GOOD', p.good), bad: label('BAD', p.bad), unknown: label('UNKNOWN', p.unknown) };
      return {
        type: 'verdict',
        candidate,
        depth,
        ...labels,
        value: verdictValue(labels.good, labels.bad),
        mass: verdictMass(labels.good, labels.bad),
        top: topTokens(p.good ?? 0, p.bad ?? 0, p.unknown ?? 0),
        calls: [`critic-${candidate}-${depth}`],
      };
    };
    return [
      ...(early === undefined ? [] : [read(1, { good: early[0], bad: early[1], unknown: 0.05 })]),
      read(rollout.length, candidates[candidate]),
    ];
  });
  const facts = proposals.map((proposal, i) => ({ proposal, steps: steps[i], verdicts: verdicts[i], own: null }));
  const { improvement, choice } = choose({ facts, prior, uses, permutation: null }, parameters);
  return [...proposals, prior, ...proposals.flatMap((_, i) => [...steps[i], ...verdicts[i]]), improvement, choice];
}

const reflections: Readonly<Record<Verdict, string>> = {
  GOOD: 'I have come closer to what I look for.',
  BAD: 'I have moved away from what I look for.',
  UNKNOWN: 'I cannot tell yet whether this helps.',
};

function topTokens(good: number, bad: number, unknown: number): TokenProbability[] {
  const others = [' not', ' a', ' the', ' very', ' OK', ' necessary', ' useless', ' fine', ' GO', ' wrong', '\n', ' B'];
  const left = Math.max(0.001, 1 - good - bad - unknown);
  const shares = softmax(others.map((_, i) => -0.5 * i));
  return [
    { token: ' GOOD', logprob: Math.log(good) },
    { token: ' BAD', logprob: Math.log(bad) },
    { token: ' UNKNOWN', logprob: Math.log(unknown) },
    ...others.map((token, i) => ({ token, logprob: Math.log(left * shares[i]) })),
  ]
    .filter(({ logprob }) => Number.isFinite(logprob))
    .sort((a, b) => b.logprob - a.logprob);
}
