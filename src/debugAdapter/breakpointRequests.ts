import type { DebugProtocol } from '@vscode/debugprotocol';
import { LacError, messageOf, type Translate } from '../errors/lacError';
import type { Breakpoint, BreakpointSpec } from '../episodes/stepping/breakpoints';
import { filterIds, filterSpecs, isFilter, type FilterSpec } from '../episodes/stepping/filters';
import { renderingLines } from '../episodes/stepping/promptLines';
import type { DebugSession } from '../episodes/stepping/session';
import type { GivenDataBreakpoint, GivenFilter, GivenLineBreakpoint } from './requestArguments';
import type { DocumentName } from './sources';

/** A breakpoint of an editor: what is watched, and the line (from 1) on which it came to lie; or why it can't be set. */
export type Placed =
  { readonly spec: BreakpointSpec; readonly line: number } | { readonly problem: LacError; readonly line: number };

/** The lines (from 1) of a document on which breakpoints can lie. */
export function breakableLines(session: DebugSession, document: DocumentName | null): readonly number[] {
  switch (document?.kind) {
    case 'prompt':
      return renderingLines(session.settings.prompts.set, document.part);
    case 'transcript':
      return session
        .transcript(document.branch)
        .lines.flatMap(({ kind }, index) => (kind === 'step' || kind === 'next' || kind === 'end' ? [index + 1] : []));
    case 'sent':
    case 'reply':
    case 'coming':
    case undefined:
      return [];
  }
}

/** Places an editor's breakpoint; one on a line that brings nothing moves down to the next that does. */
export function place(session: DebugSession, document: DocumentName | null, wish: GivenLineBreakpoint): Placed {
  const { line, condition, hitCondition, logMessage } = wish;
  const more = { condition, hitCondition, logMessage };
  switch (document?.kind) {
    case 'prompt': {
      const at = breakableLines(session, document).find((each) => each >= line);
      if (at === undefined) return { problem: new LacError('debugger.line', { line }), line };
      return { spec: { target: { kind: 'prompt', part: document.part, line: at }, ...more }, line: at };
    }
    case 'transcript': {
      const text = session.transcript(document.branch);
      const step = text.stepOfLine(line - 1);
      if (step === null) return { problem: new LacError('debugger.line', { line }), line };
      const target = { kind: 'step', branch: document.branch, step } as const;
      return { spec: { target, ...more }, line: text.lineOfStep(step) + 1 };
    }
    case 'sent':
    case 'reply':
    case 'coming':
    case undefined:
      return { problem: new LacError('debugger.document'), line };
  }
}

/** The exception filters as a client shows them. */
export function filterCapabilities(): DebugProtocol.ExceptionBreakpointsFilter[] {
  return filterIds.map((filter) => {
    const spec: FilterSpec = filterSpecs[filter];
    return {
      filter,
      label: spec.label,
      description: spec.description,
      default: spec.moment === 'failure',
      supportsCondition: true,
      conditionDescription:
        spec.threshold === null
          ? 'An expression, for example step > 3'
          : `A number (${spec.threshold}) or an expression`,
    };
  });
}

/** Throws `debugger.filter`. */
export function filterSpec({ filterId, condition }: GivenFilter): BreakpointSpec {
  if (!isFilter(filterId)) throw new LacError('debugger.filter', { filter: filterId, known: filterIds.join(', ') });
  return { target: { kind: 'filter', filter: filterId }, ...(condition === undefined ? {} : { condition }) };
}

/** Throws `debugger.data`. */
export function dataSpec({ dataId, condition, hitCondition }: GivenDataBreakpoint): BreakpointSpec {
  const action = dataId === 'choice' ? null : dataId.startsWith('Q:') ? dataId.slice(2) : undefined;
  if (action === undefined || action === '') throw new LacError('debugger.data', { data: dataId });
  return { target: { kind: 'data', action }, condition, hitCondition };
}

/** The data that a name means: `choice`, `Q("open drawer 1")`, `Q:open drawer 1`; null for what can't be watched. */
export function dataIdOf(name: string): string | null {
  if (name === 'choice' || /^Q:./u.test(name)) return name;
  const match = /^Q\(\s*(["'])((?:\\.|(?!\1).)+)\1\s*\)$/u.exec(name.trim());
  return match === null ? null : `Q:${match[2].replace(/\\(.)/gu, '$1')}`;
}

/** A breakpoint as the client is told of it. */
export function told(breakpoint: Breakpoint, translate: Translate): DebugProtocol.Breakpoint {
  const { id, problem } = breakpoint;
  return problem === null
    ? { id, verified: true }
    : { id, verified: false, message: messageOf(problem, translate), reason: 'failed' };
}
