import type { TaskType } from '../games/entry';
import type { ShippedGame } from '../games/shipped';
import type { Household } from '../household';
import type { Room } from './furnishings';
import { generateGame } from './generate';

/** The rooms of the games that ship, by type of task. */
const wanted: Readonly<Record<TaskType, readonly Room[]>> = {
  pick_and_place_simple: ['kitchen', 'bedroom', 'bathroom', 'living room'],
  look_at_obj_in_light: ['bedroom', 'living room', 'bedroom', 'living room'],
  pick_clean_then_place_in_recep: ['kitchen', 'bathroom', 'kitchen', 'bathroom'],
  pick_heat_then_place_in_recep: ['kitchen', 'kitchen', 'kitchen', 'kitchen'],
  pick_cool_then_place_in_recep: ['kitchen', 'kitchen', 'kitchen', 'kitchen'],
  pick_two_obj_and_place: ['kitchen', 'bedroom', 'bathroom', 'living room'],
};

/** The games that ship: four of each type, every task another one; equal seeds give equal games. */
export function generateCollection(household: Household, seed: number): readonly ShippedGame[] {
  const games: ShippedGame[] = [];
  const tasks = new Set<string>();
  let next = seed;
  for (const [type, roomsOfType] of Object.entries(wanted) as [TaskType, readonly Room[]][]) {
    for (const room of roomsOfType) {
      for (;;) {
        const game = generateGame(household, { room, type, seed: next++ });
        const task = game.id.split('/')[1] ?? '';
        if (tasks.has(task)) continue;
        tasks.add(task);
        games.push(game);
        break;
      }
    }
  }
  return games.sort((a, b) => (a.id < b.id ? -1 : 1));
}
