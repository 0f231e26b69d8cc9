import type { DecisionEvent } from '../lac/events';
import type { ScoredToken } from '../lac/languageModel';
import type { JournalLine } from './schema';

const noTokens = '"tokens":[]';

/**
 * A line's JSON, without its line end. Tokens, of which a decision writes over a thousand, are put in by hand, and an empty
 * `top` is left out of them.
 */
export function lineText(line: JournalLine): string {
  if (line.type === 'call' && line.answer !== null && line.answer.kind !== 'next') {
    return withTokens({ ...line, answer: { ...line.answer, tokens: [] } }, line.answer.tokens);
  }
  if (line.type === 'event' && line.event.type === 'proposal') {
    return withTokens({ ...line, event: { ...line.event, tokens: [] } }, line.event.tokens);
  }
  return JSON.stringify(line);
}

/**
 * An event's JSON as its line holds it. Events are the same when these texts are: what an older journal says with an empty
 * list, a newer one says by leaving it out.
 */
export function eventText(event: DecisionEvent): string {
  return event.type === 'proposal' ? withTokens({ ...event, tokens: [] }, event.tokens) : JSON.stringify(event);
}

/** A text inside JSON has no bare quotation marks, so the first `"tokens":[]` is the field itself. */
function withTokens(line: object, tokens: readonly ScoredToken[]): string {
  const text = JSON.stringify(line);
  const at = text.indexOf(noTokens) + noTokens.length - 1;
  let list = '';
  for (const token of tokens) {
    if (list !== '') list += ',';
    list += tokenText(token);
  }
  return text.slice(0, at) + list + text.slice(at);
}

function tokenText({ token, logprob, top }: ScoredToken): string {
  const shown = top === undefined || top.length === 0 ? '' : `,"top":${JSON.stringify(top)}`;
  return `{"token":${JSON.stringify(token)},"logprob":${numberText(logprob)}${shown}}`;
}

/** As JSON has it: a number that is none is null. */
function numberText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'null' : `${value}`;
}
