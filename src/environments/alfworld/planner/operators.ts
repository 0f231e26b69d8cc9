import { type Conjunction, keyOf, type Pattern, solve } from '../engine/conjunction';
import type { CompiledAction, GroundLiteral, Instance, World } from '../engine/world';

/** An action with all its entities, and the changing facts it needs, forbids and brings about. */
export interface Operator {
  readonly instance: Instance;
  readonly needs: readonly GroundLiteral[];
  readonly forbids: readonly GroundLiteral[];
  readonly adds: readonly GroundLiteral[];
  readonly removes: readonly GroundLiteral[];
}

/** One way to fulfil the goal: the changing facts that must hold. */
export interface GoalWay {
  readonly needs: readonly GroundLiteral[];
  readonly forbids: readonly GroundLiteral[];
}

function changing(world: World, patterns: readonly Pattern[], binding: readonly number[]): readonly GroundLiteral[] {
  const base = Math.max(2, world.entities.all.length);
  return patterns
    .filter((pattern) => !world.isStatic[pattern.predicate])
    .map((pattern) => ({ predicate: pattern.predicate, key: keyOf(pattern, binding, base) }));
}

/** Every binding of a conjunction that agrees with the facts that never change. */
function eachStatic(
  world: World,
  conjunction: Conjunction,
  types: string[],
  visit: (binding: readonly number[]) => void,
): void {
  const search = {
    relations: world.initial.facts,
    range: world.rangeOf(types),
    decided: (predicate: number): boolean => world.isStatic[predicate],
  };
  solve(
    conjunction,
    search,
    types.map(() => -1),
    (binding) => {
      visit(binding);
      return false;
    },
  );
}

/**
 * Every operator of an action that agrees with the facts that never change. Effects under a condition are left out:
 * the caller asks only for actions whose such effects bear on nothing.
 */
export function operatorsOf(world: World, action: CompiledAction): readonly Operator[] {
  const operators: Operator[] = [];
  const plain = action.effects.filter((effect) => effect.condition === null);
  const added = plain.filter((effect) => !effect.negated).map((effect) => effect.pattern);
  const removed = plain.filter((effect) => effect.negated).map((effect) => effect.pattern);
  for (const alternative of action.alternatives) {
    eachStatic(world, alternative, action.types, (binding) => {
      if (action.mayChangeNothing && world.changesNothing(action, alternative, binding)) return;
      operators.push({
        instance: { action, args: binding.slice(0, action.schema.parameters.length) },
        needs: changing(world, alternative.positive, binding),
        forbids: changing(world, alternative.negative, binding),
        adds: changing(world, added, binding),
        removes: changing(world, removed, binding),
      });
    });
  }
  return operators;
}

/** Every way to fulfil the goal that agrees with the facts that never change, each once. */
export function goalWaysOf(world: World): readonly GoalWay[] {
  const ways = new Map<string, GoalWay>();
  for (const conjunction of world.goal) {
    eachStatic(world, conjunction, world.goalTypes, (binding) => {
      const needs = changing(world, conjunction.positive, binding);
      const forbids = changing(world, conjunction.negative, binding);
      const written = (literals: readonly GroundLiteral[]): string =>
        [...new Set(literals.map(({ predicate, key }) => `${predicate}:${key}`))].sort().join();
      ways.set(`${written(needs)}/${written(forbids)}`, { needs, forbids });
    });
  }
  return [...ways.values()];
}
