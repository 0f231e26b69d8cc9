import type { Atom, Formula } from './pddl/formula';

/** The object and receptacle types that a goal speaks of, lower-case as in the problem (`mugtype`). */
export interface GoalTypes {
  readonly objects: ReadonlySet<string>;
  readonly receptacles: ReadonlySet<string>;
}

function atomsOf(formula: Formula): readonly Atom[] {
  switch (formula.kind) {
    case 'and':
    case 'or':
      return formula.parts.flatMap(atomsOf);
    case 'exists':
      return atomsOf(formula.body);
    case 'atom':
      return formula.negated ? [] : [formula.atom];
    case 'equal':
      return [];
  }
}

export function goalTypesOf(goal: Formula): GoalTypes {
  const atoms = atomsOf(goal);
  const typed = (predicate: string): ReadonlySet<string> =>
    new Set(atoms.filter((atom) => atom.predicate === predicate).map((atom) => atom.args[1] ?? ''));
  return { objects: typed('objecttype'), receptacles: typed('receptacletype') };
}
