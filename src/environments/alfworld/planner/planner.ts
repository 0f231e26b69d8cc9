import type { Truth } from '../../environment';
import type { Instance, WorldState } from '../engine/world';
import type { Game } from '../game';
import { HouseholdOperators } from './relevance';
import { searchPlan } from './search';

/** States that the search of games of unknown form looks at before it gives up. */
const mostStates = 20_000;

const prepared = new WeakMap<Game, HouseholdOperators | 'other'>();

function householdOf(game: Game): HouseholdOperators | undefined {
  const known = prepared.get(game) ?? HouseholdOperators.of(game.world) ?? 'other';
  prepared.set(game, known);
  return known === 'other' ? undefined : known;
}

/** The commands of a plan, by running it. */
function commandsOf(game: Game, start: WorldState, plan: readonly Instance[]): readonly string[] {
  let state = start;
  return plan.map((instance) => {
    const command = game.command(state, instance);
    state = game.world.apply(state, instance);
    return command;
  });
}

function truthOf(game: Game, state: WorldState, plan: readonly Instance[] | null, exact: boolean): Truth {
  return plan === null
    ? { remaining: null, plan: [], bestReward: 0, exact }
    : { remaining: plan.length, plan: commandsOf(game, state, plan), bestReward: 1, exact };
}

/**
 * The fewest commands from a state to the goal, with full knowledge, by search over the game's own operators. Exact
 * for household games; for games of another form it is a breadth-first search that gives up after 20,000 states.
 */
export function shortestPlan(game: Game, state: WorldState, signal?: AbortSignal): Truth {
  signal?.throwIfAborted();
  if (game.won(state)) return truthOf(game, state, [], true);
  const household = householdOf(game);
  if (household === undefined) return searchBlindly(game, state, signal, mostStates);
  let best: readonly Instance[] | null = null;
  let exact = true;
  for (const way of household.ways) {
    signal?.throwIfAborted();
    const operators = household.forWay(state, way);
    if (operators === undefined) continue;
    const found = searchPlan(state, way, operators, best?.length ?? Infinity);
    if (found.kind === 'plan') best = found.operators.map((operator) => operator.instance);
    else if (found.kind === 'too-large') exact = false;
  }
  return truthOf(game, state, best, exact);
}

/** Breadth-first search over everything the game admits. */
export function searchBlindly(game: Game, start: WorldState, signal: AbortSignal | undefined, most: number): Truth {
  const { world } = game;
  const keyOf = (state: WorldState): string =>
    state.facts
      .map((relation, index) => (world.isStatic[index] || !world.matters(index) ? '' : relation.keys.join()))
      .join(';');
  const nodes: { readonly state: WorldState; readonly parent: number; readonly by: Instance | null }[] = [
    { state: start, parent: -1, by: null },
  ];
  const visited = new Set([keyOf(start)]);
  for (let index = 0; index < nodes.length; index++) {
    signal?.throwIfAborted();
    const node = nodes[index];
    if (node === undefined) break;
    if (world.won(node.state)) {
      const plan: Instance[] = [];
      for (let at = node; at.by !== null; at = nodes[at.parent] ?? at) plan.unshift(at.by);
      return truthOf(game, start, plan, true);
    }
    if (nodes.length > most) return truthOf(game, start, null, false);
    for (const by of world.instances(node.state)) {
      const state = world.apply(node.state, by);
      const key = keyOf(state);
      if (visited.has(key)) continue;
      visited.add(key);
      nodes.push({ state, parent: index, by });
    }
  }
  return truthOf(game, start, null, true);
}
