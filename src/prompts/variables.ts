/** Where a variable may stand: the shared head, a head that one role owns, a tail. */
export type Place = 'head' | 'role-head' | 'tail';

export interface VariableSpec {
  readonly name: string;
  /** For completion and hover: what it stands for, one or two sentences. */
  readonly description: string;
  readonly places: readonly Place[];
  /** `block`: whole lines, alone on its line; `value`: text inside a line. */
  readonly kind: 'block' | 'value';
  /** `task`: the same in all prompts of an episode; `step`: changes with the step; `call`: with every call. */
  readonly changes: 'task' | 'step' | 'call';
}

const everywhere = ['head', 'role-head', 'tail'] as const;

/** Everything that `{{...}}` can name, in the order in which completion shows it. */
export const variables: readonly VariableSpec[] = [
  {
    name: 'history',
    kind: 'block',
    changes: 'step',
    places: ['head', 'role-head'],
    description:
      'What has really happened, as lines: the goal, then observations, actions and reflections as far as the option "history" keeps them.',
  },
  {
    name: 'examples',
    kind: 'block',
    changes: 'task',
    places: ['head', 'role-head'],
    description: "The worked examples of the task's type: the file examples.<task type>, else examples.",
  },
  {
    name: 'thoughts',
    kind: 'block',
    changes: 'task',
    places: ['head', 'role-head'],
    description: 'One line that says what a "think: ..." line is; nothing where thoughts are off.',
  },
  {
    name: 'rollout',
    kind: 'block',
    changes: 'call',
    places: ['tail'],
    description: 'The candidate action and what has been imagined after it, as lines in the same form as the history.',
  },
  {
    name: 'slot',
    kind: 'block',
    changes: 'call',
    places: ['tail'],
    description:
      'Where the model goes on: the marker of the line that it is to write or read, and what of the line is already there. Ends the tail.',
  },
  {
    name: 'goal',
    kind: 'value',
    changes: 'task',
    places: everywhere,
    description: "The episode's goal in the environment's words.",
  },
  {
    name: 'task.type',
    kind: 'value',
    changes: 'task',
    places: everywhere,
    description: 'The kind of task by which results are grouped, for example "go to".',
  },
  {
    name: 'environment',
    kind: 'value',
    changes: 'task',
    places: everywhere,
    description: 'The name of the environment, for example "babyai-text".',
  },
  {
    name: 'verdicts',
    kind: 'value',
    changes: 'task',
    places: everywhere,
    description: 'The words that a reflection can end in: GOOD, BAD or UNKNOWN.',
  },
  {
    name: 'step',
    kind: 'value',
    changes: 'step',
    places: everywhere,
    description: 'Number of actions executed so far; 0 before the first.',
  },
  {
    name: 'observation',
    kind: 'value',
    changes: 'step',
    places: everywhere,
    description: 'The latest real observation.',
  },
  {
    name: 'action',
    kind: 'value',
    changes: 'call',
    places: ['tail'],
    description: 'The candidate action that is being judged; empty while candidates are proposed.',
  },
  {
    name: 'depth',
    kind: 'value',
    changes: 'call',
    places: ['tail'],
    description: 'Number of imagined observations in the prompt.',
  },
  {
    name: 'role',
    kind: 'value',
    changes: 'call',
    places: ['role-head', 'tail'],
    description: 'The part that the model plays: actor, forward, critic or reflection.',
  },
];

export const variableNames: readonly string[] = variables.map((variable) => variable.name);
export const blockNames: ReadonlySet<string> = new Set(
  variables.filter((variable) => variable.kind === 'block').map((variable) => variable.name),
);

const byName = new Map(variables.map((variable) => [variable.name, variable]));
export function variableOf(name: string): VariableSpec | undefined {
  return byName.get(name);
}

/** The known name that a misspelt one most probably means; null when none is near (edit distance above a third). */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.slice(0, 64).toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance with swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      let value = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(value);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
