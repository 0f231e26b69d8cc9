import { fillTemplate } from './texts';

/** A text in a reader's language; the text itself where there is no translation. */
export type Translate = (text: string) => string;

/** As logs and the command line have it. */
export const english: Translate = (text) => text;

/** What is said to a reader, before it is in the reader's language: an English text and what stands in its `{name}` places. */
export interface Phrase {
  readonly text: string;
  readonly args: PhraseArguments;
}

/** Texts of models, environments and users stay as they are; phrases are translated too. */
export type PhraseArguments = Readonly<Record<string, string | number | Phrase>>;

/** The text is a literal: `test/ui/words.test.ts` collects it for the bundles. */
export function phrase(text: string, args: PhraseArguments = {}): Phrase {
  return { text, args };
}

/** Phrases one after the other. */
export function phrases(all: readonly Phrase[], separator: string): Phrase {
  return {
    text: all.map((_, index) => `{${index}}`).join(separator),
    args: Object.fromEntries(all.entries()),
  };
}

/** A phrase in a reader's language; a text that is no phrase stays what it is. */
export function inLanguage(said: string | Phrase, translate: Translate): string {
  if (typeof said === 'string') return said;
  const args = Object.entries(said.args).map(([name, value]) => {
    return [name, typeof value === 'number' ? value : inLanguage(value, translate)] as const;
  });
  return fillTemplate(translate(said.text), Object.fromEntries(args));
}
