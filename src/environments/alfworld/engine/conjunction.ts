import type { Formula } from '../pddl/formula';
import { type Source, sourceError } from '../source';
import type { Relation } from './relation';

/** A slot of a binding (0 and up), or an entity as -1 - entity. */
export type Term = number;

export interface Pattern {
  readonly predicate: number;
  readonly terms: readonly Term[];
}

/** One way to fulfil a condition: an entity for every slot such that all of this holds. */
export interface Conjunction {
  /** The slots that this conjunction binds, action parameters first. */
  readonly slots: readonly number[];
  readonly positive: readonly Pattern[];
  readonly negative: readonly Pattern[];
  readonly equalities: readonly { readonly left: Term; readonly right: Term; readonly negated: boolean }[];
}

/** What formulae need to know of the game while they are compiled. */
export interface Vocabulary {
  predicate(name: string): number;
  /** Undefined for a name that no entity has. */
  entity(name: string): number | undefined;
}

/** Types of the slots of one condition, filled while it is compiled. */
export type SlotTypes = string[];

const mostAlternatives = 512;

const always: Conjunction = { slots: [], positive: [], negative: [], equalities: [] };

function both(a: Conjunction, b: Conjunction): Conjunction {
  return {
    slots: [...a.slots, ...b.slots],
    positive: [...a.positive, ...b.positive],
    negative: [...a.negative, ...b.negative],
    equalities: [...a.equalities, ...b.equalities],
  };
}

/**
 * Compiles a formula to its alternatives (disjunctive normal form). Quantified variables become slots of their own, so
 * equal names in nested scopes stay apart.
 */
export function alternativesOf(
  source: Source,
  formula: Formula,
  scope: ReadonlyMap<string, Term>,
  types: SlotTypes,
  vocabulary: Vocabulary,
): readonly Conjunction[] {
  const term = (name: string, at: number): Term | undefined => {
    if (name.startsWith('?')) {
      const slot = scope.get(name);
      if (slot === undefined) throw sourceError(source, at, `the variable "${name}" is not declared`);
      return slot;
    }
    const entity = vocabulary.entity(name);
    return entity === undefined ? undefined : -1 - entity;
  };
  switch (formula.kind) {
    case 'and': {
      let product: readonly Conjunction[] = [always];
      for (const part of formula.parts) {
        const factors = alternativesOf(source, part, scope, types, vocabulary);
        product = product.flatMap((left) => factors.map((right) => both(left, right)));
        if (product.length > mostAlternatives) {
          throw sourceError(source, 0, `a condition has more than ${mostAlternatives} alternatives`);
        }
      }
      return product;
    }
    case 'or':
      return formula.parts.flatMap((part) => alternativesOf(source, part, scope, types, vocabulary));
    case 'exists': {
      const inner = new Map(scope);
      const slots = formula.variables.map((variable) => {
        const slot = types.push(variable.type) - 1;
        inner.set(variable.name, slot);
        return slot;
      });
      return alternativesOf(source, formula.body, inner, types, vocabulary).map((body) =>
        both({ ...always, slots }, body),
      );
    }
    case 'atom': {
      const terms: Term[] = [];
      for (const name of formula.atom.args) {
        const found = term(name, formula.atom.at);
        // No fact speaks of a name that no entity has.
        if (found === undefined) return formula.negated ? [always] : [];
        terms.push(found);
      }
      const pattern = { predicate: vocabulary.predicate(formula.atom.predicate), terms };
      return [formula.negated ? { ...always, negative: [pattern] } : { ...always, positive: [pattern] }];
    }
    case 'equal': {
      const left = term(formula.left, formula.at);
      const right = term(formula.right, formula.at);
      if (left === undefined || right === undefined) return formula.negated ? [always] : [];
      return [{ ...always, equalities: [{ left, right, negated: formula.negated }] }];
    }
  }
}

