import type { ActionSchema, Domain } from '../pddl/domain';
import type { Formula } from '../pddl/formula';
import type { Problem } from '../pddl/problem';
import { type Source, sourceError } from '../source';
import {
  alternativesOf,
  type Conjunction,
  keyOf,
  type Pattern,
  type Search,
  type SlotTypes,
  solve,
  type Term,
} from './conjunction';
import { type Entities, entitiesOf } from './entities';
import { Relation } from './relation';

/**
 * Where a game stands: the true facts, by predicate, and the facts that texts are made from: by predicate, then, in the
 * same order, the recorded negatives. The two differ in that an effect under a condition always enters the text facts.
 */
export interface WorldState {
  readonly facts: readonly Relation[];
  readonly texts: readonly Relation[];
}

interface CompiledEffect {
  /** Alternatives of the `when` condition; null for none. */
  readonly condition: readonly Conjunction[] | null;
  readonly pattern: Pattern;
  readonly negated: boolean;
}

export interface CompiledAction {
  readonly schema: ActionSchema;
  /** Types by slot: the parameters, then what conditions quantify over. */
  readonly types: SlotTypes;
  readonly alternatives: readonly Conjunction[];
  readonly effects: readonly CompiledEffect[];
  /** Whether an instance can exist that changes nothing, so that each must be looked at. */
  readonly mayChangeNothing: boolean;
}

/** An action with an entity for each parameter. */
export interface Instance {
  readonly action: CompiledAction;
  readonly args: readonly number[];
}

export interface GroundLiteral {
  readonly predicate: number;
  readonly key: number;
}

/** The rules and the start of one game: domain and problem, compiled. */
export class World {
  readonly entities: Entities;
  readonly predicates: readonly string[];
  readonly actions: readonly CompiledAction[];
  readonly goal: readonly Conjunction[];
  readonly goalTypes: SlotTypes = [];
  readonly initial: WorldState;
  /** By predicate: whether no action ever changes it. */
  readonly isStatic: readonly boolean[];
  private readonly predicateIndex = new Map<string, number>();
  private readonly base: number;

  constructor(domain: Domain, problem: Problem) {
    this.predicates = [...domain.predicates.keys()];
    this.predicates.forEach((name, index) => this.predicateIndex.set(name, index));
    this.entities = entitiesOf(domain, problem);
    this.base = Math.max(2, this.entities.all.length);
    const arities = [...domain.predicates.values()];
    arities.forEach((arity, index) => {
      if (this.base ** arity > Number.MAX_SAFE_INTEGER) {
        throw sourceError(domain.source, 0, `the predicate "${this.predicates[index] ?? ''}" has too many arguments`);
      }
    });
    this.actions = domain.actions.map((schema) => this.compile(domain.source, schema));
    this.goal = this.alternatives(problem.source, problem.goal, new Map(), this.goalTypes);
    const changed = new Set(this.actions.flatMap((action) => action.effects.map((effect) => effect.pattern.predicate)));
    this.isStatic = this.predicates.map((_, index) => !changed.has(index));
    this.mattering = this.findMattering();
    const keys: number[][] = arities.map(() => []);
    for (const atom of problem.init) {
      let key = 0;
      for (const id of atom.args) key = key * this.base + (this.entities.index(id) ?? 0);
      keys[this.predicate(atom.predicate)]?.push(key);
    }
    const facts = arities.map((arity, index) => Relation.of(arity, this.base, keys[index] ?? []));
    this.initial = { facts, texts: [...facts, ...arities.map((arity) => Relation.of(arity, this.base, []))] };
  }

  /** The index of a declared predicate. */
  predicate(name: string): number {
    const index = this.predicateIndex.get(name);
    if (index === undefined) throw new RangeError(`no predicate ${name}`);
    return index;
  }

  /** The index of a predicate, or undefined where the domain has none of this name. */
  findPredicate(name: string): number | undefined {
    return this.predicateIndex.get(name);
  }

  /** Index in `texts` of what a query calls `name`: a predicate, or `not_` and a predicate. */
  textPredicate(name: string): number | undefined {
    const index = this.predicateIndex.get(name);
    if (index !== undefined || !name.startsWith('not_')) return index;
    const positive = this.predicateIndex.get(name.slice('not_'.length));
    return positive === undefined ? undefined : positive + this.predicates.length;
  }

  private readonly mattering: ReadonlySet<number>;

  /** Whether a predicate bears on what can be done or won: read by a precondition, the goal, or on the way to one. */
  matters(predicate: number): boolean {
    return this.mattering.has(predicate);
  }

  private findMattering(): ReadonlySet<number> {
    const mattering = new Set<number>();
    const add = (conjunctions: readonly Conjunction[]): void => {
      for (const { positive, negative } of conjunctions) {
        for (const pattern of [...positive, ...negative]) mattering.add(pattern.predicate);
      }
    };
    add(this.goal);
    for (const action of this.actions) add(action.alternatives);
    for (let before = -1; before < mattering.size;) {
      before = mattering.size;
      for (const { effects } of this.actions) {
        for (const { condition, pattern } of effects) {
          if (condition !== null && mattering.has(pattern.predicate)) add(condition);
        }
      }
    }
    return mattering;
  }

  private alternatives(
    source: Source,
    formula: Formula,
    scope: ReadonlyMap<string, Term>,
    types: SlotTypes,
  ): readonly Conjunction[] {
    return alternativesOf(source, formula, scope, types, {
      predicate: (name) => this.predicate(name),
      entity: (name) => this.entities.index(name),
    });
  }

