import { expect, test } from 'vitest';
import { lengthAndReward, recordedReward } from '../../src/trajectories/outcome';
import type { EndLine } from '../../src/trajectories/schema';

const end: EndLine = {
  type: 'end',
  episode: 'e1',
  branch: 'b0',
  node: 3,
  reason: 'success',
  success: true,
  steps: 3,
  reward: 0.123456,
};

test('what a recording does not hold of an end is not said', () => {
  expect(lengthAndReward(end)).toBe('after 3 steps, reward 0.1235');
  expect(recordedReward({ ...end, unknown: ['observation'] })).toBe(0.123456);
  expect(lengthAndReward({ ...end, reward: 0, unknown: ['reward'] })).toBe('after 3 steps');
  expect(recordedReward({ ...end, reward: 0, unknown: ['reward'] })).toBeNull();
});