/** The entity of a term under a binding, -1 while its slot is free. */
export function entityOf(term: Term, binding: readonly number[]): number {
  return term < 0 ? -1 - term : (binding[term] ?? -1);
}

/** The number of a ground fact; all slots of the pattern must be bound. */
export function keyOf(pattern: Pattern, binding: readonly number[], base: number): number {
  let key = 0;
  for (const term of pattern.terms) key = key * base + entityOf(term, binding);
  return key;
}

export interface Search {
  readonly relations: readonly Relation[];
  /** The entities that a slot may take. */
  readonly range: (slot: number) => EntityRange;
  /** Conditions on other predicates than these are taken as fulfilled; all count when absent. */
  readonly decided?: (predicate: number) => boolean;
}

export interface EntityRange {
  readonly has: (entity: number) => boolean;
  readonly entities: readonly number[];
}

/**
 * Calls `visit` for every way to fulfil the conjunction that extends `binding` (which it uses as its own while it runs
 * and restores); stops and returns true as soon as `visit` returns true. The condition with the fewest facts that fit
 * is tried first.
 */
export function solve(
  conjunction: Conjunction,
  search: Search,
  binding: number[],
  visit: (binding: readonly number[]) => boolean,
): boolean {
  const { relations, range, decided } = search;
  const { positive, negative, equalities, slots } = conjunction;
  const open: boolean[] = positive.map((pattern) => decided === undefined || decided(pattern.predicate));

  const finish = (): boolean => {
    for (const slot of slots) {
      if (binding[slot] !== -1) continue;
      for (const entity of range(slot).entities) {
        binding[slot] = entity;
        if (finish()) return true;
      }
      binding[slot] = -1;
      return false;
    }
    for (const { left, right, negated } of equalities) {
      if ((entityOf(left, binding) === entityOf(right, binding)) === negated) return false;
    }
    for (const pattern of negative) {
      if (decided !== undefined && !decided(pattern.predicate)) continue;
      const relation = relations[pattern.predicate];
      if (relation?.has(keyOf(pattern, binding, relation.base))) return false;
    }
    return visit(binding);
  };

  const join = (): boolean => {
    let best = -1;
    let bestFacts: readonly number[] = [];
    let fewest = Infinity;
    for (let index = 0; index < positive.length; index++) {
      const pattern = positive[index];
      if (pattern === undefined || !open[index]) continue;
      const relation = relations[pattern.predicate];
      if (relation === undefined) return false;
      let facts = relation.keys;
      let free = 0;
      for (let position = 0; position < pattern.terms.length; position++) {
        const entity = entityOf(pattern.terms[position] ?? 0, binding);
        if (entity < 0) {
          free++;
          continue;
        }
        const matching = relation.matching(position, entity);
        if (matching.length < facts.length) facts = matching;
      }
      if (facts.length === 0) return false;
      if (free === 0) {
        const key = keyOf(pattern, binding, relation.base);
        if (!relation.has(key)) return false;
        facts = [key];
      }
      if (facts.length < fewest) {
        fewest = facts.length;
        best = index;
        bestFacts = facts;
      }
    }
    const pattern = positive[best];
    if (pattern === undefined) return finish();
    const relation = relations[pattern.predicate];
    if (relation === undefined) return false;
    open[best] = false;
    const newly: number[] = [];
    for (const key of bestFacts) {
      let fits = true;
      for (let position = 0; position < pattern.terms.length && fits; position++) {
        const term = pattern.terms[position] ?? 0;
        const value = relation.argument(key, position);
        const bound = entityOf(term, binding);
        if (bound >= 0) fits = bound === value;
        else if (range(term).has(value)) {
          binding[term] = value;
          newly.push(term);
        } else fits = false;
      }
      const found = fits && join();
      for (const slot of newly) binding[slot] = -1;
      newly.length = 0;
      if (found) {
        open[best] = true;
        return true;
      }
    }
    open[best] = true;
    return false;
  };
  return join();
}