  private compile(source: Source, schema: ActionSchema): CompiledAction {
    const types = schema.parameters.map((parameter) => parameter.type);
    const scope = new Map(schema.parameters.map((parameter, slot) => [parameter.name, slot] as const));
    const parameters = schema.parameters.map((_, slot) => slot);
    const alternatives = this.alternatives(source, schema.precondition, scope, types).map((conjunction) => ({
      ...conjunction,
      slots: [...parameters, ...conjunction.slots],
    }));
    const effects = schema.effects.map((effect): CompiledEffect => {
      const terms = effect.atom.args.map((name): Term => {
        const found = name.startsWith('?') ? scope.get(name) : this.entities.index(name);
        if (found === undefined) throw sourceError(source, effect.atom.at, `"${name}" is not declared`);
        return name.startsWith('?') ? found : -1 - found;
      });
      return {
        condition: effect.condition === null ? null : this.alternatives(source, effect.condition, scope, types),
        pattern: { predicate: this.predicate(effect.atom.predicate), terms },
        negated: effect.negated,
      };
    });
    const demanded = (patterns: (conjunction: Conjunction) => readonly Pattern[], predicate: number): boolean =>
      alternatives.some((one) => patterns(one).some((pattern) => pattern.predicate === predicate)) ||
      effects.some((effect) =>
        (effect.condition ?? []).some((one) => patterns(one).some((pattern) => pattern.predicate === predicate)),
      );
    const mayChangeNothing = effects.every(({ pattern, negated }) =>
      negated
        ? demanded((one) => one.negative, pattern.predicate) ||
          effects.some((other) => !other.negated && other.pattern.predicate === pattern.predicate)
        : demanded((one) => one.positive, pattern.predicate),
    );
    return { schema, types, alternatives, effects, mayChangeNothing };
  }

  private readonly ranges = new Map<SlotTypes, (slot: number) => ReturnType<Entities['ofType']>>();

  /** The entities that each slot of a compiled condition may take, by its type. */
  rangeOf(types: SlotTypes): (slot: number) => ReturnType<Entities['ofType']> {
    let range = this.ranges.get(types);
    if (range === undefined) {
      const bySlot = types.map((type) => this.entities.ofType(type));
      const none = this.entities.ofType('');
      range = (slot) => bySlot[slot] ?? none;
      this.ranges.set(types, range);
    }
    return range;
  }

  private search(state: WorldState, types: SlotTypes): Search {
    return { relations: state.facts, range: this.rangeOf(types) };
  }

  /**
   * True when an instance under this alternative changes nothing whatever the state: each effect is demanded by its
   * condition or is a removal that its own addition overrides. The planner of the original drops such instances.
   */
  changesNothing(action: CompiledAction, alternative: Conjunction, binding: readonly number[]): boolean {
    const has = (patterns: readonly Pattern[], predicate: number, key: number): boolean =>
      patterns.some((other) => other.predicate === predicate && keyOf(other, binding, this.base) === key);
    return action.effects.every(({ condition, pattern, negated }) => {
      const key = keyOf(pattern, binding, this.base);
      const conditions = [alternative, ...(condition?.length === 1 ? condition : [])];
      if (!negated) return conditions.some((one) => has(one.positive, pattern.predicate, key));
      return (
        conditions.some((one) => has(one.negative, pattern.predicate, key)) ||
        action.effects.some(
          (other) =>
            !other.negated &&
            other.condition === null &&
            other.pattern.predicate === pattern.predicate &&
            keyOf(other.pattern, binding, this.base) === key,
        )
      );
    });
  }

  /** Every instance that the state admits, each once, in the order of the domain's actions. */
  instances(state: WorldState): readonly Instance[] {
    const found: Instance[] = [];
    for (const action of this.actions) {
      const search = this.search(state, action.types);
      const count = action.schema.parameters.length;
      const seen = action.alternatives.length > 1 ? new Set<string>() : undefined;
      for (const alternative of action.alternatives) {
        solve(alternative, search, action.types.map(free), (binding) => {
          if (action.mayChangeNothing && this.changesNothing(action, alternative, binding)) return false;
          const args = binding.slice(0, count);
          if (seen !== undefined) {
            const key = args.join();
            if (seen.has(key)) return false;
            seen.add(key);
          }
          found.push({ action, args });
          return false;
        });
      }
    }
    return found;
  }

  /** The state after an applicable instance: removals first, then additions, conditions read before. */
  apply(state: WorldState, { action, args }: Instance): WorldState {
    const facts = [...state.facts];
    const texts = [...state.texts];
    const negatives = this.predicates.length;
    const binding = action.types.map((_, slot) => args[slot] ?? -1);
    const search = this.search(state, action.types);
    const effective = action.effects.map(
      ({ condition }) => condition === null || condition.some((one) => solve(one, search, binding, stop)),
    );
    for (const negated of [true, false]) {
      action.effects.forEach((effect, index) => {
        if (effect.negated !== negated) return;
        const { predicate } = effect.pattern;
        const key = keyOf(effect.pattern, binding, this.base);
        if (effective[index]) change(facts, predicate, key, !negated);
        change(texts, predicate, key, !negated);
        change(texts, predicate + negatives, key, negated);
      });
    }
    return { facts, texts };
  }

  /** Whether the goal holds in the state. */
  won(state: WorldState): boolean {
    const search = this.search(state, this.goalTypes);
    return this.goal.some((alternative) => solve(alternative, search, this.goalTypes.map(free), stop));
  }
}

const free = (): number => -1;
const stop = (): boolean => true;

function change(relations: Relation[], predicate: number, key: number, present: boolean): void {
  const relation = relations[predicate];
  if (relation === undefined) return;
  relations[predicate] = present ? relation.with(key) : relation.without(key);
}
