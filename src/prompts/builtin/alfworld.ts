import { alfworldExamples } from './alfworldExamples';
import { plainTails } from './tails';

const head = `---
opening: observation
observations: react
thoughts: free
markers:
  goal: "Your task is to: {}."
  observation: ""
  action: ">"
  critic: "==> critic:"
---
Interact with a household to solve a task. You are in a room with furniture; you see what lies on or in a thing when you
are at it and it is open. You can carry one thing at a time. These are your commands, with the names that you see:
go to <place>, open <place>, close <place>, take <thing> from <place>, put <thing> in/on <place>,
clean <thing> with <sinkbasin>, heat <thing> with <microwave>, cool <thing> with <fridge>, use <lamp>,
examine <thing or place>, inventory, look. A command that is not possible is answered "Nothing happens."
{{thoughts}}
After each command a critic says in one line what it achieved and whether it was a good step: GOOD if it was necessary
for the goal or brought information that is needed, BAD if it was useless or wrong, UNKNOWN if what happened so far does
not tell. The line ends in "This step is GOOD.", "This step is BAD." or "This step is UNKNOWN."

Here are two examples.

{{examples}}

Here is the task.

{{history}}
`;

/** ALFWorld as the paper plays it: the old language, thoughts, two examples of the task's type, ReAct's observations. */
export const alfworldParts = { head, ...alfworldExamples, ...plainTails } as const;
