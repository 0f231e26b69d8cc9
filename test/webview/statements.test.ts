import { describe, expect, test } from 'vitest';
import { statementsOf } from '../../webview/statements';

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
