import { failure, type Span } from './failure';

/** An expression has at most this many characters. */
export const longestExpression = 10_000;
const deepest = 100;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

interface At {
  readonly span: Span;
}
export type Node =
  | (At & { readonly kind: 'number'; readonly value: number })
  | (At & { readonly kind: 'text'; readonly value: string })
  | (At & { readonly kind: 'boolean'; readonly value: boolean })
  | (At & { readonly kind: 'regex'; readonly source: string; readonly flags: string })
  | (At & { readonly kind: 'name'; readonly name: string })
  | (At & {
      readonly kind: 'call';
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Node[];
      readonly named: readonly { readonly name: string; readonly nameSpan: Span; readonly value: Node }[];
    })
  | (At & { readonly kind: 'not' | 'minus'; readonly of: Node })
  | (At & { readonly kind: 'and' | 'or'; readonly left: Node; readonly right: Node })
  | (At & { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Node; readonly right: Node })
  | (At & { readonly kind: 'match'; readonly negated: boolean; readonly left: Node; readonly right: Node })
  | (At & { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Node; readonly right: Node })
  /** Another step: `relative` counts from the present one. */
  | (At & { readonly kind: 'step'; readonly of: Node; readonly step: number; readonly relative: boolean });

export type TokenKind = 'number' | 'text' | 'regex' | 'name' | 'operator' | 'end';
export interface Token {
  readonly kind: TokenKind;
  /** The characters of the token; of a text its value. */
  readonly text: string;
  readonly span: Span;
  readonly value?: number;
  readonly flags?: string;
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600 };
const operators = [
  '==',
  '!=',
  '<=',
  '>=',
  '!~',
  '&&',
  '||',
  '<',
  '>',
  '~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  ',',
  '@',
  '!',
  '=',
];

/** The tokens of a text, the last of kind `end`. Throws `expression.syntax` where none begins. */
export function tokens(text: string): Token[] {
  if (text.length > longestExpression) {
    throw failure(
      'expression.too-long',
      { start: longestExpression, end: text.length },
      { maximum: longestExpression },
    );
  }
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    if (at >= text.length) break;
    const token = tokenAt(text, at, found[found.length - 1]);
    found.push(token);
    at = token.span.end;
  }
  found.push({ kind: 'end', text: '', span: { start: text.length, end: text.length } });
  return found;
}

function tokenAt(text: string, start: number, before: Token | undefined): Token {
  const rest = text.slice(start, start + 400);
  const name = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*/.exec(rest);
  if (name !== null) return { kind: 'name', text: name[0], span: { start, end: start + name[0].length } };
  const number = /^(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(rest);
  if (number !== null) {
    const unit = /^(ms|min|s|h)(?![A-Za-z_0-9])/.exec(rest.slice(number[0].length))?.[0] ?? '';
    const end = start + number[0].length + unit.length;
    if (/[A-Za-z_]/.test(text.charAt(end))) {
      const hint = 'Durations end in ms, s, min or h.';
      throw failure('expression.syntax', { start, end: end + 1 }, { found: 'a letter follows a number', hint });
    }
    const value = Number(number[0]) * (unit === '' ? 1 : units[unit]);
    return { kind: 'number', text: text.slice(start, end), span: { start, end }, value };
  }
  const character = text.charAt(start);
  if (character === '"' || character === "'") return textToken(text, start, character);
  if (character === '/' && (before?.text === '~' || before?.text === '!~')) return regexToken(text, start);
  const operator = operators.find((known) => text.startsWith(known, start));
  if (operator !== undefined)
    return { kind: 'operator', text: operator, span: { start, end: start + operator.length } };
  const hint = 'Texts stand in quotes: action ~ "open".';
  throw failure('expression.syntax', { start, end: start + 1 }, { found: `"${character}" means nothing here`, hint });
}

function textToken(text: string, start: number, quote: string): Token {
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return { kind: 'text', text: value, span: { start, end: at + 1 } };
    if (character === '\\' && at + 1 < text.length) {
      at += 1;
      const escaped = text.charAt(at);
      value += escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped;
    } else {
      value += character;
    }
  }
  const hint = `Close it with ${quote}.`;
  throw failure('expression.syntax', { start, end: text.length }, { found: 'a text is not closed', hint });
}

function regexToken(text: string, start: number): Token {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) {
      const flags = /^[A-Za-z]*/.exec(text.slice(at + 1, at + 20))?.[0] ?? '';
      const span = { start, end: at + 1 + flags.length };
      return { kind: 'regex', text: text.slice(start + 1, at), span, flags };
    }
  }
  const hint = 'Close it with /.';
  throw failure('expression.syntax', { start, end: text.length }, { found: 'a pattern is not closed', hint });
}

