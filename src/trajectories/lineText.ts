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
  if (tokens.length === 0) return text;
  const at = text.indexOf(noTokens) + noTokens.length - 1;
  let list = text.slice(0, at) + tokenHead(tokens[0].token);
  for (let i = 0; i < tokens.length; i++) {
    const { logprob, top } = tokens[i];
    if (i > 0) list += betweenTokens(tokens[i].token);
    list += numberText(logprob);
    if (top !== undefined && top.length > 0) list += `,"top":${JSON.stringify(top)}`;
  }
  return `${list}}${text.slice(at)}`;
}

function tokenHead(token: string): string {
  return `{"token":${JSON.stringify(token)},"logprob":`;
}

/** What stands between two tokens' numbers, by the second token: a model has only so many, all of them short. */
const betweens = new Map<string, string>();
const mostBetweens = 8192;
const longestKept = 32;

function betweenTokens(token: string): string {
  let between = betweens.get(token);
  if (between === undefined) {
    between = `},${tokenHead(token)}`;
    if (token.length > longestKept) return between;
    if (betweens.size >= mostBetweens) betweens.clear();
    betweens.set(token, between);
  }
  return between;
}

/** As JSON has it: a number that is none is null. */
function numberText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'null' : `${value}`;
}
