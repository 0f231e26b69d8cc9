import { compileNode, scopeOf, valueOf, type Compiled, type Requirements, type Value } from './compile';
import { failure, type Span } from './failure';
import type { Scope, ValueType } from './names';
import type { StepView } from './stepView';
import { parse } from './syntax';

/** The value of a part of an expression, as `explain` shows it. */
export interface ExplainedPart {
  readonly span: Span;
  /** The part as written. */
  readonly text: string;
  readonly value: Value;
}

/** A compiled expression; keeps no state, so that one serves any number of steps. */
export class Expression {
  private readonly compiled: Compiled;

  /** Throws a `LacError` of `expression.*` with `start` and `end`. */
  constructor(readonly text: string) {
    this.compiled = compileNode(parse(text));
  }

  get type(): ValueType {
    return this.compiled.code.type;
  }

  get requirements(): Requirements {
    return this.compiled.requirements;
  }

  /** The value at a step; null is unknown. */
  evaluate(view: StepView): Value {
    return valueOf(this.compiled.code, scopeOf(view));
  }

  /** The values of the names, calls and conditions in it, in the order in which they end. */
  explain(view: StepView): readonly ExplainedPart[] {
    const scope = scopeOf(view);
    return this.compiled.parts.map(({ span, code }) => ({
      span,
      text: this.text.slice(span.start, span.end),
      value: valueOf(code, scope),
    }));
  }

  /** The expression as a test: true, false, or null where it can't be known. Throws `expression.type` unless it is a condition. */
  condition(): (view: StepView) => boolean | null {
    const { code } = this.compiled;
    if (code.type !== 'boolean') {
      const hint = 'Compare it, for example Q < 0.';
      throw failure('expression.type', { start: 0, end: this.text.length }, { found: 'this is no condition', hint });
    }
    const { run } = code;
    return (view) => run({ view, candidate: -1 } satisfies Scope);
  }
}

/** A condition from its text: breakpoints, filters, `--where`. Throws a `LacError` of `expression.*`. */
export function compileCondition(text: string): (view: StepView) => boolean | null {
  return new Expression(text).condition();
}

/** What an expression needs to be evaluated; with `columnsOnly` a filter runs on the column index. */
export function requires(expression: Expression): Requirements {
  return expression.requirements;
}

/** A value for people: numbers to four significant digits, lists in brackets, `unknown` for null. */
export function formatValue(value: Value): string {
  if (value === null) return 'unknown';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  return `[${value.map((item) => (typeof item === 'number' ? formatNumber(item) : item)).join(', ')}]`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'unknown';
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/**
 * A log point's message: text with expressions in braces (`Q is {Q} at step {step}`); `\{` is a brace.
 * Throws a `LacError` of `expression.*` whose place lies in the whole message.
 */
export function compileMessage(message: string): (view: StepView) => string {
  const pieces = piecesOf(message);
  return (view) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : formatValue(piece.evaluate(view)))).join('');
}

/** What the expressions of a message need, all together. Throws as `compileMessage` does. */
export function messageRequires(message: string): Requirements {
  const needs = piecesOf(message).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.requirements]));
  return {
    columnsOnly: needs.every(({ columnsOnly }) => columnsOnly),
    columns: new Set(needs.flatMap(({ columns }) => [...columns])),
    otherSteps: needs.some(({ otherSteps }) => otherSteps),
  };
}

function piecesOf(message: string): readonly (string | Expression)[] {
  const pieces: (string | Expression)[] = [];
  let text = '';
  let at = 0;
  while (at < message.length) {
    const character = message.charAt(at);
    if (character === '\\' && (message[at + 1] === '{' || message[at + 1] === '}')) {
      text += message.charAt(at + 1);
      at += 2;
    } else if (character === '{') {
      const close = closingBrace(message, at);
      if (close === -1) {
        const span = { start: at, end: at + 1 };
        throw failure('expression.syntax', span, {
          found: 'a brace is not closed',
          hint: 'Close it with }, or write \\{.',
        });
      }
      pieces.push(text, expressionWithin(message, at + 1, close));
      text = '';
      at = close + 1;
    } else {
      text += character;
      at += 1;
    }
  }
  pieces.push(text);
  return pieces;
}

/** Blanks before the expression keep the places of its errors those of the message. */
function expressionWithin(message: string, start: number, end: number): Expression {
  return new Expression(' '.repeat(start) + message.slice(start, end));
}

/** The brace that ends an expression; braces in its texts don't count. */
function closingBrace(message: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < message.length; at += 1) {
    const character = message.charAt(at);
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return at;
  }
  return -1;
}
