/** Tails that add nothing to the transcript: the line at which it stops tells the model its part. */
export const plainTails = {
  actor: `{{! The actor writes the next action: what the prior over candidates is read from. }}
{{rollout}}
{{slot}}
`,
  forward: `{{! The forward model writes every imagined line: observations, reflections and the actions after them. }}
{{rollout}}
{{slot}}
`,
  critic: `{{! The critic reads the verdict word of a rollout's reflection; Q is log P(GOOD) - log P(BAD) there. }}
{{rollout}}
{{slot}}
`,
  reflection: `{{! The reflection judges the step that was really executed. }}
{{rollout}}
{{slot}}
`,
} as const;
