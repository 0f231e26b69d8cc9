import type { CallActivity } from './callGate';

/** Calls and tokens that a session has spent. */
export interface Spending {
  readonly calls: number;
  /** Calls that the call log had the answer to; their tokens do not count. */
  readonly reused: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

export const nothingSpent: Spending = { calls: 0, reused: 0, promptTokens: 0, generatedTokens: 0 };

/** What is spent once a call has come this far; a call that failed or was cancelled does not count. */
export function withCall(spent: Spending, activity: CallActivity): Spending {
  if (activity.state !== 'ended' || activity.call === null) return spent;
  if (activity.reused) return { ...spent, reused: spent.reused + 1 };
  const { usage } = activity;
  return {
    ...spent,
    calls: spent.calls + 1,
    promptTokens: spent.promptTokens + (usage?.promptTokens ?? 0),
    generatedTokens: spent.generatedTokens + (usage?.generatedTokens ?? 0),
  };
}
