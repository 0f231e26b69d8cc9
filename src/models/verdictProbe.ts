import type { ChatWrap, LanguageModel, PromptSegments } from '../lac/languageModel';

/** How much probability a model gives to the labels at a slot, with and without its chat template. */
export interface VerdictMasses {
  /** The prompt as it is. */
  readonly none: number;
  /** Its head in the user's turn and the rest in the assistant's; null where the model has no template. */
  readonly chat: number | null;
}

/** Puts a prompt into a chat template: the head into the user's turn, what follows raw into the assistant's. */
export function wrapPrompt(wrap: ChatWrap, head: PromptSegments, rest: PromptSegments): PromptSegments {
  return [wrap.before, ...head, wrap.after, ...rest];
}

/**
 * Reads one verdict slot both ways. A mass near 0 means that the model does not expect a verdict there, so that its
 * action values say little; the wrap with the larger mass is the better default. Two calls, or one without a template.
 */
export async function probeVerdictMass(
  model: LanguageModel,
  prompt: { readonly head: PromptSegments; readonly rest: PromptSegments },
  labels: readonly string[],
  signal: AbortSignal,
): Promise<VerdictMasses> {
  const mass = async (segments: PromptSegments): Promise<number> => {
    const { labels: read } = await model.next({ kind: 'next', prompt: segments, labels }, { signal });
    return read.reduce((sum, { logprob }) => sum + (logprob === null ? 0 : Math.exp(logprob)), 0);
  };
  const wrap = model.description.chatWrap;
  const none = await mass([...prompt.head, ...prompt.rest]);
  return { none, chat: wrap === undefined ? null : await mass(wrapPrompt(wrap, prompt.head, prompt.rest)) };
}
