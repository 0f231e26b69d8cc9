import { plainTails } from './tails';

/**
 * BabyAI-Text for the model that ships: bare transcripts of the last three observations, byte for byte the form that it
 * was trained on. No rules and no examples: it knows no other text.
 */
export const embeddedParts = {
  head: `---
history: {observations: 3, steps: 3}
---
{{history}}
`,
  ...plainTails,
} as const;
