import { phrase, phrases, type Phrase } from '../errors/phrase';
import type { DebugSession } from '../episodes/stepping/session';
import type { CallId, CallPurpose } from '../lac/calls';
import type { ModelAnswer } from '../lac/languageModel';
import type { CallLine } from '../trajectories/schema';
import type { DecisionEntry } from '../trajectories/timeline';
import { numeral, shortText, type Item } from './items';

/** The ids of the calls that a decision rests on, as far as the cursor has come, each once and in order. */
export function callsOf(session: DebugSession, entry: DecisionEntry | null): readonly CallId[] {
  if (entry === null) return [];
  const { inside, node } = session.cursor;
  const here = node === entry.node && inside?.decision === entry.index;
  const events = here ? entry.events.slice(0, inside.events) : entry.events;
  return [...new Set(events.flatMap((event) => ('calls' in event ? event.calls : [])))];
}

/** What a call was made for: `critic, candidate 2, depth 1`. */
export function callTitle(line: CallLine): string | Phrase {
  const purpose = line.at?.purpose;
  return purpose === undefined ? line.request.kind : purposePhrase(purpose, ', ');
}

/** The role of a call, and the candidate and depth that it is about. */
export function purposePhrase({ role, candidate, depth }: CallPurpose, separator: string): Phrase {
  return phrases(
    [
      { text: role, args: {} },
      ...(candidate === null ? [] : [phrase('candidate {number}', { number: candidate + 1 })]),
      ...(depth === null ? [] : [phrase('depth {depth}', { depth })]),
    ],
    separator,
  );
}

/** What the model answered, as text. */
export function replyText(answer: ModelAnswer): string {
  switch (answer.kind) {
    case 'generate':
      return answer.text;
    case 'next':
      return answer.top.map(({ token, logprob }) => `${JSON.stringify(token)} ${Math.exp(logprob)}`).join('\n');
    case 'score':
      return answer.tokens.map(({ token, logprob }) => `${JSON.stringify(token)} ${String(logprob)}`).join('\n');
  }
}

/** A token with its log-probability. */
export function tokenText(token: string, logprob: number | null): Phrase {
  return { text: '{token}  {logprob}', args: { token: shortText(token), logprob: numeral(logprob) } };
}

/** The calls of a decision as variables; the coming call first. */
export function callItems(
  session: DebugSession,
  entry: DecisionEntry | null,
): { readonly count: number; readonly items: () => readonly Item[] } {
  const ids = callsOf(session, entry);
  const coming = session.cursor.inside?.coming ?? null;
  const items = (): readonly Item[] => {
    const next: Item[] =
      coming === null
        ? []
        : [
            {
              name: '0',
              value: phrase('coming: {role}, {kind}', { role: coming.purpose.role, kind: coming.request.kind }),
              children: () => [{ name: 'prompt', value: shortText(coming.request.prompt.join('')), type: 'text' }],
            },
          ];
    return [...next, ...ids.map((id, index) => callItem(session, id, index + next.length))];
  };
  return { count: ids.length + (coming === null ? 0 : 1), items };
}

function callItem(session: DebugSession, id: CallId, index: number): Item {
  const name = String(index);
  const line = session.shelf.call(id);
  if (line === undefined) return { name, value: phrase('{call}: not in the recording', { call: id.slice(0, 12) }) };
  const { answer } = line;
  const args = { call: callTitle(line), answer: answer === null ? line.status : shortText(replyText(answer), 120) };
  return { name, value: { text: '{call}: {answer}', args }, children: () => callParts(session, id, line) };
}

function callParts(session: DebugSession, id: CallId, line: CallLine): readonly Item[] {
  const { answer } = line;
  const prompt = session.shelf.prompt(id);
  const seconds = line.at?.['durationMs'];
  const items: Item[] = [
    { name: 'id', value: id.slice(0, 12) },
    { name: 'kind', value: line.request.kind },
    {
      name: 'prompt',
      value: prompt === undefined ? phrase('not in the recording') : shortText(prompt.join('')),
      type: 'text',
    },
  ];
  if (answer !== null) {
    items.push({ name: 'reply', value: shortText(replyText(answer)), type: 'text' });
    const tokens = answer.kind === 'next' ? answer.top : answer.tokens;
    items.push({
      name: 'tokens',
      value: phrase('{count} tokens', { count: tokens.length }),
      indexed: tokens.length,
      children: () => tokens.map(({ token, logprob }, at) => ({ name: String(at), value: tokenText(token, logprob) })),
    });
    const { promptTokens, generatedTokens } = answer.usage;
    items.push({
      name: 'usage',
      value: phrase('{promptTokens} prompt tokens, {generatedTokens} generated', { promptTokens, generatedTokens }),
    });
  }
  if (typeof seconds === 'number') items.push({ name: 'seconds', value: numeral(seconds / 1000), type: 'number' });
  return items;
}
