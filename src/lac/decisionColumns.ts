import { slopeOf, type TieRule } from './improvement';
import type { ActionValue } from './events';

/** One recorded step as the columns keep it. */
export interface ColumnStep {
  readonly candidates: readonly {
    readonly logPrior: number;
    /** Earlier uses of the same observation and action in the episode; the loop guard's weight multiplies it. */
    readonly uses: number;
    readonly value: ActionValue;
  }[];
  /** The recorded choice of a step whose method does not depend on alpha; null: alpha decides. */
  readonly fixed: number | null;
}

/**
 * Many recorded steps in flat arrays, so that all of them are decided again while alpha is dragged (10,000 steps well
 * below a millisecond). Candidate k of step s is at `offsets[s] + k`. Plain data: can be posted to a worker or page.
 */
export interface DecisionColumns {
  readonly offsets: Uint32Array;
  readonly logPrior: Float64Array;
  readonly uses: Uint32Array;
  /** Slope of the line; 0 where Q is undefined. */
  readonly slope: Float64Array;
  /** -1 where alpha decides. */
  readonly fixed: Int32Array;
}

/** Lays the candidates of all steps side by side, in the order of the steps; `offsets[s]` is where those of step s begin. */
export function decisionColumns(steps: readonly ColumnStep[]): DecisionColumns {
  const offsets = new Uint32Array(steps.length + 1);
  steps.forEach((step, s) => (offsets[s + 1] = offsets[s] + step.candidates.length));
  const total = offsets[steps.length];
  const columns = {
    offsets,
    logPrior: new Float64Array(total),
    uses: new Uint32Array(total),
    slope: new Float64Array(total),
    fixed: new Int32Array(steps.length).fill(-1),
  };
  steps.forEach((step, s) => {
    if (step.fixed !== null) columns.fixed[s] = step.fixed;
    step.candidates.forEach((candidate, k) => {
      columns.logPrior[offsets[s] + k] = candidate.logPrior;
      columns.uses[offsets[s] + k] = candidate.uses;
      columns.slope[offsets[s] + k] = slopeOf(candidate.value);
    });
  });
  return columns;
}

/**
 * The choice of every step at an alpha (`Infinity`: the critic alone), equal to the bit to `choiceAt`; -1 for a step
 * without candidates. Writes into `into` (of at least as many entries as steps) and returns it.
 */
export function chooseAll(
  columns: DecisionColumns,
  { alpha, loopGuard, tieRule }: { readonly alpha: number; readonly loopGuard: number; readonly tieRule: TieRule },
  into: Int32Array = new Int32Array(columns.fixed.length),
): Int32Array {
  const { offsets, logPrior, uses, slope, fixed } = columns;
  const byPrior = tieRule === 'prior';
  // At infinity the slopes decide, and the score at alpha 0 between equal slopes; elsewhere the second term is the same
  // for all, so that one loop serves both.
  const infinite = alpha === Infinity;
  for (let s = 0; s < fixed.length; s++) {
    if (fixed[s] >= 0) {
      into[s] = fixed[s];
      continue;
    }
    const start = offsets[s];
    const end = offsets[s + 1];
    let best = -1;
    let bestScore = 0;
    let bestBase = 0;
    for (let i = start; i < end; i++) {
      const base = logPrior[i] - loopGuard * uses[i];
      const score = infinite ? slope[i] : base + alpha * slope[i];
      const second = infinite ? base : 0;
      if (
        best < 0 ||
        score > bestScore ||
        (score === bestScore && (second > bestBase || (second === bestBase && byPrior && logPrior[i] > logPrior[best])))
      ) {
        best = i;
        bestScore = score;
        bestBase = second;
      }
    }
    into[s] = best < 0 ? -1 : best - start;
  }
  return into;
}
