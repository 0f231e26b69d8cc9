import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Translate } from '../errors/phrase';
import { fillTemplate } from '../errors/texts';
import { filterIds, filterSpecs, type FilterSpec } from '../episodes/stepping/filters';

/** What this adapter can, told in answer to `initialize`, in the reader's language. */
export function capabilities(translate: Translate): DebugProtocol.Capabilities {
  return {
    // Breakpoints come before the episode begins.
    supportsConfigurationDoneRequest: true,
    // Action patterns: `take *`.
    supportsFunctionBreakpoints: true,
    // Expressions over the step: `Q < 0 and action ~ "open"`.
    supportsConditionalBreakpoints: true,
    // `3`, `>= 3`, `% 2`.
    supportsHitConditionalBreakpoints: true,
    // The words under the mouse are evaluated over the record; no model is asked.
    supportsEvaluateForHovers: true,
    // Critic overrules prior, Q below a number, state loop, ...
    exceptionBreakpointFilters: filterCapabilities(translate),
    // Each filter can be narrowed by an expression or its number.
    supportsExceptionFilterOptions: true,
    supportsExceptionInfoRequest: true,
    // Along the record, with breakpoints; never a model call.
    supportsStepBack: true,
    // alpha, depth, a candidate's text: a probe; the action, the observation: a branch when stepped on.
    supportsSetVariable: true,
    supportsSetExpression: true,
    // One more decision at the same node, with today's prompts and parameters.
    supportsRestartFrame: true,
    // The same task from its start, in a new recording.
    supportsRestartRequest: true,
    // A step of the transcript, or an action that is forced.
    supportsGotoTargetsRequest: true,
    // Into the rollout of one candidate.
    supportsStepInTargetsRequest: true,
    // Commands and the expression language in the console.
    supportsCompletionsRequest: true,
    completionTriggerCharacters: [' ', '"', '(', '@'],
    // Rendered prompts and raw replies of the present decision.
    supportsLoadedSourcesRequest: true,
    // `{Q}` in a log point is an expression.
    supportsLogPoints: true,
    // Ends the episode and aborts the request that is under way.
    supportsTerminateRequest: true,
    // The choice of a step, the Q of an action.
    supportsDataBreakpoints: true,
    // Long launches and long model calls can be cancelled.
    supportsCancelRequest: true,
    // Lines that bring text into a prompt; steps of the transcript.
    supportsBreakpointLocationsRequest: true,
    // Long values are given whole to the clipboard.
    supportsClipboardContext: true,
    // Paging of stacks: they have at most four frames.
    supportsDelayedStackTraceLoading: false,
    supportSuspendDebuggee: false,
    supportTerminateDebuggee: false,
  };
}

/** What a filter's condition takes. */
export const conditionWords = {
  expression: 'An expression, for example step > 3',
  number: 'A number ({number}) or an expression',
} as const;

/** The exception filters as a client shows them. */
function filterCapabilities(translate: Translate): DebugProtocol.ExceptionBreakpointsFilter[] {
  return filterIds.map((filter) => {
    const spec: FilterSpec = filterSpecs[filter];
    return {
      filter,
      label: translate(spec.label),
      description: translate(spec.description),
      default: spec.moment === 'failure',
      supportsCondition: true,
      conditionDescription:
        spec.threshold === null
          ? translate(conditionWords.expression)
          : fillTemplate(translate(conditionWords.number), { number: spec.threshold }),
    };
  });
}
