import type { TokenUsage } from '../../lac/languageModel';
import { roles, type Role } from '../../lac/transcript';

/** What calls cost. Characters are counted from the prompts, tokens as the server counts them. */
export interface Cost {
  /** Calls that a model answered. */
  readonly calls: number;
  /** Calls that the log answered. */
  readonly reused: number;
  /** Attempts that failed and were repeated. */
  readonly retries: number;
  readonly promptCharacters: number;
  /** Of these, expected in the server's cache: the longest common prefix with the slot's last prompt and output. */
  readonly cachedCharacters: number;
  readonly promptTokens: number;
  /** `promptTokens` in the proportion of the cached characters. */
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  /** Seconds in which a model was working. */
  readonly seconds: number;
}

export const noCost: Cost = Object.freeze({
  calls: 0,
  reused: 0,
  retries: 0,
  promptCharacters: 0,
  cachedCharacters: 0,
  promptTokens: 0,
  cachedTokens: 0,
  generatedTokens: 0,
  seconds: 0,
});

/** A sum that costs are added to. */
export type CostSum = { -readonly [K in keyof Cost]: Cost[K] };

export function addTo(sum: CostSum, cost: Cost): void {
  sum.calls += cost.calls;
  sum.reused += cost.reused;
  sum.retries += cost.retries;
  sum.promptCharacters += cost.promptCharacters;
  sum.cachedCharacters += cost.cachedCharacters;
  sum.promptTokens += cost.promptTokens;
  sum.cachedTokens += cost.cachedTokens;
  sum.generatedTokens += cost.generatedTokens;
  sum.seconds += cost.seconds;
}

export type CostByRole = Readonly<Record<Role, Cost>>;

/** The cost of all roles together. */
export function totalCost(costs: CostByRole): Cost {
  const sum = { ...noCost };
  for (const role of roles) addTo(sum, costs[role]);
  return sum;
}

/** The cost of one call that a model answered. */
export function costOfCall(
  usage: TokenUsage,
  prompt: { readonly characters: number; readonly cached: number },
  milliseconds: number,
): Cost {
  const share = prompt.characters === 0 ? 0 : prompt.cached / prompt.characters;
  return {
    ...noCost,
    calls: 1,
    promptCharacters: prompt.characters,
    cachedCharacters: prompt.cached,
    promptTokens: usage.promptTokens,
    cachedTokens: Math.round(usage.promptTokens * share),
    generatedTokens: usage.generatedTokens,
    seconds: milliseconds / 1000,
  };
}
