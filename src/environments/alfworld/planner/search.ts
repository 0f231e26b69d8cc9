import type { GroundLiteral, WorldState } from '../engine/world';
import type { GoalWay, Operator } from './operators';

/** What a search among few operators found. */
export type Found =
  | { readonly kind: 'plan'; readonly operators: readonly Operator[] }
  | { readonly kind: 'none' }
  /** More facts bear on the goal than the search can hold. */
  | { readonly kind: 'too-large' };

/** Facts fit into two words of these many bits, and both words into one exact number. */
const wordBits = 26;

interface Bits {
  readonly low: number;
  readonly high: number;
}

interface Node extends Bits {
  /** Index of the node before; -1 for the start. */
  readonly parent: number;
  readonly by: Operator | null;
}

/** Numbers the facts that some operator or the goal asks for; all others have no bearing. */
class FactBits {
  private readonly bits = new Map<string, number>();

  constructor(literals: Iterable<GroundLiteral>) {
    for (const literal of literals) {
      const name = nameOf(literal);
      if (!this.bits.has(name)) this.bits.set(name, this.bits.size);
    }
  }

  get fits(): boolean {
    return this.bits.size <= 2 * wordBits;
  }

  of(literals: Iterable<GroundLiteral>): Bits {
    let low = 0;
    let high = 0;
    for (const literal of literals) {
      const bit = this.bits.get(nameOf(literal));
      if (bit === undefined) continue;
      if (bit < wordBits) low |= 1 << bit;
      else high |= 1 << (bit - wordBits);
    }
    return { low, high };
  }
}

const nameOf = ({ predicate, key }: GroundLiteral): string => `${predicate}:${key}`;

/**
 * Breadth-first search for a shortest sequence of these operators that reaches the goal in fewer than `fewerThan`
 * steps. Exact for the operators it is given.
 */
export function searchPlan(start: WorldState, goal: GoalWay, operators: readonly Operator[], fewerThan: number): Found {
  const asked = [
    ...goal.needs,
    ...goal.forbids,
    ...operators.flatMap((operator) => [...operator.needs, ...operator.forbids]),
  ];
  const facts = new FactBits(asked);
  if (!facts.fits) return { kind: 'too-large' };
  const compiled = operators.map((operator) => {
    const adds = facts.of(operator.adds);
    const removes = facts.of(operator.removes);
    return { operator, needs: facts.of(operator.needs), forbids: facts.of(operator.forbids), adds, removes };
  });
  const needs = facts.of(goal.needs);
  const forbids = facts.of(goal.forbids);
  const reached = (low: number, high: number): boolean =>
    (low & needs.low) === needs.low &&
    (high & needs.high) === needs.high &&
    (low & forbids.low) === 0 &&
    (high & forbids.high) === 0;
  const first = facts.of(asked.filter(({ predicate, key }) => start.facts[predicate]?.has(key)));
  if (reached(first.low, first.high)) return fewerThan > 0 ? { kind: 'plan', operators: [] } : { kind: 'none' };

  const nodes: Node[] = [{ ...first, parent: -1, by: null }];
  const visited = new Set<number>([first.high * 2 ** wordBits + first.low]);
  let layerEnd = 1;
  let depth = 0;
  for (let index = 0; index < nodes.length; index++) {
    if (index === layerEnd) {
      layerEnd = nodes.length;
      depth++;
    }
    if (depth + 1 >= fewerThan) return { kind: 'none' };
    const node = nodes[index];
    for (const { operator, needs: asks, forbids: bars, adds, removes } of compiled) {
      if ((node.low & asks.low) !== asks.low || (node.high & asks.high) !== asks.high) continue;
      if ((node.low & bars.low) !== 0 || (node.high & bars.high) !== 0) continue;
      const low = (node.low & ~removes.low) | adds.low;
      const high = (node.high & ~removes.high) | adds.high;
      const key = high * 2 ** wordBits + low;
      if (visited.has(key)) continue;
      visited.add(key);
      const reachedNode: Node = { low, high, parent: index, by: operator };
      nodes.push(reachedNode);
      if (!reached(low, high)) continue;
      const plan: Operator[] = [];
      for (let at: Node = reachedNode; at.by !== null; at = nodes[at.parent]) plan.unshift(at.by);
      return { kind: 'plan', operators: plan };
    }
  }
  return { kind: 'none' };
}
