import { LacError } from '../../../errors/lacError';
import { type Source, sourceError } from '../source';
import {
  failAt,
  type Production,
  type Query,
  readParts,
  readQuery,
  type TextPart,
  type ValueExpression,
} from './syntax';

/** How an action is commanded and what is said of it. */
export interface ActionTexts {
  readonly template: readonly TextPart[];
  readonly feedback: readonly TextPart[];
  readonly at: number;
}

export interface Nonterminal {
  readonly productions: readonly Production[];
  /** Offset in the grammar's text. */
  readonly at: number;
}

/** A twl2 text grammar: nonterminals with their productions, and texts of actions by lower-case name. */
export interface Grammar {
  readonly source: Source;
  readonly nonterminals: ReadonlyMap<string, Nonterminal>;
  readonly actions: ReadonlyMap<string, ActionTexts>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readTable(source: Source, json: string, start: number, into: Map<string, Nonterminal>): void {
  let table: unknown;
  try {
    table = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(reason)?.[1] ?? 0);
    throw sourceError(source, start + offset, `this is not valid JSON (${reason})`);
  }
  if (!isRecord(table)) throw sourceError(source, start, 'a JSON object of nonterminals was expected');
  for (const [name, productions] of Object.entries(table)) {
    const at = start + Math.max(0, json.indexOf(JSON.stringify(name)));
    const fail = failAt(source, at);
    if (!Array.isArray(productions)) return fail(`the nonterminal "${name}" needs a list of productions`);
    const read = productions.map((production: unknown): Production => {
      if (!isRecord(production) || typeof production['rhs'] !== 'string') {
        return fail(`a production of "${name}" has no text "rhs"`);
      }
      const condition = production['condition'];
      if (condition !== undefined && typeof condition !== 'string') {
        return fail(`a condition of "${name}" is not a text`);
      }
      return {
        condition: condition === undefined ? null : readQuery(condition, fail),
        parts: readParts(production['rhs'], fail),
      };
    });
    into.set(name, { productions: read, at });
  }
}

/** Reads a twl2 grammar and checks that every nonterminal it uses is defined. */
export function readGrammar(source: Source): Grammar {
  const { text } = source;
  const nonterminals = new Map<string, Nonterminal>();
  const actions = new Map<string, ActionTexts>();
  let at = 0;
  const skip = (): void => {
    const blank = /(?:\s+|#[^\n]*)*/y;
    blank.lastIndex = at;
    blank.exec(text);
    at = blank.lastIndex;
  };
  const take = (pattern: RegExp, expected: string): string => {
    skip();
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = at;
    const match = sticky.exec(text);
    if (match === null) {
      const found = text.slice(at, at + 20).split('\n')[0] ?? '';
      throw sourceError(source, at, `${expected} was expected${found === '' ? '' : `, not "${found}"`}`);
    }
    at = sticky.lastIndex;
    return match[0];
  };
  const string = (): { readonly value: string; readonly at: number } => {
    const opening = take(/"""|"/, 'a text in quotes');
    const start = at;
    const end = text.indexOf(opening, start);
    if (end < 0) throw sourceError(source, start - opening.length, 'this text is never closed');
    at = end + opening.length;
    return { value: text.slice(start, end), at: start };
  };
  skip();
  while (at < text.length) {
    const start = at;
    const keyword = take(/grammar|action/, '"grammar" or "action"');
    if (keyword === 'grammar') {
      take(/::/, '"::"');
      const table = string();
      take(/;/, '";"');
      readTable(source, table.value, table.at, nonterminals);
      skip();
      continue;
    }
    const name = take(/[\w-]+/, "the action's name").toLowerCase();
    take(/\{/, '"{"');
    let template: readonly TextPart[] = [];
    let feedback: readonly TextPart[] = [];
    skip();
    while (text.charAt(at) !== '}') {
      const part = take(/template|feedback|grammar|pddl/, '"template", "feedback", "grammar", "pddl" or "}"');
      take(/::/, '"::"');
      const value = string();
      take(/;/, '";"');
      if (part === 'template') template = readParts(value.value, failAt(source, value.at));
      else if (part === 'feedback') feedback = readParts(value.value, failAt(source, value.at));
      else if (part === 'grammar') readTable(source, value.value, value.at, nonterminals);
      skip();
    }
    at++;
    actions.set(name, { template, feedback, at: start });
    skip();
  }
  const grammar = { source, nonterminals, actions };
  checkReferences(grammar);
  return grammar;
}

function namesIn(expression: ValueExpression): readonly string[] {
  switch (expression.kind) {
    case 'nonterminal':
      return [expression.name];
    case 'sum':
    case 'first':
      return expression.parts.flatMap(namesIn);
    case 'literal':
    case 'attribute':
      return [];
  }
}

/** The nonterminals that a text refers to, those behind lists included. */
export function references(parts: readonly TextPart[]): readonly string[] {
  return parts.flatMap((part): readonly string[] => {
    switch (part.kind) {
      case 'text':
        return [];
      case 'nonterminal':
        return [part.name];
      case 'value':
        return namesIn(part.expression);
      case 'list':
        return [...namesIn(part.expression), 'list_empty', 'list_separator', 'list_last_separator'];
    }
  });
}

function checkReferences({ source, nonterminals, actions }: Grammar): void {
  const check = (parts: readonly TextPart[], user: string, at: number): void => {
    for (const name of references(parts)) {
      if (!nonterminals.has(name)) throw sourceError(source, at, `${user} uses "#${name}#", which is not defined`);
    }
  };
  for (const [name, { productions, at }] of nonterminals) {
    for (const production of productions) check(production.parts, `"${name}"`, at);
  }
  for (const [name, { template, feedback, at }] of actions) {
    check(template, `the template of "${name}"`, at);
    check(feedback, `the feedback of "${name}"`, at);
  }
  if (!nonterminals.has('intro')) {
    throw new LacError('alfworld.grammar', {
      file: source.file,
      line: 1,
      column: 1,
      reason: 'the nonterminal "intro" is not defined',
    });
  }
}

/** Every condition that some text of the grammar asks for. */
export function queriesOf({ nonterminals, actions }: Grammar): Query {
  const inParts = (parts: readonly TextPart[]): Query =>
    parts.flatMap((part) => (part.kind === 'value' || part.kind === 'list' ? (part.query ?? []) : []));
  return [
    ...[...nonterminals.values()].flatMap(({ productions }) =>
      productions.flatMap(({ condition, parts }) => [...(condition ?? []), ...inParts(parts)]),
    ),
    ...[...actions.values()].flatMap(({ template, feedback }) => [...inParts(template), ...inParts(feedback)]),
  ];
}
