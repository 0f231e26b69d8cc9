import type { DebugProtocol } from '@vscode/debugprotocol';
import { LacError } from '../errors/lacError';
import { inLanguage, phrase, type Translate } from '../errors/phrase';
import { Expression, formatValue, type Value } from '../expressions';
import { completeConsole } from './completion';
import { distinctActions, parseCommand } from './console';
import type { ClientLines } from './clientLines';
import { runCommand } from './consoleRuns';
import type { Debuggee } from './debuggee';
import { framesAt, framesElsewhere, threadOf } from './frames';
import { numeral, shortText, type Item } from './items';
import type { Handlers } from './wire';

/** What a client asks to show an episode. None of it changes anything, but for commands in the console. */
export type InspectionRequest =
  | 'threads'
  | 'stackTrace'
  | 'scopes'
  | 'variables'
  | 'evaluate'
  | 'completions'
  | 'exceptionInfo'
  | 'loadedSources'
  | 'source'
  | 'stepInTargets'
  | 'gotoTargets';

/** Answers over the episode that is open when a request comes; `current` throws where there is none. */
export function inspection(
  current: () => Debuggee,
  lines: ClientLines,
  translate: Translate,
): Pick<Handlers, InspectionRequest> {
  return {
    threads: () => {
      const { visited, timeline } = current().session;
      const threads = visited.map((branch) => {
        const parent = timeline.branches.find(({ id }) => id === branch)?.parent ?? null;
        return {
          id: threadOf(branch),
          name:
            parent === null ? branch : inLanguage(phrase('{branch} (from {parent})', { branch, parent }), translate),
        };
      });
      return { threads };
    },

    stackTrace: ({ threadId, startFrame = 0, levels = 0 }) => {
      const debuggee = current();
      const { session, sources } = debuggee;
      const branch = debuggee.branchOf(threadId);
      const last = debuggee.lastCursor(branch) ?? { branch, node: 0, inside: null };
      const frames =
        branch === session.cursor.branch
          ? framesAt(session, sources, translate)
          : framesElsewhere(session, sources, last, translate);
      const shown = levels === 0 ? frames.slice(startFrame) : frames.slice(startFrame, startFrame + levels);
      return {
        stackFrames: shown.map((frame) => ({
          ...frame,
          line: lines.line(frame.line),
          column: lines.column(frame.column),
        })),
        totalFrames: frames.length,
      };
    },

    scopes: ({ frameId }) => {
      const debuggee = current();
      return {
        scopes: debuggee.scopes(frameId).map(({ name, children, indexed, expensive }): DebugProtocol.Scope => ({
          name: inLanguage(name, translate),
          variablesReference: debuggee.references.of(children),
          expensive,
          ...(indexed === undefined ? {} : { indexedVariables: indexed }),
        })),
      };
    },

    variables: ({ variablesReference, filter, start = 0, count = 0 }) => {
      const { references } = current();
      const items = references.items(variablesReference);
      if (items === null) throw new LacError('debugger.reference', { reference: variablesReference });
      const isIndex = (item: Item): boolean => /^\d+$/u.test(item.name);
      const wanted = items.filter((item) => filter === undefined || (filter === 'indexed') === isIndex(item));
      const page = count === 0 ? wanted.slice(start) : wanted.slice(start, start + count);
      return { variables: page.map((item) => references.variable(item)) };
    },

    evaluate: async ({ expression, context, frameId }) => {
      const debuggee = current();
      const command = context === 'repl' ? parseCommand(expression) : null;
      if (command === null) return evaluated(debuggee, expression, frameId, context === 'clipboard');
      return { result: await runCommand(debuggee, command, translate), variablesReference: 0 };
    },

    completions: ({ text, column }) => {
      const { candidateActions, node } = current().session;
      const actions = distinctActions(candidateActions, node.state.admissible ?? []);
      return { targets: completeConsole(text, lines.offset(column), actions, translate) };
    },

    exceptionInfo: () => {
      const { lastStop } = current().session;
      if (lastStop.reason !== 'exception') throw new LacError('debugger.no-exception');
      const filters = lastStop.hits.flatMap(({ target }) => (target.kind === 'filter' ? [target.filter] : []));
      const code = lastStop.error?.code;
      const why = inLanguage(lastStop.description, translate);
      return {
        exceptionId: code ?? filters.join(', '),
        description: why,
        breakMode: filters.length > 0 ? 'always' : 'unhandled',
        details: { message: why, ...(code === undefined ? {} : { typeName: code }) },
      };
    },

    loadedSources: () => ({ sources: current().sources.loaded() }),

    source: ({ sourceReference }) => ({ content: current().sources.text(sourceReference), mimeType: 'text/plain' }),

    stepInTargets: () => {
      const candidates = current().session.candidateActions;
      return {
        targets: candidates.map((action, index) => ({
          id: index + 1,
          label: inLanguage(phrase('rollout of {action}', { action: shortText(action, 80) }), translate),
        })),
      };
    },

    gotoTargets: ({ source, line }) => {
      const debuggee = current();
      const { session, sources } = debuggee;
      const document = sources.named(source);
      if (document?.kind !== 'transcript') return { targets: [] };
      const { branch } = document;
      const text = session.transcript(branch);
      const step = text.stepOfLine(lines.ours(line) - 1);
      if (step === null) return { targets: [] };
      const at = lines.line(text.lineOfStep(step) + 1);
      const there = {
        id: debuggee.addTarget({ kind: 'step', branch, step }),
        label: inLanguage(phrase('step {step}', { step }), translate),
        line: at,
      };
      if (step !== session.node.step || session.node.status !== 'running') return { targets: [there] };
      const actions = distinctActions(session.candidateActions, session.node.state.admissible ?? []);
      const forced = actions.slice(0, 50).map((action) => {
        return {
          id: debuggee.addTarget({ kind: 'action', action }),
          label: inLanguage(phrase('execute: {action}', { action }), translate),
          line: at,
        };
      });
      return { targets: [there, ...forced] };
    },
  };
}

/** An expression over the step that a frame is about: reads records, asks no model. `whole`: however long it is. */
function evaluated(
  debuggee: Debuggee,
  text: string,
  frame: number | undefined,
  whole: boolean,
): DebugProtocol.EvaluateResponse['body'] {
  const expression = new Expression(text);
  const view = debuggee.viewOf(frame);
  const value: Value = view === null ? null : expression.evaluate(view);
  const list = typeof value === 'object' && value !== null ? [...value] : null;
  const children = (): readonly Item[] =>
    (list ?? []).map((item, index) => ({
      name: String(index),
      value: typeof item === 'number' ? numeral(item) : shortText(item),
    }));
  return {
    result: whole ? formatValue(value) : shortText(formatValue(value)),
    type: expression.type,
    variablesReference: list === null ? 0 : debuggee.references.of(children),
    ...(list === null ? {} : { indexedVariables: list.length }),
    presentationHint: { attributes: ['readOnly'] },
  };
}
