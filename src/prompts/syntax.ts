import { blockNames } from './variables';

/**
 * The language of prompt files: plain text with `{{variable}}`s, comments `{{! ... }}`, the escape `\{{`, and optional
 * options between two lines `---` at the top. A block (see `variables.ts`) or a comment alone on its line takes the
 * whole line, line end included. The line ends at the end of a file do not belong to the prompt. `\r\n` reads as `\n`.
 */

/** Offsets into a file's text in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextNode {
  readonly kind: 'text';
  /** What the prompt gets; never reaches beyond one line. */
  readonly value: string;
  readonly span: Span;
}
export interface VariableNode {
  readonly kind: 'variable';
  readonly name: string;
  readonly nameSpan: Span;
  /** The braces and what is between them; the whole line where `standalone`. */
  readonly span: Span;
  /** A block that has its line for itself. */
  readonly standalone: boolean;
}
export interface CommentNode {
  readonly kind: 'comment';
  readonly span: Span;
}
export type PromptNode = TextNode | VariableNode | CommentNode;

/** One option as written: nested names are joined by a dot (`history.observations`). */
export interface OptionEntry {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

export interface SyntaxProblem {
  readonly code: 'prompt.unclosed-braces' | 'prompt.front-matter-unclosed' | 'prompt.option-syntax';
  readonly span: Span;
}

export interface PromptFile {
  readonly text: string;
  readonly options: readonly OptionEntry[];
  /** From `---` to `---`; null where the file has no options. */
  readonly frontMatter: Span | null;
  readonly nodes: readonly PromptNode[];
  /** The part of the text that renders: without options and without the line ends at the end. */
  readonly body: Span;
  readonly problems: readonly SyntaxProblem[];
}

interface Line {
  readonly start: number;
  /** Where the line's text ends, before its line end. */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
}

function linesOf(text: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  while (start < to) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 || newline >= to ? to : newline + 1;
    let end = newline === -1 || newline >= to ? to : newline;
    if (end > start && end < next && text[end - 1] === '\r') end -= 1;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

/** Reads any text; what is wrong with it stands in `problems`. Takes time linear in the text's length. */
export function parsePromptFile(text: string): PromptFile {
  const problems: SyntaxProblem[] = [];
  const head = parseFrontMatter(text, problems);
  let end = text.length;
  while (end > head.bodyStart && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
  const body = { start: head.bodyStart, end };
  const nodes: PromptNode[] = [];
  for (const line of linesOf(text, body.start, body.end)) parseLine(text, line, nodes, problems);
  return { text, options: head.options, frontMatter: head.span, nodes, body, problems };
}

function parseLine(text: string, line: Line, nodes: PromptNode[], problems: SyntaxProblem[]): void {
  const tokens: PromptNode[] = [];
  const written = text.slice(line.start, line.end);
  let at = 0;
  let plain = 0;
  let close = -1;
  const flush = (to: number): void => {
    if (to > plain) {
      tokens.push({
        kind: 'text',
        value: written.slice(plain, to),
        span: { start: line.start + plain, end: line.start + to },
      });
    }
  };
  for (;;) {
    const open = written.indexOf('{{', at);
    if (open === -1) break;
    if (open > plain && written[open - 1] === '\\') {
      flush(open - 1);
      tokens.push({ kind: 'text', value: '{{', span: { start: line.start + open - 1, end: line.start + open + 2 } });
      at = plain = open + 2;
      continue;
    }
    // The last closing braces found serve until they lie behind: one long line of opening braces stays linear.
    if (close < open + 2) close = written.indexOf('}}', open + 2);
    if (close === -1) {
      problems.push({
        code: 'prompt.unclosed-braces',
        span: { start: line.start + open, end: line.start + open + 2 },
      });
      break;
    }
    const again = written.indexOf('{{', open + 2);
    if (again !== -1 && again < close) {
      problems.push({
        code: 'prompt.unclosed-braces',
        span: { start: line.start + open, end: line.start + open + 2 },
      });
      at = open + 2;
      continue;
    }
    flush(open);
    const span = { start: line.start + open, end: line.start + close + 2 };
    const inner = written.slice(open + 2, close);
    if (inner.trimStart().startsWith('!')) {
      tokens.push({ kind: 'comment', span });
    } else {
      const name = inner.trim();
      const start = span.start + 2 + (name === '' ? 0 : inner.indexOf(name));
      tokens.push({ kind: 'variable', name, nameSpan: { start, end: start + name.length }, span, standalone: false });
    }
    at = plain = close + 2;
  }
  flush(written.length);
  const whole = { start: line.start, end: line.next };
  const others = tokens.filter((token) => token.kind !== 'text' || token.value.trim() !== '');
  const only = others.length === 1 ? others[0] : undefined;
  if (only?.kind === 'comment') {
    nodes.push({ kind: 'comment', span: whole });
    return;
  }
  if (only?.kind === 'variable' && blockNames.has(only.name)) {
    nodes.push({ ...only, span: whole, standalone: true });
    return;
  }
  for (const token of tokens) nodes.push(token);
  if (line.next > line.end) nodes.push({ kind: 'text', value: '\n', span: { start: line.end, end: line.next } });
}

interface FrontMatter {
  readonly options: readonly OptionEntry[];
  readonly span: Span | null;
  readonly bodyStart: number;
}

function parseFrontMatter(text: string, problems: SyntaxProblem[]): FrontMatter {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  if (!/^---[ \t]*(\r?\n|$)/.test(text.slice(start, start + 64))) return { options: [], span: null, bodyStart: start };
  const lines = linesOf(text, start, text.length);
  const closing = lines.findIndex((line, index) => index > 0 && text.slice(line.start, line.end).trimEnd() === '---');
  const last = lines[closing];
  if (closing === -1 || last === undefined) {
    problems.push({ code: 'prompt.front-matter-unclosed', span: { start, end: start + 3 } });
    return { options: [], span: null, bodyStart: start };
  }
  const options: OptionEntry[] = [];
  let parent: string | null = null;
  for (const line of lines.slice(1, closing)) {
    const written = text.slice(line.start, line.end);
    const content = written.trim();
    if (content === '' || content.startsWith('#')) continue;
    const indented = /^[ \t]/.test(written);
    const contentStart = line.start + written.indexOf(content);
    const colon = content.indexOf(':');
    if (colon <= 0 || (indented && parent === null)) {
      problems.push({
        code: 'prompt.option-syntax',
        span: { start: contentStart, end: contentStart + content.length },
      });
      continue;
    }
    const key = content.slice(0, colon).trimEnd();
    const name: string = indented && parent !== null ? `${parent}.${key}` : key;
    const nameSpan = { start: contentStart, end: contentStart + key.length };
    const rest = content.slice(colon + 1);
    const value = rest.trim();
    const valueStart = contentStart + colon + 1 + (value === '' ? 0 : rest.indexOf(value));
    if (!indented) parent = value === '' ? key : null;
    if (value === '' && !indented) continue;
    if (value.startsWith('{') && value.endsWith('}') && value !== '{}') {
      parseFlow(text, name, { start: valueStart + 1, end: valueStart + value.length - 1 }, options, problems);
    } else {
      options.push({ name, nameSpan, ...scalar(text, { start: valueStart, end: valueStart + value.length }) });
    }
  }
  return { options, span: { start, end: last.end }, bodyStart: last.next };
}

/** `{a: 1, b: "x, y"}` without its braces. */
function parseFlow(text: string, parent: string, span: Span, options: OptionEntry[], problems: SyntaxProblem[]): void {
  let start = span.start;
  let quote = '';
  for (let at = span.start; at <= span.end; at += 1) {
    const character = at === span.end ? ',' : text.charAt(at);
    if (quote !== '' && at < span.end) {
      if (character === quote) quote = '';
      continue;
    }
    if (character === '"' || character === "'") quote = character;
    if (character !== ',') continue;
    const written = text.slice(start, at);
    const content = written.trim();
    const contentStart = start + (content === '' ? 0 : written.indexOf(content));
    start = at + 1;
    if (content === '') continue;
    const colon = content.indexOf(':');
    if (colon <= 0) {
      problems.push({
        code: 'prompt.option-syntax',
        span: { start: contentStart, end: contentStart + content.length },
      });
      continue;
    }
    const key = content.slice(0, colon).trimEnd();
    const rest = content.slice(colon + 1);
    const value = rest.trim();
    const valueStart = contentStart + colon + 1 + (value === '' ? 0 : rest.indexOf(value));
    options.push({
      name: `${parent}.${key}`,
      nameSpan: { start: contentStart, end: contentStart + key.length },
      ...scalar(text, { start: valueStart, end: valueStart + value.length }),
    });
  }
}

/** A value, its quotes taken off. */
function scalar(text: string, span: Span): { readonly value: string; readonly valueSpan: Span } {
  const value = text.slice(span.start, span.end);
  const quoted =
    value.length >= 2 && (value.startsWith('"') || value.startsWith("'")) && value.endsWith(value.charAt(0));
  return { value: quoted ? value.slice(1, -1) : value, valueSpan: span };
}

/** Line and column of an offset, both from 1. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (;;) {
    const newline = text.indexOf('\n', start);
    if (newline === -1 || newline >= offset) return { line, column: offset - start + 1 };
    line += 1;
    start = newline + 1;
  }
}
