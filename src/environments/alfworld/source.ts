import { LacError } from '../../errors/lacError';

/** A text inside a game file, known well enough to say where in it something is wrong. */
export interface Source {
  /** The game file's name, for messages. */
  readonly file: string;
  readonly part: 'pddl_domain' | 'pddl_problem' | 'grammar';
  readonly text: string;
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

/** The error for something wrong at an offset of a game file's text. */
export function sourceError(source: Source, offset: number, reason: string): LacError {
  const place = lineAndColumn(source.text, offset);
  return source.part === 'grammar'
    ? new LacError('alfworld.grammar', { file: source.file, ...place, reason })
    : new LacError('alfworld.pddl', { part: source.part, file: source.file, ...place, reason });
}
