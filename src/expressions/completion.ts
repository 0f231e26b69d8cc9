import type { Translate } from '../errors/phrase';
import type { Span } from './failure';
import { functions, names, type ValueType } from './names';
import { tokens, type Token } from './syntax';

export interface ExpressionCompletion {
  readonly label: string;
  readonly kind: 'name' | 'function' | 'operator' | 'value';
  /** What is written in place of `replace`. */
  readonly insert: string;
  readonly replace: Span;
  /** For names; null for everything else. */
  readonly type: ValueType | null;
  readonly description: string;
}

/** What each operator says, by its sign. */
export const operatorHelp: Readonly<Record<string, string>> = {
  and: 'Both hold.',
  or: 'One of them holds.',
  '==': 'Equal.',
  '!=': 'Not equal.',
  '<': 'Less than.',
  '<=': 'At most.',
  '>': 'Greater than.',
  '>=': 'At least.',
  '~': 'Contains the words, fits "take *", or matches /a pattern/.',
  '!~': 'Does not match.',
  '@': 'At another step: choice@12, Q@-1.',
};

/** The description in a reader's language; how a function is written is the same in every one. */
export function describeCompletion({ kind, label, description }: ExpressionCompletion, translate: Translate): string {
  if (kind === 'function') return `${functions[label].usage}. ${translate(functions[label].description)}`;
  return description === '' ? '' : translate(description);
}

/**
 * What can be written at an offset. `candidates` are the actions that may be named, as in `Q("...")`.
 * Never throws: of a text that can't be read only the readable beginning counts.
 */
export function completionsAt(
  text: string,
  offset: number,
  candidates: readonly string[] = [],
): readonly ExpressionCompletion[] {
  const before = text.slice(0, offset);
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  const replace = { start: offset - word.length, end: offset };
  const quoted = openText(before);
  if (quoted !== null) return valuesFor(quoted.before, { start: quoted.start, end: offset }, candidates, true);
  const read = readable(before.slice(0, replace.start));
  if (read === null) return [];
  const last = read.at(-1);
  if (endsOperand(last)) {
    const fitting = Object.entries(operatorHelp).filter(([operator]) => operator.startsWith(word));
    return fitting.map(([operator, description]) => ({
      label: operator,
      kind: 'operator',
      insert: operator,
      replace,
      type: null,
      description,
    }));
  }
  const values = word === '' ? valuesFor(read, { start: offset, end: offset }, candidates, false) : [];
  const lower = word.toLowerCase();
  const known = Object.entries(names)
    .filter(([name]) => name.toLowerCase().startsWith(lower))
    .map(([name, spec]): ExpressionCompletion => ({
      label: name,
      kind: 'name',
      insert: name,
      replace,
      type: spec.type,
      description: spec.description,
    }));
  const calls = Object.entries(functions)
    .filter(([name]) => name.startsWith(lower))
    .map(([name, spec]): ExpressionCompletion => ({
      label: name,
      kind: 'function',
      insert: `${name}(`,
      replace,
      type: null,
      description: `${spec.usage}. ${spec.description}`,
    }));
  return [...values, ...known, ...calls];
}

/** The tokens of a text, without the last, `end`; null when it can't be read. */
function readable(text: string): readonly Token[] | null {
  try {
    return tokens(text).slice(0, -1);
  } catch {
    // A text in the middle of being typed need not be readable; there is nothing to offer then.
    return null;
  }
}

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'operator') return token.text === ')';
  return !(token.kind === 'name' && ['and', 'or', 'not'].includes(token.text));
}

/** The tokens before a text in quotes that is still open, and where its content starts. */
function openText(before: string): { readonly before: readonly Token[]; readonly start: number } | null {
  for (const quote of ['"', "'"]) {
    const start = before.lastIndexOf(quote);
    if (start === -1) continue;
    const outside = readable(before.slice(0, start));
    if (outside !== null && readable(before) === null) return { before: outside, start: start + 1 };
  }
  return null;
}

/** Texts that can stand behind these tokens: the values of a name behind `==`, candidates behind `Q(`. */
function valuesFor(
  before: readonly Token[],
  replace: Span,
  candidates: readonly string[],
  inQuotes: boolean,
): ExpressionCompletion[] {
  const last = before.at(-1)?.text;
  const name = before.at(-2);
  if (name?.kind !== 'name' || !Object.hasOwn(names, name.text)) return [];
  const spec = names[name.text];
  const offered =
    last === '(' && spec.of === 'candidate'
      ? candidates
      : (last === '==' || last === '!=') && spec.type === 'text'
        ? (spec.values ?? (['action', 'candidate', 'choice'].includes(name.text) ? candidates : []))
        : [];
  return offered.map((value) => ({
    label: value,
    kind: 'value',
    insert: inQuotes ? value : `"${value}"`,
    replace,
    type: 'text',
    description: '',
  }));
}
