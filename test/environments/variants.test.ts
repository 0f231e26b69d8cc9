import { describe, expect, it } from 'vitest';
import { environmentKind } from '../../src/environments/registry';
import { rulesOf, variantNamed, variantOf } from '../../src/environments/variants';

describe('ways to play', () => {
  const named = (environment: string, wanted: string | null): string | null => {
    const { title, variants = {} } = environmentKind(environment);
    return variantNamed(title, variants, wanted);
  };

  it('are found by their name, and the paper’s where none is given', () => {
    expect(named('webshop', 'lats')).toBe('lats');
    expect(named('alfworld', null)).toBeNull();
    expect(named('babyai-text', null)).toBeNull();
  });

  it('are refused where they belong to another environment, with those that there are', () => {
    expect(() => named('alfworld', 'lats')).toThrow(/Use one of: file\./);
    expect(() => named('babyai-text', 'file')).toThrow(/in one way only.*Leave the variant out\./);
  });

  it('stand in a recording’s rules', () => {
    expect(variantOf(rulesOf('2', 'lats'))).toBe('lats');
    expect(variantOf(rulesOf('2', null))).toBeNull();
  });
});
