import { createHash } from 'node:crypto';
import { offeredActions } from '../../src/environments/babyai/actions';
import type { NextToken } from './writtenModel';

/** Weights from 1 to 16 that depend on a text alone. */
function weights(text: string, count: number): number[] {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from({ length: count }, (_, i) => 1 + (bytes[i] & 15));
}

function distribution(tokens: readonly string[], weight: readonly number[]): Record<string, number> {
  const sum = weight.reduce((a, b) => a + b, 0) * 1.01;
  return Object.fromEntries(tokens.map((token, i) => [token, weight[i] / sum]));
}

/** The words of the lines that may follow, as a tree walked by what of the line is there already. */
function continueLine(prompt: string, start: string, lines: readonly string[]): Record<string, number> {
  const possible = lines.filter((line) => `${line}\n`.startsWith(start));
  if (possible.length === 0) return { '\n': 1 };
  const next = [...new Set(possible.map((line) => tokenAfter(`${line}\n`, start)))];
  const [line] = prompt.split('\n').slice(-1);
  return distribution(next, weights(`${next.join('|')}${prompt.length}${line}`, next.length));
}

function tokenAfter(line: string, start: string): string {
  const match = /^(?: ?[^ \n]+|\n)/.exec(line.slice(start.length));
  return match?.[0] ?? '\n';
}

/** The lines that a written model of BabyAI-Text can write, each with the blank before it. */
export interface WrittenLines {
  readonly observations: readonly string[];
  readonly reflections: readonly string[];
}

/** A model of BabyAI-Text's transcripts: actions, and the given lines, each with a distribution that depends on the prompt alone. */
export function babyAiModel({ observations, reflections }: WrittenLines): NextToken {
  return (prompt) => {
    const line = prompt.slice(prompt.lastIndexOf('\n') + 1);
    const colon = line.indexOf(':');
    const marker = line.slice(0, colon + 1);
    const start = line.slice(colon + 1);
    switch (marker) {
      case 'Action:':
        return continueLine(
          prompt,
          start,
          offeredActions.map((action) => ` ${action}`),
        );
      case 'Observation:':
        return continueLine(prompt, start, observations);
      case 'Critic:':
        return continueLine(prompt, start, reflections);
      case 'Reward:':
        return { ' 0': 0.7, ' 1': 0.2, '\n': 0.05 };
      case 'Sub-goal:':
        return continueLine(prompt, start, [' find the object', ' reach the object']);
      default:
        return { ' 0': 0.3, ' 1': 0.3, '.': 0.1, '5': 0.1, '\n': 0.1 };
    }
  };
}

/**
 * A model of BabyAI-Text's transcripts that any prompt set of ours can be played with: actions, observations, reflections
 * and verdicts, each with a distribution that depends on the prompt alone.
 */
export const babyAiWords = babyAiModel({
  observations: [
    ' You see a wall 1 step left',
    ' You see a red ball 2 steps forward',
    ' You see a blue key 1 step right',
  ],
  reflections: ['I moved', 'I turned', 'Nothing changed'].flatMap((what) =>
    ['GOOD', 'BAD', 'UNKNOWN'].map((verdict) => ` ${what}. This step is ${verdict}.`),
  ),
});

/** The same with lines as long as BabyAI-Text's own, and verdicts that mostly leave the outcome open. */
export const babyAiSentences = babyAiModel({
  observations: ['left', 'right'].flatMap((side) =>
    [1, 2, 3].map((steps) => {
      const near = `You see a wall ${steps} steps forward, You see a wall ${steps + 1} steps ${side}`;
      const objects = ['red ball', 'blue key', 'green box', 'grey door', 'purple key'];
      const seen = objects.map((object, i) => `You see a ${object} ${steps} steps ${side} and ${i + 1} steps forward`);
      return ` ${near}, ${seen.join(', ')}`;
    }),
  ),
  reflections: ['nearer to', 'farther from', 'no nearer to'].flatMap((where) =>
    ['UNKNOWN', 'UNKNOWN', 'GOOD'].map(
      (verdict, i) =>
        ` The object is ${i + 1} steps forward and ${i + 2} steps to the side of me, and I have come ${where} it. This step is ${verdict}.`,
    ),
  ),
});
