import { type Source, sourceError } from '../source';
import { type Expression, type Group, headOf, readTypedNames, type TypedName, wordOf } from './expressions';

/** A predicate applied to variables (`?x`) and constants. */
export interface Atom {
  readonly predicate: string;
  readonly args: readonly string[];
  readonly at: number;
}

/** The conditions that ALFWorld games use: preconditions, conditions of effects, goals. */
export type Formula =
  | { readonly kind: 'and'; readonly parts: readonly Formula[] }
  | { readonly kind: 'or'; readonly parts: readonly Formula[]; readonly at: number }
  | { readonly kind: 'exists'; readonly variables: readonly TypedName[]; readonly body: Formula }
  | { readonly kind: 'atom'; readonly atom: Atom; readonly negated: boolean }
  | {
      readonly kind: 'equal';
      readonly left: string;
      readonly right: string;
      readonly negated: boolean;
      readonly at: number;
    };

/** Declared predicates by name: number of arguments. */
export type Predicates = ReadonlyMap<string, number>;

/** Reads `(predicate arg ...)`, holding name and number of arguments against the declarations. */
export function readAtom(source: Source, group: Group, predicates: Predicates): Atom {
  const [first, ...rest] = group.items;
  const predicate = wordOf(source, first, 'a predicate', group).text;
  const arity = predicates.get(predicate);
  if (arity === undefined) throw sourceError(source, group.at, `there is no predicate "${predicate}"`);
  const args = rest.map((item) => wordOf(source, item, 'a name or variable', group).text);
  if (args.length !== arity) {
    throw sourceError(source, group.at, `"${predicate}" takes ${arity} arguments, not ${args.length}`);
  }
  return { predicate, args, at: group.at };
}

const unsupported: ReadonlySet<string> = new Set(['forall', 'imply', 'either', '<', '>', '<=', '>=', 'when']);

/** Reads a condition; everything outside the subset is an error with its place. */
export function readFormula(source: Source, expression: Expression, predicates: Predicates): Formula {
  if (expression.kind === 'word')
    throw sourceError(source, expression.at, `a condition was expected, not "${expression.text}"`);
  if (expression.items.length === 0) return { kind: 'and', parts: [] };
  const head = headOf(expression);
  const rest = expression.items.slice(1);
  switch (head) {
    case 'and':
      return { kind: 'and', parts: rest.map((part) => readFormula(source, part, predicates)) };
    case 'or':
      return { kind: 'or', parts: rest.map((part) => readFormula(source, part, predicates)), at: expression.at };
    case 'not': {
      const [negated, ...more] = rest;
      if (negated === undefined || more.length > 0)
        throw sourceError(source, expression.at, '"not" takes one condition');
      const inner = readFormula(source, negated, predicates);
      if (inner.kind === 'atom' || inner.kind === 'equal') return { ...inner, negated: !inner.negated };
      throw sourceError(source, expression.at, '"not" is supported before a single fact or "=" only');
    }
    case 'exists': {
      const [variables, body, ...more] = rest;
      if (variables?.kind !== 'group' || body === undefined || more.length > 0) {
        throw sourceError(source, expression.at, '"exists" takes a list of variables and one condition');
      }
      return {
        kind: 'exists',
        variables: readTypedNames(source, variables.items),
        body: readFormula(source, body, predicates),
      };
    }
    case '=': {
      const [left, right, ...more] = rest.map((item) => wordOf(source, item, 'a name or variable', expression).text);
      if (left === undefined || right === undefined || more.length > 0) {
        throw sourceError(source, expression.at, '"=" takes two names or variables');
      }
      return { kind: 'equal', left, right, negated: false, at: expression.at };
    }
    default:
      if (head !== undefined && unsupported.has(head)) {
        throw sourceError(source, expression.at, `"${head}" is not supported in a condition`);
      }
      return { kind: 'atom', atom: readAtom(source, expression, predicates), negated: false };
  }
}
