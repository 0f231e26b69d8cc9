import { type Source, sourceError } from '../source';
import { sectionsOf } from './domain';
import { headOf, readTypedNames, type TypedName } from './expressions';
import { type Atom, type Formula, type Predicates, readAtom, readFormula } from './formula';

export interface Problem {
  readonly source: Source;
  readonly objects: readonly TypedName[];
  /** Positive facts, possibly repeated. */
  readonly init: readonly Atom[];
  readonly goal: Formula;
}

/** Reads a PDDL problem whose facts use the given predicates. */
export function readProblem(source: Source, predicates: Predicates): Problem {
  let objects: readonly TypedName[] = [];
  const init: Atom[] = [];
  let goal: Formula | undefined;
  for (const section of sectionsOf(source, 'problem')) {
    const rest = section.items.slice(1);
    const head = headOf(section);
    switch (head) {
      case ':domain':
      case ':requirements':
        break;
      case ':objects':
        objects = readTypedNames(source, rest);
        break;
      case ':init':
        for (const fact of rest) {
          if (fact.kind !== 'group') throw sourceError(source, fact.at, `a fact was expected, not "${fact.text}"`);
          const what = headOf(fact);
          if (what === 'not' || what === '=' || what === 'at') {
            throw sourceError(source, fact.at, `"${what}" is not supported among the initial facts`);
          }
          init.push(readAtom(source, fact, predicates));
        }
        break;
      case ':goal': {
        const [formula, ...more] = rest;
        if (formula === undefined || more.length > 0)
          throw sourceError(source, section.at, 'the goal must be one condition');
        goal = readFormula(source, formula, predicates);
        break;
      }
      default:
        throw sourceError(source, section.at, `the section "${head ?? '('}" is not supported in a problem`);
    }
  }
  if (goal === undefined) throw sourceError(source, 0, 'the problem has no goal');
  return { source, objects, init, goal };
}
