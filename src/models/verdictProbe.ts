import { openPrefixes } from '../lac/labels';
import type { ChatWrap, LanguageModel, NextDistribution, PromptSegments } from '../lac/languageModel';
import { verdictLabels, verdictMass } from '../lac/values';

/** How much probability a model gives to GOOD and BAD at a verdict slot, with and without its chat template; 0 to 1. */
export interface VerdictMasses {
  /** The prompt as plain text. */
  readonly none: number;
  /** Its head in the user's turn and the rest in the assistant's; null where the model has no template. */
  readonly chat: number | null;
  /** The likely token that begins several of the label words as plain text, or null: then one token tells them apart. */
  readonly sharedToken: string | null;
}

/**
 * Reads one verdict slot both ways. A mass near 0 means that the model does not expect a verdict there, so that its
 * action values say little; the wrap with the larger mass is the better one. Two calls, or one without a template.
 */
export async function probeVerdictMass(
  model: LanguageModel,
  promptIn: (wrap: ChatWrap | null) => PromptSegments,
  signal: AbortSignal,
): Promise<VerdictMasses> {
  const read = (wrap: ChatWrap | null): Promise<NextDistribution> =>
    model.next({ kind: 'next', prompt: promptIn(wrap), labels: verdictLabels }, { signal });
  const massOf = ({ labels }: NextDistribution): number => verdictMass(labels[0], labels[1]);
  const plain = await read(null);
  const shared = openPrefixes(plain.top, verdictLabels).find(
    ({ rests }) => rests.filter((rest) => rest !== null).length > 1,
  );
  const { chatWrap } = model.description;
  return {
    none: massOf(plain),
    chat: chatWrap === undefined ? null : massOf(await read(chatWrap)),
    sharedToken: shared?.token ?? null,
  };
}
