import {
  compileCondition,
  compileMessage,
  completionsAt,
  Expression,
  type ExpressionCompletion,
  type StepView,
} from '../../expressions';

/** Numbers of the steps for which a condition holds, in order. Throws `expression.*`. */
export function matchingSteps(views: readonly StepView[], expression: string): readonly number[] {
  const holds = compileCondition(expression);
  return views.flatMap((view, step) => (holds(view) === true ? [step] : []));
}

/** The first match behind a step, or before it; undefined where there is none. */
export function nextMatch(
  matches: readonly number[],
  from: number,
  direction: 'forward' | 'backward',
): number | undefined {
  return direction === 'forward' ? matches.find((step) => step > from) : matches.findLast((step) => step < from);
}

/**
 * One line a step, as a log point at every step would have printed it: a message with expressions in braces, or, without
 * a brace, an expression alone. Throws `expression.*`.
 */
export function printedSteps(views: readonly StepView[], text: string): readonly string[] {
  const message = compileMessage(asMessage(text));
  return views.map((view, step) => `${step}\t${message(view)}`);
}

/** Throws `expression.*`, with its place in the text. */
export function checkMessage(text: string): void {
  // Alone an expression has no brace before it, which would move the places of its errors.
  if (text.includes('{')) compileMessage(text);
  else new Expression(text);
}

/** A message, or one expression as one. */
export function asMessage(text: string): string {
  return text.includes('{') ? text : `{${text}}`;
}

/** What can be written at the end of a message: inside an open brace, or where the message is one expression. */
export function completionsIn(message: string, actions: readonly string[]): readonly ExpressionCompletion[] {
  const open = message.lastIndexOf('{');
  if (message.lastIndexOf('}') > open) return [];
  const start = open + 1;
  return completionsAt(message.slice(start), message.length - start, actions).map((completion) => {
    const { replace } = completion;
    return { ...completion, replace: { start: replace.start + start, end: replace.end + start } };
  });
}
