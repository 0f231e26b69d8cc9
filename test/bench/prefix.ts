import { babyAiSentences } from '../support/babyAiWords';
import { prefixFigures } from '../support/prefixRun';
import type { Bench, Figure } from './figure';

/** Prompt words that servers evaluate for a decision with the built-in prompts, over the least possible. */
export const bench: Bench = async () => {
  const figures: Figure[] = [];
  for (const slots of [1, 4]) {
    for (const proposal of ['branch', 'admissible']) {
      const { ratio, naive, naiveRatio, evaluated, written, trie, again, sent, first, decisions } = await prefixFigures(
        {
          environment: 'babyai-text',
          promptSet: 'babyai-text',
          task: 'MixedTrainLocal/goto/17',
          next: babyAiSentences,
          slots,
          given: { horizon: 20, candidates: 5, depth: 4, alpha: 2, proposal },
          resources: { assets: '', dataFolder: null, cacheFolder: null },
        },
      );
      const words = (value: number): string => value.toFixed(0);
      figures.push({
        name: `prefix.${proposal}.slots${slots}`,
        value: ratio,
        unit: 'x the trie',
        aim: { direction: 'at-most', value: slots === 1 ? 1 : 1.15 },
        note:
          `${words(evaluated)} of ${words(sent)} prompt words evaluated a decision over ${decisions} decisions ` +
          `(${words(first)} for the first); one prompt for each role, depth by depth: ${words(naive)}, ${naiveRatio.toFixed(1)} x`,
      });
      if (slots > 1) continue;
      figures.push({
        name: `prefix.${proposal}.slots${slots}.over-least`,
        value: (evaluated + written) / (trie + again),
        unit: 'x the least possible',
        aim: { direction: 'at-most', value: 1.01 },
        // Above it is the verdict's own word: reading the slot leaves it out of the cache, and a rollout that goes on reads it.
        note: `all priors come before the first rollout, so one slot meets ${again.toFixed(1)} words of candidates again: at least ${(1 + again / trie).toFixed(4)} x the trie`,
      });
    }
  }
  return figures;
};
