import type { Tokenizer } from './tokenizer';

/** How a label can be written: as one token of the vocabulary, or only as several. */
export type LabelVariants =
  | { readonly kind: 'tokens'; readonly tokens: readonly number[] }
  | { readonly kind: 'sequences'; readonly sequences: readonly { text: string; tokens: readonly number[] }[] };

/** Spellings that count as the label, for where the vocabulary has none of them as one token. */
function spellings(label: string): string[] {
  const word = label.trim();
  const lower = word.toLowerCase();
  const cases = new Set([word, lower, word.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)]);
  return [...cases].flatMap((spelling) => [` ${spelling}`, spelling]);
}

/**
 * The variants of a label in case and leading blank: every single token that is one; where there is none, the
 * canonical tokenisations of its spellings. No sequence begins another, so that their probabilities add up.
 */
export function labelVariants(label: string, tokenizer: Tokenizer): LabelVariants {
  const wanted = label.trim().toLowerCase();
  const tokens: number[] = [];
  for (let token = 0; token < tokenizer.size; token++) {
    if (tokenizer.isControl(token)) continue;
    if (tokenizer.textOf(token).replace(/^ /, '').toLowerCase() === wanted) tokens.push(token);
  }
  if (tokens.length > 0) return { kind: 'tokens', tokens };
  return {
    kind: 'sequences',
    sequences: spellings(label).map((text) => ({ text, tokens: tokenizer.tokenize(text) })),
  };
}
