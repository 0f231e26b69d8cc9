import { describe, expect, it } from 'vitest';
import { Planner } from '../../src/environments/babyai/planner';
import { DROP, PICK_UP, TOGGLE } from '../../src/environments/babyai/world';
import { copyEpisode, startEpisode, taskTypes } from '../../training/data/episodes';
import { remainingActions } from '../../training/data/remaining';

const firstSeed = 1_000_000;
const episodes = 40;
const handActions = [PICK_UP, DROP, TOGGLE];
/** Uses of the hands in a plan that moves no obstacle; every other one takes one. */
const usesOfHands: Readonly<Record<string, number>> = { 'go to': 0, 'put next to': 2, 'open door': 2 };

describe('the actions that training counts as left', () => {
  it.each(taskTypes.map((type) => [type.name, type] as const))(
    'are one fewer after each step of a shortest plan that moves no obstacle: %s',
    (_, type) => {
      let compared = 0;
      for (let seed = firstSeed; seed < firstSeed + episodes; seed++) {
        const episode = startEpisode(type, seed);
        const { remaining, actions } = new Planner(episode.mission).plan(episode);
        const hands = actions.filter((action) => handActions.includes(action)).length;
        if (remaining === null || hands > (usesOfHands[type.name] ?? 1) || remainingActions(episode) !== remaining)
          continue;
        const played = copyEpisode(episode);
        actions.forEach((action, index) => {
          expect(remainingActions(played), `seed ${seed}, step ${index}`).toBe(remaining - index);
          played.step(action);
        });
        expect(remainingActions(played), `seed ${seed}, ${played.outcome}`).toBe(0);
        compared++;
      }
      expect(compared).toBeGreaterThan(episodes / 4);
    },
  );
});
