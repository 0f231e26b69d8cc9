import { type Source, sourceError } from '../source';
import {
  type Expression,
  type Group,
  headOf,
  readExpression,
  readTypedNames,
  type TypedName,
  wordOf,
} from './expressions';
import { type Atom, type Formula, type Predicates, readAtom, readFormula } from './formula';

/** One literal that an action makes true (or false), under a condition read in the state before. */
export interface Effect {
  readonly condition: Formula | null;
  readonly atom: Atom;
  readonly negated: boolean;
}

export interface ActionSchema {
  /** In lower case. */
  readonly name: string;
  readonly parameters: readonly TypedName[];
  readonly precondition: Formula;
  readonly effects: readonly Effect[];
}

export interface Domain {
  readonly source: Source;
  readonly constants: readonly TypedName[];
  readonly predicates: Predicates;
  readonly actions: readonly ActionSchema[];
}

const allowedRequirements: ReadonlySet<string> = new Set([
  ':adl',
  ':strips',
  ':typing',
  ':equality',
  ':negative-preconditions',
  ':disjunctive-preconditions',
  ':existential-preconditions',
  ':conditional-effects',
  ':action-costs',
]);

function readEffects(
  source: Source,
  expression: Expression,
  predicates: Predicates,
  condition: Formula | null,
): readonly Effect[] {
  if (expression.kind === 'word')
    throw sourceError(source, expression.at, `an effect was expected, not "${expression.text}"`);
  if (expression.items.length === 0) return [];
  const head = headOf(expression);
  const rest = expression.items.slice(1);
  switch (head) {
    case 'and':
      return rest.flatMap((part) => readEffects(source, part, predicates, condition));
    case 'increase':
      return [];
    case 'when': {
      const [test, effect, ...more] = rest;
      if (condition !== null) throw sourceError(source, expression.at, '"when" inside "when" is not supported');
      if (test === undefined || effect === undefined || more.length > 0) {
        throw sourceError(source, expression.at, '"when" takes a condition and an effect');
      }
      return readEffects(source, effect, predicates, readFormula(source, test, predicates));
    }
    case 'not': {
      const [negated] = rest;
      if (negated?.kind !== 'group' || rest.length !== 1)
        throw sourceError(source, expression.at, '"not" takes one fact');
      return [{ condition, atom: readAtom(source, negated, predicates), negated: true }];
    }
    case 'forall':
    case 'assign':
    case 'decrease':
    case 'scale-up':
    case 'scale-down':
      throw sourceError(source, expression.at, `"${head}" is not supported in an effect`);
    default:
      return [{ condition, atom: readAtom(source, expression, predicates), negated: false }];
  }
}

function readAction(source: Source, group: Group, predicates: Predicates): ActionSchema {
  const name = wordOf(source, group.items[1], "the action's name", group).text;
  let parameters: readonly TypedName[] = [];
  let precondition: Formula = { kind: 'and', parts: [] };
  let effects: readonly Effect[] = [];
  for (let index = 2; index < group.items.length; index += 2) {
    const key = wordOf(source, group.items[index], 'a keyword', group);
    const value = group.items[index + 1];
    if (value === undefined) throw sourceError(source, key.at, `nothing follows "${key.text}"`);
    switch (key.text) {
      case ':parameters':
        if (value.kind !== 'group') throw sourceError(source, value.at, 'a list of parameters was expected');
        parameters = readTypedNames(source, value.items);
        break;
      case ':precondition':
        precondition = readFormula(source, value, predicates);
        break;
      case ':effect':
        effects = readEffects(source, value, predicates, null);
        break;
      default:
        throw sourceError(source, key.at, `"${key.text}" is not supported in an action`);
    }
  }
  return { name, parameters, precondition, effects };
}

/** Checks `(define (<what> name) ...)` and returns the sections. */
export function sectionsOf(source: Source, what: 'domain' | 'problem'): readonly Group[] {
  const whole = readExpression(source);
  const [define, title, ...sections] = whole.items;
  if (define?.kind !== 'word' || define.text !== 'define' || title === undefined || headOf(title) !== what) {
    throw sourceError(source, whole.at, `"(define (${what} ...)" was expected`);
  }
  return sections.map((section) => {
    if (section.kind === 'group') return section;
    throw sourceError(source, section.at, `a section was expected, not "${section.text}"`);
  });
}

/** Reads a PDDL domain of the subset that ALFWorld games use. */
export function readDomain(source: Source): Domain {
  const sections = sectionsOf(source, 'domain');
  const predicates = new Map<string, number>();
  let constants: readonly TypedName[] = [];
  for (const section of sections) {
    const rest = section.items.slice(1);
    switch (headOf(section)) {
      case ':requirements':
        for (const item of rest) {
          const word = wordOf(source, item, 'a requirement', section);
          if (!allowedRequirements.has(word.text)) {
            throw sourceError(source, word.at, `the requirement "${word.text}" is not supported`);
          }
        }
        break;
      case ':types':
        for (const type of readTypedNames(source, rest)) {
          if (type.type !== 'object')
            throw sourceError(source, type.at, `"${type.name}" is a subtype; types must be flat`);
        }
        break;
      case ':predicates':
        for (const item of rest) {
          if (item.kind !== 'group') throw sourceError(source, item.at, `a predicate was expected, not "${item.text}"`);
          const name = wordOf(source, item.items[0], "the predicate's name", item);
          predicates.set(name.text, readTypedNames(source, item.items.slice(1)).length);
        }
        break;
      case ':constants':
        constants = readTypedNames(source, rest);
        break;
      case ':functions':
      case ':action':
        break;
      default:
        throw sourceError(source, section.at, `the section "${headOf(section) ?? '('}" is not supported in a domain`);
    }
  }
  const actions: ActionSchema[] = [];
  const names = new Set<string>();
  for (const section of sections) {
    if (headOf(section) !== ':action') continue;
    const action = readAction(source, section, predicates);
    if (names.has(action.name)) throw sourceError(source, section.at, `there are two actions "${action.name}"`);
    names.add(action.name);
    actions.push(action);
  }
  return { source, constants, predicates, actions };
}
