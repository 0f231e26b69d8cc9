import { babyaiExamples } from './babyaiExamples';
import { plainTails } from './tails';

const head = `Assume that you are an agent in a Grid World. It is a room of square cells with walls around it. In the cells lie
keys, balls and boxes of six colours (red, green, blue, purple, yellow, grey); a door may lead to another room.
You see only what is before you and beside you, told as steps forward, left or right of you; what is behind you is hidden.
These are your actions:
turn left, turn right: you turn on the spot;
go forward: you go one step, if nothing is in the way;
pick up: you take the thing that lies right before you (1 step forward), if you carry nothing;
drop: you put what you carry on the free cell right before you;
toggle: you open or close the door right before you.
To go to a thing means to stand right before it and to face it. Two things are next to each other when their cells touch
at a side.
{{thoughts}}
After each observation a critic says in one line what the last action achieved and whether it was a good step:
GOOD if it was necessary for the goal or brought information that is needed, BAD if it was useless or wrong,
UNKNOWN if what happened so far does not tell. The line ends in "This step is GOOD.", "This step is BAD." or
"This step is UNKNOWN."

Here are two examples.

{{examples}}

Here is the task.

{{history}}
`;

/** BabyAI-Text for general models: rules, two examples of the task's type, the whole history. */
export const babyaiParts = { head, ...babyaiExamples, ...plainTails } as const;
