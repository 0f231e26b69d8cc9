import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/errors/catalogue';
import { LacError, messageOf } from '../../src/errors/lacError';
import german from '../../l10n/bundle.l10n.de.json';

const table: Readonly<Record<string, string>> = german;
const translate = (text: string): string => table[text] ?? text;

describe('an error', () => {
  const error = new LacError('debugger.no-branch', { branch: 'b7', known: 'b0, b1' });

  it('says both of its sentences in English to logs and the command line', () => {
    expect(error.message).toBe('The episode has no branch b7. Choose one of: b0, b1.');
    expect(messageOf(error)).toBe(error.message);
  });

  it("says both in the reader's language, with what it is about", () => {
    expect(messageOf(error, translate)).toBe('Die Episode hat keinen Zweig b7. Wählen Sie aus: b0, b1.');
  });

  it('fills a hint, which has no translation of its own, and braces that belong to the text', () => {
    const misnamed = new LacError('prompt.unknown-variable', { name: 'gaol', hint: 'Did you mean goal?' });
    expect(messageOf(misnamed, translate)).toBe('Es gibt keine Variable {{gaol}}. Did you mean goal?');
  });

  it('that is none of the catalogue keeps its own words', () => {
    expect(messageOf(new Error('EIO'), translate)).toBe('EIO');
    expect(messageOf('thrown', translate)).toBe('thrown');
  });
});

describe('the catalogue', () => {
  it('says what happened and what to do, each as a sentence', () => {
    for (const [code, { what, toDo }] of Object.entries(catalogue)) {
      // A reason that ends a sentence brings its own full stop.
      expect(what, code).toMatch(/[.:]$|\{\w+\}$/u);
      expect(toDo, code).toMatch(/\.$|^\{\w+\}$/u);
      expect(what, code).toMatch(/^["{A-Z]/u);
    }
  });
});
