import { actionKey } from '../lac/actionText';
import { failure, type Span } from './failure';
import { functions, names, type Column, type NameSpec, type Read, type Scope, type ValueType } from './names';
import { glob, PatternError, regularExpression, type Matcher } from './pattern';
import type { StepView } from './stepView';
import type { Comparison, Node } from './syntax';

/**
 * An expression as a closure, by the type of its value. What is not known is NaN as a number and null as anything else;
 * and, or and not follow Kleene's three-valued logic, a comparison with something unknown is unknown.
 */
export type Code =
  | { readonly type: 'number'; readonly run: Read<number> }
  | { readonly type: 'boolean'; readonly run: Read<boolean | null> }
  | { readonly type: 'text'; readonly run: Read<string | null>; readonly values?: readonly string[] }
  | { readonly type: 'numbers'; readonly run: Read<readonly number[] | null> }
  | { readonly type: 'texts'; readonly run: Read<readonly string[] | null> };

/** A part of an expression whose value `explain` shows. */
export interface Part {
  readonly span: Span;
  readonly code: Code;
}

/** What evaluating an expression takes. */
export interface Requirements {
  /** True when the columns suffice, so that a filter need not read the records. */
  readonly columnsOnly: boolean;
  readonly columns: ReadonlySet<Column>;
  /** True when other steps than the one asked about are read. */
  readonly otherSteps: boolean;
}

export interface Compiled {
  readonly code: Code;
  readonly parts: readonly Part[];
  readonly requirements: Requirements;
}

const typeWords: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  numbers: 'a list of numbers',
  texts: 'a list of texts',
};

/** Checks the types of a parsed expression and makes it a closure. Throws a `LacError` of `expression.*` with the place. */
export function compileNode(node: Node): Compiled {
  const compiler = new Compiler();
  const code = compiler.code(node);
  return { code, parts: compiler.parts, requirements: compiler.requirements() };
}

class Compiler {
  readonly parts: Part[] = [];
  private columnsOnly = true;
  private otherSteps = false;
  private readonly columns = new Set<Column>();
  /** Above 0 inside `any(candidates, ...)` and behind `@`: values there are no parts of their own. */
  private inner = 0;

  requirements(): Requirements {
    return { columnsOnly: this.columnsOnly, columns: this.columns, otherSteps: this.otherSteps };
  }

  code(node: Node): Code {
    const code = this.compile(node);
    const shown = node.kind === 'name' || node.kind === 'call' || node.kind === 'step';
    if (this.inner === 0 && (shown || code.type === 'boolean') && node.kind !== 'boolean') {
      this.parts.push({ span: node.span, code });
    }
    return code;
  }

  private compile(node: Node): Code {
    switch (node.kind) {
      case 'number': {
        const { value } = node;
        return { type: 'number', run: () => value };
      }
      case 'text': {
        const { value } = node;
        return { type: 'text', run: () => value };
      }
      case 'boolean': {
        const { value } = node;
        return { type: 'boolean', run: () => value };
      }
      case 'regex':
        throw typeFailure(
          node.span,
          'a pattern stands alone',
          'Use it behind ~, for example observation ~ /closed|locked/.',
        );
      case 'name':
        return this.name(node.name, node.span);
      case 'call':
        return this.call(node);
      case 'not': {
        const of = this.boolean(node.of);
        return { type: 'boolean', run: mapped(of, (value) => !value) };
      }
      case 'minus': {
        const of = this.number(node.of);
        return { type: 'number', run: (scope) => -of(scope) };
      }
      case 'and':
        return { type: 'boolean', run: kleene(false, this.boolean(node.left), this.boolean(node.right)) };
      case 'or':
        return { type: 'boolean', run: kleene(true, this.boolean(node.left), this.boolean(node.right)) };
      case 'compare':
        return this.comparison(node);
      case 'match':
        return this.match(node);
      case 'arithmetic': {
        const left = this.number(node.left);
        const right = this.number(node.right);
        return { type: 'number', run: arithmetic(node.operator, left, right) };
      }
      case 'step': {
        this.otherSteps = true;
        const of = this.within(() => this.code(node.of));
        const { step, relative } = node;
        return rescoped(of, (scope) => {
          const view = scope.view.at(relative ? scope.view.step + step : step);
          return view === null ? null : { view, candidate: -1 };
        });
      }
    }
  }

