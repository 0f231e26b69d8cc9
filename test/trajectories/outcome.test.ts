import { expect, test } from 'vitest';
import { knownReward, lengthAndReward, recordedReward } from '../../src/trajectories/outcome';
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

test('rewards that a recording leaves open are not taken for 0', () => {
  const arrival = {
    from: 0,
    action: 'a',
    by: 'choice',
    decision: null,
    reward: 0.25,
    invalid: false,
    useless: false,
    edited: null,
  } as const;
  const open = { arrival: { ...arrival, reward: 0, unknown: ['reward'] } } as const;
  const start = { arrival: null };
  expect(knownReward([start])).toBe(0);
  expect(knownReward([start, { arrival }, { arrival }])).toBe(0.5);
  expect(knownReward([start, open, { arrival }])).toBe(0.25);
  expect(knownReward([start, open, open])).toBeNull();
});
