import type { DebugProtocol } from '@vscode/debugprotocol';
import { LacError, messageOf } from '../errors/lacError';
import type { Translate } from '../errors/phrase';
import type { Breakpoint, BreakpointSpec } from '../episodes/stepping/breakpoints';
import { filterIds, isFilter } from '../episodes/stepping/filters';
import { renderingLines } from '../episodes/stepping/promptLines';
import type { DebugSession } from '../episodes/stepping/session';
import type { GivenDataBreakpoint, GivenFilter, GivenLineBreakpoint } from './requestArguments';
import type { ClientLines } from './clientLines';
import type { Debuggee } from './debuggee';
import type { DocumentName } from './sources';
import type { Handlers } from './wire';

/** What a client asks about breakpoints. */
export type BreakpointRequest =
  | 'setBreakpoints'
  | 'setFunctionBreakpoints'
  | 'setExceptionBreakpoints'
  | 'setDataBreakpoints'
  | 'dataBreakpointInfo'
  | 'breakpointLocations';

/** The breakpoints that a client has set, which outlast the episode that they were set for. */
export class ClientBreakpoints {
  private readonly groups = new Map<string, readonly BreakpointSpec[]>();

  /** @param current the episode that is open when a request comes; throws where there is none. */
  constructor(
    private readonly current: () => Debuggee,
    private readonly lines: ClientLines,
    private readonly translate: Translate,
  ) {}

  /** Sets them for an episode. */
  arm({ breakpoints }: DebugSession): void {
    for (const [group, specs] of this.groups) breakpoints.set(group, specs);
  }

  /** Takes them from an episode, which runs without debugging. */
  disarm({ breakpoints }: DebugSession): void {
    for (const group of this.groups.keys()) breakpoints.set(group, []);
  }

  readonly handlers: Pick<Handlers, BreakpointRequest> = {
    setBreakpoints: (given) => {
      const { session, sources } = this.current();
      const document = sources.named(given.source);
      const placed = given.breakpoints.map((wish) =>
        place(session, document, { ...wish, line: this.lines.ours(wish.line) }),
      );
      const group = given.source.path ?? `#${given.source.sourceReference ?? 0}`;
      const specs = placed.flatMap((each) => ('spec' in each ? [each.spec] : []));
      const set = this.set(group, specs);
      const breakpoints = placed.map((each): DebugProtocol.Breakpoint => {
        const line = this.lines.line(each.line);
        if ('problem' in each)
          return { verified: false, message: messageOf(each.problem, this.translate), line, reason: 'failed' };
        return { ...(set.shift() ?? { verified: false }), line };
      });
      return { breakpoints };
    },

    setFunctionBreakpoints: ({ breakpoints }) => {
      const specs = breakpoints.map(({ name, condition, hitCondition }): BreakpointSpec => ({
        target: { kind: 'action', pattern: name },
        condition,
        hitCondition,
      }));
      return { breakpoints: this.set('functions', specs) };
    },

    setExceptionBreakpoints: ({ filters, filterOptions }) => {
      const wanted = [...filters.map((filterId) => ({ filterId, condition: undefined })), ...filterOptions];
      return { breakpoints: this.set('filters', wanted.map(filterSpec)) };
    },

    setDataBreakpoints: ({ breakpoints }) => ({ breakpoints: this.set('data', breakpoints.map(dataSpec)) }),

    dataBreakpointInfo: ({ variablesReference = 0, name }) => {
      const item = this.current()
        .references.items(variablesReference)
        ?.find((each) => each.name === name);
      const dataId = item?.data ?? dataIdOf(name);
      if (dataId === null) {
        return { dataId: null, description: new LacError('debugger.data', { data: name.slice(0, 60) }).message };
      }
      const description = dataId === 'choice' ? 'the choice of a step' : `Q of "${dataId.slice(2)}"`;
      return { dataId, description, accessTypes: ['write'], canPersist: true };
    },

    breakpointLocations: ({ source, line, endLine }) => {
      const { session, sources } = this.current();
      const [first, last] = [this.lines.ours(line), this.lines.ours(endLine ?? line)];
      const lines = breakableLines(session, sources.named(source));
      return {
        breakpoints: lines
          .filter((each) => each >= first && each <= last)
          .map((each) => ({ line: this.lines.line(each) })),
      };
    },
  };

  private set(group: string, specs: readonly BreakpointSpec[]): DebugProtocol.Breakpoint[] {
    const { session } = this.current();
    this.groups.set(group, specs);
    return session.breakpoints.set(group, specs).map((breakpoint) => told(breakpoint, this.translate));
  }
}

/** A breakpoint of an editor: what is watched, and the line (from 1) on which it came to lie; or why it can't be set. */
type Placed =
  { readonly spec: BreakpointSpec; readonly line: number } | { readonly problem: LacError; readonly line: number };

/** The lines (from 1) of a document on which breakpoints can lie. */
function breakableLines(session: DebugSession, document: DocumentName | null): readonly number[] {
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
function place(session: DebugSession, document: DocumentName | null, wish: GivenLineBreakpoint): Placed {
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

/** Throws `debugger.filter`. */
function filterSpec({ filterId, condition }: GivenFilter): BreakpointSpec {
  if (!isFilter(filterId)) throw new LacError('debugger.filter', { filter: filterId, known: filterIds.join(', ') });
  return { target: { kind: 'filter', filter: filterId }, ...(condition === undefined ? {} : { condition }) };
}

/** Throws `debugger.data`. */
function dataSpec({ dataId, condition, hitCondition }: GivenDataBreakpoint): BreakpointSpec {
  const action = dataId === 'choice' ? null : dataId.startsWith('Q:') ? dataId.slice(2) : undefined;
  if (action === undefined || action === '') throw new LacError('debugger.data', { data: dataId });
  return { target: { kind: 'data', action }, condition, hitCondition };
}

/** The data that a name means: `choice`, `Q("open drawer 1")`, `Q:open drawer 1`; null for what can't be watched. */
function dataIdOf(name: string): string | null {
  if (name === 'choice' || /^Q:./u.test(name)) return name;
  const match = /^Q\(\s*(["'])((?:\\.|(?!\1).)+)\1\s*\)$/u.exec(name.trim());
  return match === null ? null : `Q:${match[2].replace(/\\(.)/gu, '$1')}`;
}

/** A breakpoint as the client is told of it. */
function told(breakpoint: Breakpoint, translate: Translate): DebugProtocol.Breakpoint {
  const { id, problem } = breakpoint;
  return problem === null
    ? { id, verified: true }
    : { id, verified: false, message: messageOf(problem, translate), reason: 'failed' };
}
