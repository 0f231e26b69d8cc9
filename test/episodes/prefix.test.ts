import { expect, test } from 'vitest';
import { babyAiSentences } from '../support/babyAiWords';
import { prefixFigures } from '../support/prefixRun';

test.each([
  // What is above the trie: each candidate's own words, once for its prior and once for its rollout ...
  { slots: 1, most: 1.02 },
  // ... and with more slots the newest history, once in each.
  { slots: 4, most: 1.2 },
])('with $slots slots next to nothing of a prompt is evaluated twice', async ({ slots, most }) => {
  const { ratio, naiveRatio, evaluated, sent } = await prefixFigures({
    environment: 'babyai-text',
    promptSet: 'babyai-text',
    task: 'MixedTrainLocal/goto/17',
    next: babyAiSentences,
    slots,
    given: { horizon: 6, candidates: 5, depth: 4, alpha: 2 },
    resources: { assets: '', dataFolder: null, cacheFolder: null },
  });
  expect(ratio).toBeLessThan(most);
  expect(naiveRatio).toBeGreaterThan(5);
  expect(evaluated).toBeLessThan(sent / 100);
});
