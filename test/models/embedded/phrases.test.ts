import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/lac/random';
import { Phrases } from '../../../src/models/embedded/phrases';
import { testSeed } from '../../support/seed';

function found(phrases: Phrases, text: string): [number, number][] {
  const matches: [number, number][] = [];
  for (let start = 0; start < text.length; start++) phrases.at(text, start, (phrase) => matches.push([start, phrase]));
  return matches;
}

describe('phrases in a text', () => {
  it('finds each one wherever it begins, the shortest first', () => {
    const phrases = new Phrases([' 2 steps left', ' 2 steps left and 1 step behind', ' 2 steps right', ' 2']);
    expect(found(phrases, 'at 2 steps left and 1 step right')).toEqual([
      [2, 3],
      [2, 0],
    ]);
  });

  it('keeps the first of two equal phrases', () => {
    expect(found(new Phrases(['a', 'ab', 'a']), 'ab')).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  it('finds what a search for each phrase at each place finds', () => {
    const random = seededRandom(testSeed());
    const word = (longest: number): string =>
      Array.from({ length: 1 + Math.floor(random.next() * longest) }, () => 'ab '[Math.floor(random.next() * 3)]).join(
        '',
      );
    for (let round = 0; round < 100; round++) {
      const phrases = [...new Set(Array.from({ length: 12 }, () => word(5)))];
      const text = word(40);
      const expected = Array.from(text).flatMap((_, start) =>
        phrases
          .map((phrase, number) => ({ phrase, number }))
          .filter(({ phrase }) => text.startsWith(phrase, start))
          .sort((a, b) => a.phrase.length - b.phrase.length)
          .map(({ number }) => [start, number]),
      );
      expect(found(new Phrases(phrases), text), `round ${round}`).toEqual(expected);
    }
  });
});