  private within<T>(work: () => T): T {
    this.inner += 1;
    const result = work();
    this.inner -= 1;
    return result;
  }

  private boolean(node: Node): Read<boolean | null> {
    const code = this.code(node);
    if (code.type === 'boolean') return code.run;
    throw typeFailure(
      node.span,
      `this is ${typeWords[code.type]}`,
      'A condition is expected here: compare it, for example by < or ==.',
    );
  }

  private number(node: Node): Numeric {
    const code = this.code(node);
    if (code.type === 'number') return code.run;
    throw typeFailure(node.span, `this is ${typeWords[code.type]}`, 'A number is expected here.');
  }

  private name(name: string, span: Span): Code {
    return codeOf(this.spec(name, span));
  }

  private spec(name: string, span: Span): NameSpec {
    if (Object.hasOwn(names, name)) {
      const spec = names[name];
      if (spec.columns === null) this.columnsOnly = false;
      else for (const column of spec.columns) this.columns.add(column);
      return spec;
    }
    if (Object.hasOwn(functions, name)) {
      throw failure('expression.argument', span, { name, usage: functions[name].usage });
    }
    throw unknownName(name, span);
  }

  private comparison(node: Extract<Node, { kind: 'compare' }>): Code {
    const left = this.code(node.left);
    const right = this.code(node.right);
    const { operator } = node;
    if (left.type === 'number' && right.type === 'number') {
      return { type: 'boolean', run: compareNumbers(operator, left.run, right.run) };
    }
    const equality = operator === '==' || operator === '!=';
    const comparable = left.type === right.type && (left.type === 'text' || left.type === 'boolean');
    if (!equality || !comparable) {
      const found = `${typeWords[left.type]} is compared with ${typeWords[right.type]} by ${operator}`;
      const hint =
        left.type === 'text' && right.type === 'text'
          ? 'Texts are compared by ==, != or ~.'
          : hintFor(left.type, right.type);
      throw typeFailure(node.span, found, hint);
    }
    checkValues(left, node.right);
    checkValues(right, node.left);
    const equal = operator === '==';
    return {
      type: 'boolean',
      run: paired<unknown, unknown, boolean>(left.run, right.run, (a, b) => (a === b) === equal),
    };
  }

  private match(node: Extract<Node, { kind: 'match' }>): Code {
    const left = this.code(node.left);
    const matcher = patternOf(node.right);
    const { negated } = node;
    if (left.type === 'text') return { type: 'boolean', run: mapped(left.run, (text) => matcher(text) !== negated) };
    if (left.type === 'texts') {
      return { type: 'boolean', run: mapped(left.run, (texts) => texts.some(matcher) !== negated) };
    }
    throw typeFailure(node.left.span, `this is ${typeWords[left.type]}`, 'Only texts are matched by ~.');
  }

  private call(node: Extract<Node, { kind: 'call' }>): Code {
    if (Object.hasOwn(functions, node.name)) return this.functionCall(node);
    const spec = this.spec(node.name, node.nameSpan);
    const usage = spec.of === 'candidate' ? `${node.name}("go *")` : node.name;
    const wrong = (): Error => failure('expression.argument', node.span, { name: node.name, usage });
    if (node.args.length > (spec.of === 'candidate' ? 1 : 0) || node.named.length > 1) throw wrong();
    let code = codeOf(spec);
    if (node.named.length === 1) {
      const [argument] = node.named;
      if (argument.name !== 'alpha' || !('readAt' in spec) || spec.readAt === undefined) {
        const usageOfAlpha = 'readAt' in spec ? `${node.name}(alpha=2)` : usage;
        throw failure('expression.argument', argument.nameSpan, { name: node.name, usage: usageOfAlpha });
      }
      const alpha = this.number(argument.value);
      code = atAlpha(spec, alpha) ?? code;
    } else if (node.args.length === 0) {
      throw wrong();
    }
    if (node.args.length === 0) return code;
    const select = this.selector(node.args[0]);
    return rescoped(code, (scope) => {
      const candidate = select(scope);
      return candidate === -1 ? null : { view: scope.view, candidate };
    });
  }

