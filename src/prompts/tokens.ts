/** Characters per token of English text in the tokenisers of current models, where nothing is known of the model. */
export const usualCharactersPerToken = 4;

/**
 * About how many tokens a text has. `charactersPerToken` comes from `TokenRatio` where the model has been asked before.
 * At least 1 for a text that is not empty.
 */
export function estimateTokens(text: string, charactersPerToken: number = usualCharactersPerToken): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Learns a model's characters per token from the prompts that it counted. */
export class TokenRatio {
  private characters = 0;
  private tokens = 0;

  /** One prompt: its length, and the number of its tokens as the model counted them (0: it did not say, nothing is learnt). */
  learn(characters: number, tokens: number): void {
    if (tokens <= 0 || characters <= 0) return;
    this.characters += characters;
    this.tokens += tokens;
  }

  /** The usual ratio until something was learnt. */
  get charactersPerToken(): number {
    return this.tokens === 0 ? usualCharactersPerToken : this.characters / this.tokens;
  }
}
