import type { Instance, World, WorldState } from './engine/world';

/**
 * What the agent has come to know of the room by its observations: the receptacles whose contents it was shown, and
 * what it put into others itself. Only the agent changes the room, so what it has once seen stays known.
 */
export interface Knowledge {
  readonly seen: ReadonlySet<number>;
  /** Facts (object in receptacle) that the agent brought about; of weight for receptacles it has not seen. */
  readonly placed: ReadonlySet<number>;
}

export const knowsNothing: Knowledge = { seen: new Set(), placed: new Set() };

/** Actions whose feedback shows what is in or on their receptacle `?r`, if it is not closed. */
const showing: ReadonlySet<string> = new Set(['gotolocation', 'openobject', 'examinereceptacle']);

/** Looks up what household games are made of, where the domain has it. */
export class Room {
  private readonly predicates: ReadonlyMap<string, number>;

  constructor(private readonly world: World) {
    this.predicates = new Map(world.predicates.map((name, index) => [name, index]));
  }

  /** Whether `predicate(...entities)` is true; false for predicates that the domain lacks. */
  holds(state: WorldState, predicate: string, ...entities: readonly number[]): boolean {
    const relation = state.facts[this.predicates.get(predicate) ?? -1];
    if (relation?.arity !== entities.length) return false;
    return relation.has(entities.reduce((key, entity) => key * relation.base + entity, 0));
  }

  /** The arguments of every fact of a predicate. */
  facts(state: WorldState, predicate: string): readonly (readonly number[])[] {
    const relation = state.facts[this.predicates.get(predicate) ?? -1];
    return relation === undefined ? [] : relation.keys.map((key) => relation.arguments(key));
  }

  isClosed(state: WorldState, receptacle: number): boolean {
    return this.holds(state, 'openable', receptacle) && !this.holds(state, 'opened', receptacle);
  }

  /** The objects in or on a receptacle, in the order in which texts list them. */
  contents(state: WorldState, receptacle: number): readonly number[] {
    const relation = state.facts[this.predicates.get('inreceptacle') ?? -1];
    if (relation?.arity !== 2) return [];
    return relation.matching(1, receptacle).map((key) => relation.argument(key, 0));
  }

  /** What the agent knows after an action that led to `after`. */
  learn(knowledge: Knowledge, { action, args }: Instance, after: WorldState): Knowledge {
    const parameter = (name: string): number =>
      args[action.schema.parameters.findIndex((one) => one.name === name)] ?? -1;
    const receptacle = parameter('?r');
    const { name } = action.schema;
    if (showing.has(name) && !knowledge.seen.has(receptacle) && !this.isClosed(after, receptacle)) {
      return { ...knowledge, seen: new Set(knowledge.seen).add(receptacle) };
    }
    if (name === 'putobject') {
      const fact = this.pair(parameter('?o'), receptacle);
      if (!knowledge.placed.has(fact)) return { ...knowledge, placed: new Set(knowledge.placed).add(fact) };
    }
    return knowledge;
  }

  private pair(object: number, receptacle: number): number {
    return object * this.world.entities.all.length + receptacle;
  }

  /** Whether the agent knows that the object, which is in the receptacle, is there. */
  knows({ seen, placed }: Knowledge, object: number, receptacle: number): boolean {
    return seen.has(receptacle) || placed.has(this.pair(object, receptacle));
  }
}
