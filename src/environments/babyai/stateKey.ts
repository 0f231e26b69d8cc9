import type { MissionMemory } from './mission';
import type { World } from './world';

/**
 * One text for all of a state but the agent's pose and the steps taken: equal exactly when the states are, so far as
 * anything that can still happen depends on them.
 */
export function stateKey(world: World, memory: MissionMemory): string {
  let key = `${world.carrying}|${memory.done}|${memory.held.join()}`;
  for (let id = 2; id < world.codes.length; id++) {
    const cell = world.positions[id] ?? -1;
    // An object that no longer lies anywhere is told from one in the hand by the hand.
    key += `|${cell >= 0 && world.cells[cell] === id ? cell : -1}.${world.codes[id] ?? 0}`;
  }
  for (const cells of memory.places) key += `|${cells.join()}`;
  return key;
}
