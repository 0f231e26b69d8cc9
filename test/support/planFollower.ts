import type { NextToken } from './writtenModel';

/** How an environment's transcripts are marked in its built-in prompt set. */
export interface TranscriptMarks {
  readonly action: string;
  readonly critic: string;
}

export const alfworldMarks: TranscriptMarks = { action: '>', critic: '==> critic:' };
export const webshopMarks: TranscriptMarks = { action: 'Action:', critic: 'Critic:' };

/**
 * A model that writes the actions of a plan, the step being counted from the prompt, with something else as second choice;
 * its observations and reflections are always the same.
 */
export function planFollower(marks: TranscriptMarks, plan: () => readonly string[]): NextToken {
  return (prompt) => {
    const task = prompt.slice(prompt.lastIndexOf('Here is the task.'));
    const lines = task.split('\n');
    const line = lines[lines.length - 1];
    const rest = (start: string, text: string, other: string): Readonly<Record<string, number>> => {
      if (start === '') return { [text]: 0.7, [other]: 0.2, '\n': 0.01 };
      return { '\n': 0.98, '.': 0.01 };
    };
    if (line.startsWith(marks.critic)) {
      const start = line.slice(marks.critic.length);
      if (start.endsWith('This step is')) return { ' GOOD': 0.6, ' BAD': 0.3, ' UNKNOWN': 0.05 };
      return rest(start, ' Something happened. This step is GOOD.', ' Nothing happened. This step is BAD.');
    }
    if (line.startsWith(marks.action)) {
      const done = lines.filter((each) => each.startsWith(marks.action)).length - 1;
      return rest(line.slice(marks.action.length), ` ${plan()[done] ?? 'look'}`, ' inventory');
    }
    return line === '' || line.endsWith(':') ? rest('', 'Nothing happens.', 'You see nothing.') : { '\n': 0.98 };
  };
}
