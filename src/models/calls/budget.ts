import { LacError } from '../../errors/lacError';
import type { TokenUsage } from '../../lac/languageModel';

/** Most that may be spent on model calls; null is without limit. Reused calls cost nothing. */
export interface BudgetLimits {
  readonly calls: number | null;
  /** Tokens of prompts and outputs together, as the server counts them. */
  readonly tokens: number | null;
  /** Seconds in which a model was working, summed over calls: time at a breakpoint costs nothing. */
  readonly seconds: number | null;
}

type BudgetUnit = keyof BudgetLimits;
const units: readonly BudgetUnit[] = ['calls', 'tokens', 'seconds'];

/** No limit at all. */
export const unlimited: BudgetLimits = Object.freeze({ calls: null, tokens: null, seconds: null });

/** What a run has spent and may spend. Checked before each call, so that a run stops between calls, where it can resume. */
export class Budget {
  private readonly spentSoFar: Record<BudgetUnit, number> = { calls: 0, tokens: 0, seconds: 0 };

  constructor(readonly limits: BudgetLimits) {}

  get spent(): Readonly<Record<BudgetUnit, number>> {
    return this.spentSoFar;
  }

  /** Takes one call off the budget, or throws `model.budget` when anything is used up. */
  reserveCall(): void {
    for (const unit of units) {
      const limit = this.limits[unit];
      if (limit !== null && this.spentSoFar[unit] >= limit) {
        throw new LacError('model.budget', { spent: Math.round(this.spentSoFar[unit] * 10) / 10, limit, unit });
      }
    }
    this.spentSoFar.calls++;
  }

  spend(usage: TokenUsage, milliseconds: number): void {
    this.spentSoFar.tokens += usage.promptTokens + usage.generatedTokens;
    this.spentSoFar.seconds += milliseconds / 1000;
  }
}
