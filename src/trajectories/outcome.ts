import type { EndLine } from './schema';

/** The reward of an episode that has ended; null where an imported recording does not hold it. */
export function recordedReward({ reward, unknown = [] }: EndLine): number | null {
  return unknown.includes('reward') ? null : reward;
}

/** How long an episode was and what it brought: `after 12 steps, reward 0.8312`, as far as it is recorded. */
export function lengthAndReward(end: EndLine): string {
  const reward = recordedReward(end);
  return `after ${end.steps} steps${reward === null ? '' : `, reward ${Number(reward.toFixed(4))}`}`;
}
