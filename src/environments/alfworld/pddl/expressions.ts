import { type Source, sourceError } from '../source';

/** A word of PDDL in lower case, with its offset in the text. */
export interface Word {
  readonly kind: 'word';
  readonly text: string;
  readonly at: number;
}

/** A parenthesised group, with the offset of its opening parenthesis. */
export interface Group {
  readonly kind: 'group';
  readonly items: readonly Expression[];
  readonly at: number;
}

export type Expression = Word | Group;

/**
 * Reads the one parenthesised expression that a PDDL text consists of. PDDL knows no case: words come in lower case.
 * A word is any run without blanks and parentheses; a comma is part of it, as in the planner that ALFWorld uses.
 */
export function readExpression(source: Source): Group {
  const tokens = /;[^\n]*|[()]|[^\s();]+/g;
  const open: { items: Expression[]; at: number }[] = [];
  let whole: Group | undefined;
  for (let match = tokens.exec(source.text); match !== null; match = tokens.exec(source.text)) {
    const text = match[0];
    const at = match.index;
    if (text.startsWith(';')) continue;
    if (whole !== undefined) throw sourceError(source, at, `nothing may follow the definition, but "${text}" does`);
    if (text === '(') {
      open.push({ items: [], at });
      continue;
    }
    const parent = open.at(-1);
    if (parent === undefined) throw sourceError(source, at, `"(" was expected, not "${text}"`);
    if (text !== ')') {
      parent.items.push({ kind: 'word', text: text.toLowerCase(), at });
      continue;
    }
    open.pop();
    const group: Group = { kind: 'group', items: parent.items, at: parent.at };
    const outer = open.at(-1);
    if (outer === undefined) whole = group;
    else outer.items.push(group);
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw sourceError(source, unclosed.at, 'this parenthesis is never closed');
  if (whole === undefined) throw sourceError(source, 0, 'the text is empty');
  return whole;
}

/** The word that a group begins with, or undefined. */
export function headOf(expression: Expression): string | undefined {
  if (expression.kind !== 'group') return undefined;
  const first = expression.items[0];
  return first?.kind === 'word' ? first.text : undefined;
}

/** The expression as a word; anything else is an error that names what was expected. */
export function wordOf(source: Source, expression: Expression | undefined, expected: string, parent: Group): Word {
  if (expression?.kind === 'word') return expression;
  throw sourceError(source, expression?.at ?? parent.at, `${expected} was expected`);
}

export interface TypedName {
  readonly name: string;
  readonly type: string;
  readonly at: number;
}

/** Reads `a b - type c - type d`; names without a type are of the root type `object`. */
export function readTypedNames(source: Source, items: readonly Expression[]): readonly TypedName[] {
  const names: TypedName[] = [];
  let waiting: Word[] = [];
  const settle = (type: string): void => {
    for (const word of waiting) names.push({ name: word.text, type, at: word.at });
    waiting = [];
  };
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) break;
    if (item.kind !== 'word') {
      const either = headOf(item) === 'either' ? '"either" types are' : 'a group is';
      throw sourceError(source, item.at, `${either} not supported in a list of names`);
    }
    if (item.text !== '-') {
      waiting.push(item);
      continue;
    }
    const type = items[++index];
    if (type?.kind !== 'word') {
      const reason =
        type !== undefined && headOf(type) === 'either' ? '"either" is not supported' : 'a type must follow';
      throw sourceError(source, (type ?? item).at, reason);
    }
    settle(type.text);
  }
  settle('object');
  return names;
}
