/**
 * All facts of one predicate in one state, immutable: a state is an array of relations, so keeping one costs nothing,
 * and a change copies the relations it touches only. A fact is one number (its arguments as digits to the base of the
 * number of entities), so ascending numbers are ascending arguments, first argument first.
 */
export class Relation {
  private readonly indexes: (Map<number, readonly number[]> | undefined)[] = [];

  private constructor(
    readonly arity: number,
    readonly base: number,
    /** Ascending, without repetition. */
    readonly keys: readonly number[],
  ) {}

  static of(arity: number, base: number, keys: Iterable<number>): Relation {
    return new Relation(
      arity,
      base,
      [...new Set(keys)].sort((a, b) => a - b),
    );
  }

  /** Index of the first key that is not below `key`. */
  private lowerBound(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? Infinity) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(key: number): boolean {
    return this.keys[this.lowerBound(key)] === key;
  }

  with(key: number): Relation {
    const place = this.lowerBound(key);
    if (this.keys[place] === key) return this;
    const keys = this.keys.slice();
    keys.splice(place, 0, key);
    return new Relation(this.arity, this.base, keys);
  }

  without(key: number): Relation {
    const place = this.lowerBound(key);
    if (this.keys[place] !== key) return this;
    const keys = this.keys.slice();
    keys.splice(place, 1);
    return new Relation(this.arity, this.base, keys);
  }

  /** The entity at a position (from 0) of a fact. */
  argument(key: number, position: number): number {
    return Math.floor(key / this.base ** (this.arity - 1 - position)) % this.base;
  }

  arguments(key: number): readonly number[] {
    return Array.from({ length: this.arity }, (_, position) => this.argument(key, position));
  }

  /** The facts that have this entity at this position, ascending. */
  matching(position: number, entity: number): readonly number[] {
    let index = this.indexes[position];
    if (index === undefined) {
      const built = new Map<number, number[]>();
      for (const key of this.keys) {
        const value = this.argument(key, position);
        const facts = built.get(value);
        if (facts === undefined) built.set(value, [key]);
        else facts.push(key);
      }
      index = built;
      this.indexes[position] = built;
    }
    return index.get(entity) ?? none;
  }
}

const none: readonly number[] = [];
