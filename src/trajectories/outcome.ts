import type { EndLine, OpenFact } from './schema';

/** What led to a state, as far as its reward goes; null at the start. */
interface Reached {
  readonly arrival: { readonly reward: number; readonly unknown?: readonly OpenFact[] | undefined } | null;
}

/** The reward of an episode that has ended; null where an imported recording does not hold it. */
export function recordedReward({ reward, unknown = [] }: EndLine): number | null {
  return unknown.includes('reward') ? null : reward;
}

/** The sum of the rewards on a way that are known; null where steps were made and none is. */
export function knownReward(nodes: readonly Reached[]): number | null {
  const arrivals = nodes.flatMap(({ arrival }) => arrival ?? []);
  const known = arrivals.filter(({ unknown }) => unknown?.includes('reward') !== true);
  if (known.length === 0 && arrivals.length > 0) return null;
  return known.reduce((sum, { reward }) => sum + reward, 0);
}

/** How long an episode was and what it brought: `after 12 steps, reward 0.8312`, as far as it is recorded. */
export function lengthAndReward(end: EndLine): string {
  const reward = recordedReward(end);
  return `after ${end.steps} step${end.steps === 1 ? '' : 's'}${reward === null ? '' : `, reward ${Number(reward.toFixed(4))}`}`;
}
