import { expect, test } from 'vitest';
import { eventText, lineText } from '../../src/trajectories/lineText';
import type { CallLine, EventLine } from '../../src/trajectories/schema';

const tokens = [
  { token: ' "tokens":[] \\', logprob: -0.125, top: [{ token: '\n\u2028', logprob: -1e-7 }] },
  { token: '\ud800 é', logprob: null },
  { token: '', logprob: -2, top: [] },
];
const written = tokens.map(({ top = [], ...token }) => (top.length > 0 ? { ...token, top } : token));
const usage = { promptTokens: 3, generatedTokens: 3 };

const call: CallLine = {
  type: 'call',
  id: 'a'.repeat(64),
  request: { kind: 'score', prompt: 'b', continuation: '"tokens":[]' },
  status: 'complete',
  answer: { kind: 'score', tokens, logprob: -0.125, score: 'exact', usage },
  at: { purpose: { role: 'actor', candidate: null, depth: null } },
};

test('a line reads back as it was, but for what is empty', () => {
  expect(JSON.parse(lineText(call))).toEqual({ ...call, answer: { ...call.answer, tokens: written } });
  const event: EventLine = {
    type: 'event',
    episode: 'e1',
    node: 0,
    decision: 0,
    event: {
      type: 'proposal',
      candidate: 0,
      action: '"tokens":[]',
      source: 'branch',
      tokens,
      logprob: -0.125,
      tokenCount: 3,
      score: 'partial',
      merged: [],
      calls: [call.id],
    },
  };
  expect(JSON.parse(lineText(event))).toEqual({ ...event, event: { ...event.event, tokens: written } });
  expect(lineText(event)).toContain(eventText(event.event));
});

test('the fields of a line keep their order', () => {
  const bare: CallLine = { ...call, answer: { kind: 'score', tokens: [], logprob: 0, score: 'exact', usage } };
  expect(lineText(bare)).toBe(JSON.stringify(bare));
});
