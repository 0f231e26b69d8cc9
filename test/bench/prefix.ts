import { babyAiSentences } from '../support/babyAiWords';
import { prefixFigures } from '../support/prefixRun';
import type { Bench, Figure } from './figure';

/** Prompt words that servers evaluate for a decision with the built-in prompts, over the least possible. */
export const bench: Bench = async () => {
  const figures: Figure[] = [];
  for (const slots of [1, 4]) {
    for (const proposal of ['branch', 'admissible']) {
      const counted = await prefixFigures({
        environment: 'babyai-text',
        promptSet: 'babyai-text',
        task: 'MixedTrainLocal/goto/17',
        next: babyAiSentences,
        slots,
        given: { horizon: 20, candidates: 5, depth: 4, alpha: 2, proposal },
        resources: { assets: '', dataFolder: null, cacheFolder: null },
      });
      const { ratio, naive, naiveRatio, evaluated, written, trie, forced, again, newest, sent, first, decisions } =
        counted;
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
      // Beside what the note tells, the verdict's own word: reading the slot leaves it out of the cache.
      const least = trie + forced + (slots === 1 ? again : (slots - 1) * newest);
      const why =
        slots === 1
          ? `all priors come before the first rollout, so the slot meets ${again.toFixed(1)} words of candidates again`
          : `${slots} rollouts at once need ${slots} slots, of which each reads the ${newest.toFixed(1)} words of the newest step`;
      figures.push({
        name: `prefix.${proposal}.slots${slots}.over-least`,
        value: (evaluated + written) / least,
        unit: 'x the least possible',
        aim: { direction: 'at-most', value: slots === 1 ? 1.01 : 1.02 },
        note: `${why}, and scored actions write ${forced.toFixed(1)} words that they have in common: at least ${(least / trie).toFixed(4)} x the trie`,
      });
    }
  }
  return figures;
};