  /** Which candidate an argument means: by its index, its text, or the first that fits a pattern with `*`. */
  private selector(node: Node): Numeric {
    const code = this.code(node);
    if (code.type === 'number') {
      return (scope) => {
        const index = code.run(scope);
        return Number.isInteger(index) && index >= 0 && index < (scope.view.candidates?.length ?? 0) ? index : -1;
      };
    }
    if (code.type !== 'text') {
      throw typeFailure(node.span, `this is ${typeWords[code.type]}`, 'A candidate is named by its text or its index.');
    }
    this.columnsOnly = false;
    if (node.kind === 'text' && /[*?]/.test(node.value)) {
      const fits = glob(node.value);
      return ({ view }) => view.candidates?.findIndex(({ action }) => action !== null && fits(action)) ?? -1;
    }
    return (scope) => {
      const wanted = code.run(scope);
      if (wanted === null) return -1;
      const key = actionKey(wanted);
      return scope.view.candidates?.findIndex(({ action }) => action !== null && actionKey(action) === key) ?? -1;
    };
  }

  private functionCall(node: Extract<Node, { kind: 'call' }>): Code {
    const { name, args } = node;
    const wrong = (): Error => failure('expression.argument', node.span, { name, usage: functions[name].usage });
    if (node.named.length > 0 || args.length === 0) throw wrong();
    switch (name) {
      case 'any':
      case 'all': {
        const over = args.length === 2 ? this.quantity(args[0]) : null;
        if (over === null) throw wrong();
        const condition = this.within(() => this.boolean(args[1]));
        return { type: 'boolean', run: quantifier(name === 'any', over, condition) };
      }
      case 'count': {
        if (args.length === 1) {
          const list = this.code(args[0]);
          if (list.type !== 'numbers' && list.type !== 'texts') throw wrong();
          const { run } = list;
          return { type: 'number', run: (scope) => run(scope)?.length ?? NaN };
        }
        const over = args.length === 2 ? this.quantity(args[0]) : null;
        if (over === null) throw wrong();
        const condition = this.within(() => this.boolean(args[1]));
        return {
          type: 'number',
          run: (scope) => {
            const scopes = over(scope);
            return scopes === null ? NaN : scopes.filter((inner) => condition(inner) === true).length;
          },
        };
      }
      case 'max':
      case 'min':
      case 'sum':
      case 'mean':
        return { type: 'number', run: this.aggregate(name, args, wrong) };
      case 'abs':
      case 'log':
      case 'exp':
      case 'round': {
        if (args.length !== 1) throw wrong();
        const of = this.number(args[0]);
        const apply = { abs: Math.abs, log: Math.log, exp: Math.exp, round: Math.round }[name];
        return { type: 'number', run: (scope) => apply(of(scope)) };
      }
      case 'length': {
        const code = args.length === 1 ? this.code(args[0]) : null;
        if (code?.type !== 'text') throw wrong();
        return { type: 'number', run: (scope) => code.run(scope)?.length ?? NaN };
      }
      case 'has': {
        const list = args.length === 2 ? this.code(args[0]) : null;
        const item = args.length === 2 ? this.code(args[1]) : null;
        if (list?.type !== 'texts' || item?.type !== 'text') throw wrong();
        return { type: 'boolean', run: paired(list.run, item.run, (texts, text) => texts.includes(text)) };
      }
      case 'known': {
        const code = args.length === 1 ? this.code(args[0]) : null;
        if (code === null) throw wrong();
        return { type: 'boolean', run: (scope) => valueOf(code, scope) !== null };
      }
      default:
        throw wrong();
    }
  }

  private aggregate(name: 'max' | 'min' | 'sum' | 'mean', args: readonly Node[], wrong: () => Error): Numeric {
    const fold = folds[name];
    const over = args.length === 2 ? this.quantity(args[0]) : null;
    if (over !== null) {
      const of = this.within(() => this.number(args[1]));
      return (scope) => {
        const scopes = over(scope);
        return scopes === null ? NaN : fold(scopes.map(of).filter((value) => !Number.isNaN(value)));
      };
    }
    if (args.length === 1) {
      const list = this.code(args[0]);
      if (list.type !== 'numbers') throw wrong();
      return (scope) => fold((list.run(scope) ?? []).filter((value) => !Number.isNaN(value)));
    }
    const values = args.map((argument) => this.number(argument));
    return (scope) => fold(values.map((value) => value(scope)));
  }

