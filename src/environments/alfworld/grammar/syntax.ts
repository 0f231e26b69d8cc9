import { type Source, sourceError } from '../source';

/** `p(x:type, y:type)` of a query; several are joined by `&`. */
export interface QueryAtom {
  readonly predicate: string;
  readonly placeholders: readonly Placeholder[];
}

export interface Placeholder {
  readonly name: string;
  readonly type: string;
}

export type Query = readonly QueryAtom[];

export type Attribute = 'name' | 'id' | 'indefinite' | 'definite';

export type ValueExpression =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'attribute'; readonly placeholder: string; readonly attribute: Attribute }
  | { readonly kind: 'nonterminal'; readonly name: string }
  /** The parts one after the other. */
  | { readonly kind: 'sum'; readonly parts: readonly ValueExpression[] }
  /** The first part that is not empty. */
  | { readonly kind: 'first'; readonly parts: readonly ValueExpression[] };

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nonterminal'; readonly name: string }
  | { readonly kind: 'value'; readonly expression: ValueExpression; readonly query: Query | null }
  | { readonly kind: 'list'; readonly expression: ValueExpression; readonly query: Query };

export interface Production {
  readonly condition: Query | null;
  readonly parts: readonly TextPart[];
}

/** Fails with the place in the grammar that the piece of text being read stands at. */
export type Fail = (reason: string) => never;

export function failAt(source: Source, at: number): Fail {
  return (reason) => {
    throw sourceError(source, at, reason);
  };
}

export function readQuery(text: string, fail: Fail): Query {
  const atoms: QueryAtom[] = [];
  for (const piece of text.split('&')) {
    const match = /^\s*([\w.-]+)\s*\(([^()]*)\)\s*$/.exec(piece);
    const predicate = match?.[1];
    if (match === null || predicate === undefined)
      return fail(`"${piece.trim()}" is no condition such as in(x:type, y:type)`);
    const list = (match[2] ?? '').trim();
    const placeholders = (list === '' ? [] : list.split(',')).map((item): Placeholder => {
      const [name, type, more] = item.trim().split(/\s*:\s*/);
      if (name === undefined || name === '' || more !== undefined)
        return fail(`"${item.trim()}" is no placeholder such as x:type`);
      return { name, type: type ?? name };
    });
    atoms.push({ predicate: predicate.toLowerCase(), placeholders });
  }
  return atoms;
}

const attributes: Readonly<Record<string, Attribute>> = {
  name: 'name',
  id: 'id',
  indefinite: 'indefinite',
  definite: 'definite',
};

/** Reads `a + b or c` over literals, attributes and nonterminals. */
export function readExpressionText(text: string, fail: Fail): ValueExpression {
  const tokens = text.match(/'[^']*'|#[^#]*#|\+|[\w-]+(?:\.\w+)?|\S/g) ?? [];
  let next = 0;
  const primary = (): ValueExpression => {
    const token = tokens[next++];
    if (token === undefined) return fail(`"{${text}}" ends too early`);
    if (token.startsWith("'") && token.length > 1) return { kind: 'literal', text: newlines(token.slice(1, -1)) };
    if (token.startsWith('#') && token.length > 1) return { kind: 'nonterminal', name: token.slice(1, -1) };
    const [placeholder, attribute] = token.split('.');
    if (placeholder === undefined || !/^[\w-]+$/.test(placeholder))
      return fail(`"${token}" is not expected in "{${text}}"`);
    const known = attribute === undefined ? 'name' : attributes[attribute];
    if (known === undefined) return fail(`"${token}": there is no attribute "${attribute ?? ''}"`);
    return { kind: 'attribute', placeholder, attribute: known };
  };
  const chain = (kind: 'sum' | 'first', operator: string, operand: () => ValueExpression): ValueExpression => {
    const first = operand();
    const parts = [first];
    while (tokens[next] === operator) {
      next++;
      parts.push(operand());
    }
    return parts.length === 1 ? first : { kind, parts };
  };
  const whole = chain('first', 'or', () => chain('sum', '+', primary));
  if (next < tokens.length) fail(`"${tokens[next] ?? ''}" is not expected in "{${text}}"`);
  return whole;
}

const newlines = (text: string): string => text.replaceAll('\\n', '\n');

/** Index of the `|` that parts expression and query, outside quotes and nonterminals; -1 for none. */
function barOf(text: string): number {
  let quote: string | null = null;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === "'" || character === '#') quote = character;
    else if (character === '|') return index;
  }
  return -1;
}

/**
 * Reads the right-hand side of a production, a template or a feedback. White space at the very beginning is no part
 * of the text (nor is a `//` line there), nor are tabs right after a nonterminal or value.
 */
export function readParts(text: string, fail: Fail): readonly TextPart[] {
  const parts: TextPart[] = [];
  let rest = text.replace(/^(?:\s+|\/\/[^\n]*)+/, '');
  let plain = '';
  const push = (part: TextPart, length: number): void => {
    if (plain !== '') parts.push({ kind: 'text', text: newlines(plain) });
    plain = '';
    parts.push(part);
    rest = rest.slice(length).replace(/^\t+/, '');
  };
  while (rest !== '') {
    const nonterminal = /^#([^#]+)#/.exec(rest);
    if (nonterminal !== null) {
      push({ kind: 'nonterminal', name: nonterminal[1] ?? '' }, nonterminal[0].length);
      continue;
    }
    const list = rest.startsWith('[{');
    if (!list && !rest.startsWith('{')) {
      plain += rest.charAt(0);
      rest = rest.slice(1);
      continue;
    }
    const start = list ? 2 : 1;
    const closing = list ? '}]' : '}';
    const end = rest.indexOf(closing, start);
    if (end < 0) return fail(`"${rest.slice(0, 30)}" is never closed by "${closing}"`);
    const inner = rest.slice(start, end);
    const bar = barOf(inner);
    const expression = readExpressionText(bar < 0 ? inner : inner.slice(0, bar), fail);
    const query = bar < 0 ? null : readQuery(inner.slice(bar + 1), fail);
    if (list) {
      if (query === null) return fail(`the list "[{${inner}}]" has no condition after "|"`);
      push({ kind: 'list', expression, query }, end + closing.length);
    } else push({ kind: 'value', expression, query }, end + closing.length);
  }
  if (plain !== '') parts.push({ kind: 'text', text: newlines(plain) });
  return parts;
}
