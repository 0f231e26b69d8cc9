import { describe, expect, test } from 'vitest';
import { differences, statementsOf } from '../../webview/statements';

describe('statements of a text', () => {
  test.each([
    ['You see a wall 6 steps forward, You see a red key', ['You see a wall 6 steps forward, ', 'You see a red key']],
    ['On the desk 1, you see a mug 1, and a pen 2.', ['On the desk 1, ', 'you see a mug 1, ', 'and a pen 2.']],
    ['One line\nanother', ['One line\n', 'another']],
    ['costs 4.50 dollars', ['costs 4.50 dollars']],
    ['', ['']],
  ])('%j', (text, statements) => {
    expect(statementsOf(text)).toEqual(statements);
    expect(statementsOf(text).join('')).toBe(text);
  });
});

test('an imagined text differs by what did not come and by what it lacks', () => {
  const happened = 'You see a wall 1 step left, You see a red key 2 steps forward, You see a blue box 1 step right';
  expect(differences('You see a blue box 1 step right, You see a wall 2 steps left', happened)).toEqual({
    wrong: 1,
    missed: 2,
  });
  expect(differences('', 'You see a wall 1 step left')).toEqual({ wrong: 0, missed: 1 });
});
