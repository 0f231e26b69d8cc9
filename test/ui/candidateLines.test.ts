import path from 'node:path';
import { expect, test } from 'vitest';
import { foldDecision } from '../../src/lac/decision';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import { candidateLines } from '../../src/ui/prompts/candidateLines';

test('the chosen candidate comes first, and stays there while the same step is decided again', async () => {
  const file = path.resolve('media/data/examples/critic-saves-the-prior.lac.jsonl');
  const [timeline] = (await readJournal(fileSource(file))).episodes;
  const [node] = timeline.line('b0');
  const [decided] = node.decisions;
  const { candidates, winner } = foldDecision(decided.events);
  const index = candidates.findIndex(({ action }) => action === winner?.action);
  expect(index).toBeGreaterThan(0);
  const others = candidates.filter((candidate) => candidate !== candidates[index]).map(({ action }) => action);
  const actions = (lines: readonly string[]) => lines.map((line) => line.split(':')[0]);

  expect(actions(candidateLines(node, decided))).toEqual([`▸ ${winner?.action}`, ...others]);

  const choice = decided.events.findIndex(({ type }) => type === 'choice');
  const again = { ...decided, index: decided.index + 1, complete: false, events: decided.events.slice(0, choice) };
  const twice = { ...node, decisions: [decided, again] };
  const lines = candidateLines(twice, again);
  expect(actions(lines)).toEqual([winner?.action, ...others]);
  expect(lines[0]).toMatch(/Q \+\d+\.\d\d \(\+0\.00\)$/);

  const unknown = { ...node, decisions: [again] };
  expect(actions(candidateLines(unknown, again))).toEqual(candidates.map(({ action }) => action));
});
