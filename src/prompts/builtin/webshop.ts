import { plainTails } from './tails';

const head = `Assume that you are an agent that shops in a web shop. The goal is an instruction: find a product that fits it
in kind, attributes, options and price, choose its options, and buy it.
There are two kinds of actions. search[<words>] looks for products; it works on the start page only. click[<text>]
presses what the page shows in brackets: a product's number, an option, a button such as [Next >], [Back to Search],
[Description] or [Buy Now]. [Buy Now] ends the task, so choose the options first.
After each observation a critic says in one line what the last action achieved and whether it was a good step:
GOOD if it was necessary for the goal or brought information that is needed, BAD if it was useless or wrong,
UNKNOWN if what happened so far does not tell. The line ends in "This step is GOOD.", "This step is BAD." or
"This step is UNKNOWN."

Here is an example.

{{examples}}

Here is the task.

{{history}}
`;

const examples = `Goal: i need a foldable camping lantern that is water resistant, with color: moss green, and price lower than 30.00 dollars
Observation: WebShop Instruction: i need a foldable camping lantern that is water resistant, with color: moss green, and price lower than 30.00 dollars [Search]
Action: search[foldable water resistant camping lantern moss green]
Observation: [Back to Search] Page 1 (Total results: 27) [Next >] [Z0LUM1NA42] Brightfell Foldable Camping Lantern, Water Resistant, Collapsible LED Light for Tent and Porch $24.5 [Z0LUM1NA77] Brightfell Headlamp for Running, Water Resistant, 3 Modes $18.0 [Z0TENTPG09] Harrowmere Tent Peg Set of 12, Moss Green $11.99
Critic: The search found a foldable, water resistant camping lantern, Z0LUM1NA42, for 24.5 dollars, which is lower than 30. This step is GOOD.
Action: click[Z0TENTPG09]
Observation: [Back to Search] [< Prev] pack [12 pieces][24 pieces] Harrowmere Tent Peg Set of 12, Moss Green Price: $11.99 Rating: N.A. [Description] [Features] [Reviews] [Buy Now]
Critic: This page shows tent pegs, but the goal asks for a lantern. This step is BAD.
Action: click[< Prev]
Observation: [Back to Search] Page 1 (Total results: 27) [Next >] [Z0LUM1NA42] Brightfell Foldable Camping Lantern, Water Resistant, Collapsible LED Light for Tent and Porch $24.5 [Z0LUM1NA77] Brightfell Headlamp for Running, Water Resistant, 3 Modes $18.0 [Z0TENTPG09] Harrowmere Tent Peg Set of 12, Moss Green $11.99
Critic: The results are shown again, so the lantern can be opened now, which was necessary after the wrong page. This step is GOOD.
Action: click[Z0LUM1NA42]
Observation: [Back to Search] [< Prev] color [sand][moss green][slate] size [small][large] Brightfell Foldable Camping Lantern, Water Resistant, Collapsible LED Light for Tent and Porch Price: $24.5 Rating: N.A. [Description] [Features] [Reviews] [Buy Now]
Critic: The lantern fits the goal in kind, attributes and price, and it comes in moss green. This step is GOOD.
Action: click[Reviews]
Observation: [Back to Search] [< Prev]
Critic: There are no reviews; whether the lantern is a good choice can't be told from this page. This step is UNKNOWN.
Action: click[< Prev]
Observation: [Back to Search] [< Prev] color [sand][moss green][slate] size [small][large] Brightfell Foldable Camping Lantern, Water Resistant, Collapsible LED Light for Tent and Porch Price: $24.5 Rating: N.A. [Description] [Features] [Reviews] [Buy Now]
Critic: The lantern's page with its options is shown again, which is needed to choose the color. This step is GOOD.
Action: click[moss green]
Observation: You have clicked moss green.
Critic: The goal asks for moss green, and this option is chosen now. This step is GOOD.
Action: click[Buy Now]
Observation: Your score (min 0.0, max 1.0): 1.0
Critic: The lantern that fits the instruction was bought in the right color, so the goal is reached. This step is GOOD.
`;

/** WebShop in the simplified text that ReAct's harness shows, a page on one line; no thoughts, as in the paper. */
export const webshopParts = { head, examples, ...plainTails } as const;