  /** What a function runs over: the candidates of the step, or the steps up to it; null when it is neither. */
  private quantity(node: Node): Read<readonly Scope[] | null> | null {
    if (node.kind !== 'name') return null;
    if (node.name === 'candidates') {
      return ({ view }) => view.candidates?.map((_, candidate) => ({ view, candidate })) ?? null;
    }
    if (node.name !== 'steps') return null;
    this.otherSteps = true;
    return ({ view }) => {
      const scopes: Scope[] = [];
      for (let step = 0; step <= view.step; step += 1) {
        const other = step === view.step ? view : view.at(step);
        if (other !== null) scopes.push({ view: other, candidate: -1 });
      }
      return scopes;
    };
  }
}

const folds: Readonly<Record<'max' | 'min' | 'sum' | 'mean', (values: readonly number[]) => number>> = {
  max: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => Math.max(a, b))),
  min: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => Math.min(a, b))),
  sum: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => a + b)),
  mean: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => a + b) / values.length),
};

function quantifier(
  any: boolean,
  over: Read<readonly Scope[] | null>,
  condition: Read<boolean | null>,
): Read<boolean | null> {
  return (scope) => {
    const scopes = over(scope);
    if (scopes === null) return null;
    let unknown = false;
    for (const inner of scopes) {
      const value = condition(inner);
      if (value === any) return any;
      if (value === null) unknown = true;
    }
    return unknown ? null : !any;
  };
}

function codeOf(spec: NameSpec): Code {
  switch (spec.type) {
    case 'number':
      return { type: 'number', run: spec.read };
    case 'boolean':
      return { type: 'boolean', run: spec.read };
    case 'text':
      return spec.values === undefined
        ? { type: 'text', run: spec.read }
        : { type: 'text', run: spec.read, values: spec.values };
    case 'numbers':
      return { type: 'numbers', run: spec.read };
    case 'texts':
      return { type: 'texts', run: spec.read };
  }
}

/** The value under another alpha; unknown where alpha is no number from 0 up. */
function atAlpha(spec: NameSpec, alpha: Numeric): Code | null {
  if (!('readAt' in spec) || spec.readAt === undefined) return null;
  const at = <T>(read: (scope: Scope, alpha: number) => T, unknown: T): Read<T> => {
    return (scope) => {
      const value = alpha(scope);
      return value >= 0 && value !== Infinity ? read(scope, value) : unknown;
    };
  };
  switch (spec.type) {
    case 'number':
      return { type: 'number', run: at(spec.readAt, NaN) };
    case 'text':
      return { type: 'text', run: at<string | null>(spec.readAt, null) };
    case 'numbers':
      return { type: 'numbers', run: at<readonly number[] | null>(spec.readAt, null) };
  }
}

/** The same code read elsewhere; unknown where there is no such place. */
function rescoped(code: Code, elsewhere: Read<Scope | null>): Code {
  const there = <T>(run: Read<T>, unknown: T): Read<T> => {
    return (scope) => {
      const other = elsewhere(scope);
      return other === null ? unknown : run(other);
    };
  };
  switch (code.type) {
    case 'number':
      return { type: 'number', run: there(code.run, NaN) };
    case 'boolean':
      return { type: 'boolean', run: there(code.run, null) };
    case 'text':
      return { ...code, run: there(code.run, null) };
    case 'numbers':
      return { type: 'numbers', run: there(code.run, null) };
    case 'texts':
      return { type: 'texts', run: there(code.run, null) };
  }
}

type Numeric = Read<number>;

/** What is made of a value; unknown where the value is. */
function mapped<T, R>(of: Read<T | null>, make: (value: T) => R): Read<R | null> {
  return (scope) => {
    const value = of(scope);
    return value === null ? null : make(value);
  };
}

