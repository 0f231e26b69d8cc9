const taskStart = 'Your task is to: ';

/**
 * The intro of an episode taken apart: the look text and the goal sentence (full stop included). An intro of another
 * form is all observation.
 */
export function splitIntro(intro: string): { readonly observation: string; readonly goal: string } {
  const parts = intro.split('\n\n');
  const goal = parts.findIndex((part) => part.startsWith(taskStart));
  if (goal < 1) return { observation: intro, goal: '' };
  return {
    observation: parts.slice(1, goal).join('\n'),
    goal: parts.slice(goal).join('\n\n').slice(taskStart.length),
  };
}

/**
 * ReAct's post-processing of observations (`process_ob`): "You arrive at loc 7. On the desk 1, ..." loses its first
 * sentence. It never fires in the new language, where the sentence names the receptacle.
 */
export function withoutArrival(observation: string): string {
  if (!observation.startsWith('You arrive at loc ')) return observation;
  const end = observation.indexOf('. ');
  return end < 0 ? observation : observation.slice(end + 2);
}
