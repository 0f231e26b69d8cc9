/** The prompt of the agents that BabyAI-Text was published with (GLAM), for comparison with their recordings. */

const shown = 3;

/**
 * `observations`: the texts of each observation so far; `actions`: the actions between them, one fewer. The last three
 * observations are shown, numbered from 0.
 */
export function glamPrompt(
  mission: string,
  observations: readonly (readonly string[])[],
  actions: readonly string[],
): string {
  const first = Math.max(0, observations.length - shown);
  const turns = observations.slice(first).map((texts, k) => {
    const told = texts.map((text) => `${text}, `).join('');
    return ` \n Observation ${k}: ${told}\n Action ${k}: ${actions[first + k] ?? ''}`;
  });
  return (
    'Possible action of the agent: turn left, turn right, go forward, pick up, drop, toggle' +
    ` \n Goal of the agent: ${mission}${turns.join('')}`
  );
}