/** Reads an expression. Throws `expression.syntax` or `expression.too-long`, with the place. */
export function parse(text: string): Node {
  return new Parser(tokens(text)).whole();
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Node {
    const node = this.or();
    const token = this.peek();
    if (token.kind !== 'end') throw this.unexpected(token);
    return node;
  }

  private peek(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)];
  }

  private take(...texts: readonly string[]): Token | null {
    const token = this.peek();
    if ((token.kind !== 'operator' && token.kind !== 'name') || !texts.includes(token.text)) return null;
    this.at += 1;
    return token;
  }

  private unexpected(token: Token): Error {
    const found = token.kind === 'end' ? 'it ends too early' : `"${token.text.slice(0, 40)}" does not belong here`;
    const hint =
      token.text === '='
        ? 'Compare by ==.'
        : token.kind === 'end'
          ? 'A value is expected.'
          : 'Put and, or, a comparison or an operator between two values.';
    return failure('expression.syntax', token.span, { found, hint });
  }

  private or(): Node {
    let left = this.and();
    while (this.take('or', '||') !== null) left = join('or', left, this.and());
    return left;
  }

  private and(): Node {
    let left = this.not();
    while (this.take('and', '&&') !== null) left = join('and', left, this.not());
    return left;
  }

  private not(): Node {
    const token = this.take('not', '!');
    if (token === null) return this.comparison();
    const of = this.nested(() => this.not());
    return { kind: 'not', of, span: { start: token.span.start, end: of.span.end } };
  }

  private nested(read: () => Node): Node {
    this.depth += 1;
    if (this.depth > deepest) throw failure('expression.too-long', this.peek().span, { maximum: longestExpression });
    const node = read();
    this.depth -= 1;
    return node;
  }

  private comparison(): Node {
    const left = this.sum();
    const token = this.peek();
    if (token.kind !== 'operator') return left;
    switch (token.text) {
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=': {
        this.at += 1;
        const right = this.sum();
        return { kind: 'compare', operator: token.text, left, right, span: around(left, right) };
      }
      case '~':
      case '!~': {
        this.at += 1;
        const right = this.sum();
        return { kind: 'match', negated: token.text === '!~', left, right, span: around(left, right) };
      }
      default:
        return left;
    }
  }

  private sum(): Node {
    let left = this.product();
    for (let token = this.take('+', '-'); token !== null; token = this.take('+', '-')) {
      left = arithmetic(token.text === '+' ? '+' : '-', left, this.product());
    }
    return left;
  }

  private product(): Node {
    let left = this.unary();
    for (let token = this.take('*', '/', '%'); token !== null; token = this.take('*', '/', '%')) {
      left = arithmetic(token.text === '*' ? '*' : token.text === '/' ? '/' : '%', left, this.unary());
    }
    return left;
  }

  private unary(): Node {
    const token = this.take('-');
    if (token === null) return this.atStep();
    const of = this.nested(() => this.unary());
    return { kind: 'minus', of, span: { start: token.span.start, end: of.span.end } };
  }

  private atStep(): Node {
    let of = this.primary();
    while (this.take('@') !== null) {
      const sign = this.take('+', '-');
      const token = this.peek();
      if (token.kind !== 'number' || !Number.isInteger(token.value) || /[a-z.]/i.test(token.text)) {
        const hint = 'A step is a whole number: choice@12, or Q@-1 for the step before.';
        throw failure('expression.syntax', token.span, { found: 'a step is missing after @', hint });
      }
      this.at += 1;
      const step = (sign?.text === '-' ? -1 : 1) * (token.value ?? 0);
      of = { kind: 'step', of, step, relative: sign !== null, span: { start: of.span.start, end: token.span.end } };
    }
    return of;
  }

  private primary(): Node {
    const token = this.peek();
    switch (token.kind) {
      case 'number':
        this.at += 1;
        return { kind: 'number', value: token.value ?? 0, span: token.span };
      case 'text':
        this.at += 1;
        return { kind: 'text', value: token.text, span: token.span };
      case 'regex':
        this.at += 1;
        return { kind: 'regex', source: token.text, flags: token.flags ?? '', span: token.span };
      case 'name':
        return this.named(token);
      case 'operator': {
        if (token.text !== '(') throw this.unexpected(token);
        this.at += 1;
        const node = this.nested(() => this.or());
        if (this.take(')') === null) throw this.unexpected(this.peek());
        return node;
      }
      case 'end':
        throw this.unexpected(token);
    }
  }

  private named(token: Token): Node {
    if (['and', 'or', 'not'].includes(token.text)) throw this.unexpected(token);
    this.at += 1;
    if (token.text === 'true' || token.text === 'false') {
      return { kind: 'boolean', value: token.text === 'true', span: token.span };
    }
    if (this.take('(') === null) return { kind: 'name', name: token.text, span: token.span };
    const args: Node[] = [];
    const named: { name: string; nameSpan: Span; value: Node }[] = [];
    let close = this.take(')');
    while (close === null) {
      const first = this.peek();
      const following = this.tokens[this.at + 1];
      if (first.kind === 'name' && following.kind === 'operator' && following.text === '=') {
        this.at += 2;
        named.push({ name: first.text, nameSpan: first.span, value: this.nested(() => this.or()) });
      } else {
        args.push(this.nested(() => this.or()));
      }
      close = this.take(')');
      if (close === null && this.take(',') === null) throw this.unexpected(this.peek());
    }
    const span = { start: token.span.start, end: close.span.end };
    return { kind: 'call', name: token.text, nameSpan: token.span, args, named, span };
  }
}

function around(left: Node, right: Node): Span {
  return { start: left.span.start, end: right.span.end };
}
function join(kind: 'and' | 'or', left: Node, right: Node): Node {
  return { kind, left, right, span: around(left, right) };
}
function arithmetic(operator: Arithmetic, left: Node, right: Node): Node {
  return { kind: 'arithmetic', operator, left, right, span: around(left, right) };
}
