import type { NextToken } from '../support/writtenModel';
import type { TranscriptMarks } from '../support/planFollower';

/** How sure the model is of each verdict; what is missing to 1 stands for other words. */
export interface Verdicts {
  readonly GOOD: number;
  readonly BAD: number;
}

/** An action that the model may propose, and what it imagines of it. */
export interface ScriptedAction {
  readonly action: string;
  readonly prior: number;
  readonly imagined: string;
  /** What it thinks of the imagined observation, without the verdict's sentence. */
  readonly reflection: string;
  readonly verdicts: Verdicts;
}

/** What the model does at one step of an episode. */
export interface Moment {
  readonly actions: readonly ScriptedAction[];
  /** What it thinks of an executed action whose observation is another one than it imagined. */
  readonly surprise?: { readonly reflection: string; readonly verdicts: Verdicts };
}

const verdictSentence = 'This step is';

function reflected(start: string, reflection: string, { GOOD, BAD }: Verdicts): Readonly<Record<string, number>> {
  if (start === '') return { [` ${reflection} ${verdictSentence} ${GOOD >= BAD ? 'GOOD' : 'BAD'}.`]: 0.9 };
  if (start.endsWith(verdictSentence)) return { ' GOOD': GOOD, ' BAD': BAD, ' UNKNOWN': 0.98 - GOOD - BAD };
  return { '\n': 0.99 };
}

/**
 * A model whose every word is written beforehand: the step is counted from the prompt, so that equal prompts have equal
 * answers. Observations that it imagines may be wrong; what it says of a real one that it had not imagined is its surprise.
 */
export function scriptedModel(marks: TranscriptMarks, observationMark: string, moments: readonly Moment[]): NextToken {
  return (prompt) => {
    const lines = prompt.slice(prompt.lastIndexOf('Here is the task.')).split('\n');
    const line = lines.pop() ?? '';
    const acted = lines.filter((each) => each.startsWith(marks.action));
    if (line.startsWith(marks.action)) {
      const start = line.slice(marks.action.length);
      if (start !== '') return { '\n': 0.99 };
      const actions = moments.at(acted.length)?.actions ?? [];
      return Object.fromEntries(actions.map(({ action, prior }) => [` ${action}`, prior]));
    }
    const last = acted.at(-1)?.slice(marks.action.length + 1);
    const moment = moments.at(Math.max(0, acted.length - 1));
    const action = moment?.actions.find((each) => each.action === last);
    if (action === undefined) return { '\n': 0.99 };
    if (line.startsWith(marks.critic)) {
      const seen = lines.slice(lines.findLastIndex((each) => each.startsWith(marks.action)) + 1).join('\n');
      const start = line.slice(marks.critic.length);
      const surprise = seen.endsWith(action.imagined) ? undefined : moment?.surprise;
      const { reflection, verdicts } = surprise ?? action;
      return reflected(start, reflection, verdicts);
    }
    return line === observationMark
      ? { [`${observationMark === '' ? '' : ' '}${action.imagined}`]: 0.9 }
      : { '\n': 0.99 };
  };
}
