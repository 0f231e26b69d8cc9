import type { DebugProtocol } from '@vscode/debugprotocol';
import { catalogue } from '../errors/catalogue';
import { isAbort, LacError, messageOf } from '../errors/lacError';

/** The requests that the adapter answers: what each carries and what it gets back. */
export interface Requests {
  initialize: { arguments: DebugProtocol.InitializeRequestArguments; body: DebugProtocol.Capabilities };
  launch: { arguments: DebugProtocol.LaunchRequestArguments; body: undefined };
  attach: { arguments: DebugProtocol.AttachRequestArguments; body: undefined };
  configurationDone: { arguments: DebugProtocol.ConfigurationDoneArguments; body: undefined };
  restart: { arguments: DebugProtocol.RestartArguments; body: undefined };
  disconnect: { arguments: DebugProtocol.DisconnectArguments; body: undefined };
  terminate: { arguments: DebugProtocol.TerminateArguments; body: undefined };
  cancel: { arguments: DebugProtocol.CancelArguments; body: undefined };
  setBreakpoints: {
    arguments: DebugProtocol.SetBreakpointsArguments;
    body: DebugProtocol.SetBreakpointsResponse['body'];
  };
  setFunctionBreakpoints: {
    arguments: DebugProtocol.SetFunctionBreakpointsArguments;
    body: DebugProtocol.SetFunctionBreakpointsResponse['body'];
  };
  setExceptionBreakpoints: {
    arguments: DebugProtocol.SetExceptionBreakpointsArguments;
    body: DebugProtocol.SetExceptionBreakpointsResponse['body'];
  };
  setDataBreakpoints: {
    arguments: DebugProtocol.SetDataBreakpointsArguments;
    body: DebugProtocol.SetDataBreakpointsResponse['body'];
  };
  dataBreakpointInfo: {
    arguments: DebugProtocol.DataBreakpointInfoArguments;
    body: DebugProtocol.DataBreakpointInfoResponse['body'];
  };
  breakpointLocations: {
    arguments: DebugProtocol.BreakpointLocationsArguments;
    body: DebugProtocol.BreakpointLocationsResponse['body'];
  };
  continue: { arguments: DebugProtocol.ContinueArguments; body: DebugProtocol.ContinueResponse['body'] };
  next: { arguments: DebugProtocol.NextArguments; body: undefined };
  stepIn: { arguments: DebugProtocol.StepInArguments; body: undefined };
  stepInTargets: {
    arguments: DebugProtocol.StepInTargetsArguments;
    body: DebugProtocol.StepInTargetsResponse['body'];
  };
  stepOut: { arguments: DebugProtocol.StepOutArguments; body: undefined };
  stepBack: { arguments: DebugProtocol.StepBackArguments; body: undefined };
  reverseContinue: { arguments: DebugProtocol.ReverseContinueArguments; body: undefined };
  restartFrame: { arguments: DebugProtocol.RestartFrameArguments; body: undefined };
  gotoTargets: { arguments: DebugProtocol.GotoTargetsArguments; body: DebugProtocol.GotoTargetsResponse['body'] };
  goto: { arguments: DebugProtocol.GotoArguments; body: undefined };
  pause: { arguments: DebugProtocol.PauseArguments; body: undefined };
  threads: { arguments: undefined; body: DebugProtocol.ThreadsResponse['body'] };
  stackTrace: { arguments: DebugProtocol.StackTraceArguments; body: DebugProtocol.StackTraceResponse['body'] };
  scopes: { arguments: DebugProtocol.ScopesArguments; body: DebugProtocol.ScopesResponse['body'] };
  variables: { arguments: DebugProtocol.VariablesArguments; body: DebugProtocol.VariablesResponse['body'] };
  setVariable: { arguments: DebugProtocol.SetVariableArguments; body: DebugProtocol.SetVariableResponse['body'] };
  setExpression: {
    arguments: DebugProtocol.SetExpressionArguments;
    body: DebugProtocol.SetExpressionResponse['body'];
  };
  evaluate: { arguments: DebugProtocol.EvaluateArguments; body: DebugProtocol.EvaluateResponse['body'] };
  completions: { arguments: DebugProtocol.CompletionsArguments; body: DebugProtocol.CompletionsResponse['body'] };
  exceptionInfo: {
    arguments: DebugProtocol.ExceptionInfoArguments;
    body: DebugProtocol.ExceptionInfoResponse['body'];
  };
  loadedSources: {
    arguments: DebugProtocol.LoadedSourcesArguments;
    body: DebugProtocol.LoadedSourcesResponse['body'];
  };
  source: { arguments: DebugProtocol.SourceArguments; body: DebugProtocol.SourceResponse['body'] };
}

export type RequestName = keyof Requests;

export type Handlers = {
  readonly [K in RequestName]: (
    given: Requests[K]['arguments'],
    request: number,
  ) => Requests[K]['body'] | Promise<Requests[K]['body']>;
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
export function errorMessage(error: unknown): { readonly message: string; readonly error: DebugProtocol.Message } {
  if (isAbort(error)) {
    return { message: 'cancelled', error: { id: messageId('cancelled'), format: 'It was stopped.', showUser: false } };
  }
  const known = error instanceof LacError ? error : defect(error);
  const { what, toDo } = catalogue[known.code];
  const variables = Object.fromEntries(Object.entries(known.args).map(([name, value]) => [name, String(value)]));
  return {
    message: known.code,
    error: { id: messageId(known.code), format: `${what} ${toDo}`.trim(), variables, showUser: true },
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
