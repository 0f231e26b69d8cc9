import type { DebugProtocol } from '@vscode/debugprotocol';
import { catalogue } from '../errors/catalogue';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { Translate } from '../errors/phrase';
import type { RequestArguments, RequestName } from './requestArguments';

/** What each request gets back; undefined where the response says all. */
interface Bodies {
  initialize: DebugProtocol.Capabilities;
  launch: undefined;
  attach: undefined;
  configurationDone: undefined;
  restart: undefined;
  disconnect: undefined;
  terminate: undefined;
  cancel: undefined;
  setBreakpoints: DebugProtocol.SetBreakpointsResponse['body'];
  setFunctionBreakpoints: DebugProtocol.SetFunctionBreakpointsResponse['body'];
  setExceptionBreakpoints: DebugProtocol.SetExceptionBreakpointsResponse['body'];
  setDataBreakpoints: DebugProtocol.SetDataBreakpointsResponse['body'];
  dataBreakpointInfo: DebugProtocol.DataBreakpointInfoResponse['body'];
  breakpointLocations: DebugProtocol.BreakpointLocationsResponse['body'];
  continue: DebugProtocol.ContinueResponse['body'];
  next: undefined;
  stepIn: undefined;
  stepInTargets: DebugProtocol.StepInTargetsResponse['body'];
  stepOut: undefined;
  stepBack: undefined;
  reverseContinue: undefined;
  restartFrame: undefined;
  gotoTargets: DebugProtocol.GotoTargetsResponse['body'];
  goto: undefined;
  pause: undefined;
  threads: DebugProtocol.ThreadsResponse['body'];
  stackTrace: DebugProtocol.StackTraceResponse['body'];
  scopes: DebugProtocol.ScopesResponse['body'];
  variables: DebugProtocol.VariablesResponse['body'];
  setVariable: DebugProtocol.SetVariableResponse['body'];
  setExpression: DebugProtocol.SetExpressionResponse['body'];
  evaluate: DebugProtocol.EvaluateResponse['body'];
  completions: DebugProtocol.CompletionsResponse['body'];
  exceptionInfo: DebugProtocol.ExceptionInfoResponse['body'];
  loadedSources: DebugProtocol.LoadedSourcesResponse['body'];
  source: DebugProtocol.SourceResponse['body'];
}

/** What the adapter does at each request. */
export type Handlers = {
  readonly [K in RequestName]: (given: RequestArguments[K], request: number) => Bodies[K] | Promise<Bodies[K]>;
};

/** The events that the adapter sends. */
export interface Events {
  initialized: undefined;
  stopped: DebugProtocol.StoppedEvent['body'];
  continued: DebugProtocol.ContinuedEvent['body'];
  terminated: DebugProtocol.TerminatedEvent['body'];
  exited: DebugProtocol.ExitedEvent['body'];
  thread: DebugProtocol.ThreadEvent['body'];
  output: DebugProtocol.OutputEvent['body'];
  invalidated: DebugProtocol.InvalidatedEvent['body'];
  progressStart: DebugProtocol.ProgressStartEvent['body'];
  progressUpdate: DebugProtocol.ProgressUpdateEvent['body'];
  progressEnd: DebugProtocol.ProgressEndEvent['body'];
}

/** A failure as the protocol tells it: the catalogue's texts with their arguments, so that a client can show them. */
export function errorMessage(
  error: unknown,
  translate: Translate,
): { readonly message: string; readonly error: DebugProtocol.Message } {
  if (isAbort(error)) {
    return { message: 'cancelled', error: { id: messageId('cancelled'), format: 'It was stopped.', showUser: false } };
  }
  const known = error instanceof LacError ? error : defect(error);
  const { what, toDo } = catalogue[known.code];
  const variables = Object.fromEntries(Object.entries(known.args).map(([name, value]) => [name, String(value)]));
  return {
    message: known.code,
    error: {
      id: messageId(known.code),
      format: `${translate(what)} ${translate(toDo)}`.trim(),
      variables,
      showUser: true,
    },
  };
}

function defect(error: unknown): LacError {
  return new LacError('debugger.defect', { reason: messageOf(error) }, { cause: error });
}

/** A number for each code that stays the same from version to version. */
function messageId(code: string): number {
  let hash = 0x811c9dc5;
  for (const character of code) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return 1000 + (hash % 1_000_000);
}