/** What is made of two values; unknown where one of them is. */
function paired<A, B, R>(left: Read<A | null>, right: Read<B | null>, make: (a: A, b: B) => R): Read<R | null> {
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    return a === null || b === null ? null : make(a, b);
  };
}

/** `and` (false decides) or `or` (true decides) of Kleene's logic; what stands right is read only where left does not decide. */
function kleene(decides: boolean, left: Read<boolean | null>, right: Read<boolean | null>): Read<boolean | null> {
  return (scope) => {
    const a = left(scope);
    if (a === decides) return decides;
    const b = right(scope);
    return b === decides ? decides : a === null || b === null ? null : !decides;
  };
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: Numeric, right: Numeric): Numeric {
  switch (operator) {
    case '+':
      return (scope) => left(scope) + right(scope);
    case '-':
      return (scope) => left(scope) - right(scope);
    case '*':
      return (scope) => left(scope) * right(scope);
    case '/':
      return (scope) => left(scope) / right(scope);
    case '%':
      return (scope) => left(scope) % right(scope);
  }
}

const comparisons: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compareNumbers(operator: Comparison, left: Numeric, right: Numeric): Read<boolean | null> {
  const holds = comparisons[operator];
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    return Number.isNaN(a) || Number.isNaN(b) ? null : holds(a, b);
  };
}

function patternOf(node: Node): Matcher {
  try {
    if (node.kind === 'regex') return regularExpression(node.source, node.flags);
    if (node.kind === 'text') return glob(node.value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const start = Math.min(node.span.start + 1 + error.offset, node.span.end - 1);
    throw failure('expression.pattern', { start, end: node.span.end }, { reason: error.reason });
  }
  throw typeFailure(
    node.span,
    'behind ~ stands neither a text nor a pattern',
    'Write action ~ "take *" or observation ~ /closed|locked/.',
  );
}

function checkValues(code: Code, other: Node): void {
  if (code.type !== 'text' || code.values === undefined || other.kind !== 'text') return;
  if (code.values.includes(other.value)) return;
  const known = code.values.map((value) => `"${value}"`).join(', ');
  throw typeFailure(
    other.span,
    `"${other.value.slice(0, 40)}" is none of the values that this can have`,
    `They are ${known}.`,
  );
}

function hintFor(left: ValueType, right: ValueType): string {
  const list = left === 'numbers' || right === 'numbers' || left === 'texts' || right === 'texts';
  return list ? 'Lists are asked by count(...), max(...), has(...) or ~.' : 'Compare values of the same type.';
}

function typeFailure(span: Span, found: string, hint: string): Error {
  return failure('expression.type', span, { found, hint });
}

function unknownName(name: string, span: Span): Error {
  const near = nearestName(name);
  const hint = near === null ? 'Completion lists every name.' : `Did you mean ${near}?`;
  return failure('expression.unknown-name', span, { name: name.slice(0, 60), hint });
}

function nearestName(name: string): string | null {
  const wanted = name.toLowerCase();
  const known = [...Object.keys(names), ...Object.keys(functions)];
  const same = known.find((candidate) => candidate.toLowerCase() === wanted);
  if (same !== undefined) return same;
  if (wanted.length < 3 || wanted.length > 20) return null;
  const differs = (candidate: string): number => {
    const other = candidate.toLowerCase();
    let shared = 0;
    while (shared < other.length && other[shared] === wanted[shared]) shared += 1;
    let tail = 0;
    while (tail < Math.min(other.length, wanted.length) - shared && other.at(-1 - tail) === wanted.at(-1 - tail))
      tail += 1;
    return Math.max(other.length, wanted.length) - shared - tail;
  };
  const best = known.reduce((a, b) => (differs(b) < differs(a) ? b : a));
  return differs(best) <= 2 ? best : null;
}

/** A value as data: null is unknown. Numbers of a list may be NaN where one of them is unknown. */
export type Value = number | boolean | string | readonly number[] | readonly string[] | null;

export function valueOf(code: Code, scope: Scope): Value {
  if (code.type !== 'number') return code.run(scope);
  const value = code.run(scope);
  return Number.isNaN(value) ? null : value;
}

export function scopeOf(view: StepView): Scope {
  return { view, candidate: -1 };
}
