/**
 * Worked examples for BabyAI-Text, two for each task type. The rooms are our own; every observation is what the
 * environment says in them, and every verdict follows the rule: GOOD when the step was necessary for the goal or brought
 * information that is needed, BAD when it was useless or wrong, UNKNOWN when the history cannot tell.
 */
export const babyaiExamples = {
  'examples.go-to': `Goal: go to the green ball
Observation: You see a wall 3 steps forward, You see a wall 2 steps right, You see a red key 1 step left and 1 step forward
Action: think: I do not see the green ball yet, so I have to look for it.
Observation: OK.
Action: go forward
Observation: You see a wall 2 steps forward, You see a wall 2 steps right, You see a red key 1 step left
Critic: The green ball is still not in view, and nothing seen so far tells whether this way is right. This step is UNKNOWN.
Action: turn left
Observation: You see a wall 2 steps right, You see a green ball 3 steps left and 3 steps forward, You see a red key 1 step forward
Critic: The turn brought the green ball into view, 3 steps left and 3 steps forward. This step is GOOD.
Action: turn left
Observation: You see a wall 5 steps forward, You see a wall 2 steps left, You see a red key 1 step right, You see a green ball 3 steps right and 3 steps forward
Critic: The red key no longer bars the way, and the green ball is still in view, 3 steps right and 3 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 4 steps forward, You see a wall 2 steps left, You see a green ball 3 steps right and 2 steps forward
Critic: The green ball came nearer: 3 steps right and 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps forward, You see a wall 2 steps left, You see a green ball 3 steps right and 1 step forward
Critic: The green ball came nearer: 3 steps right and 1 step forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps forward, You see a wall 2 steps left, You see a green ball 3 steps right
Critic: The green ball is straight to the right now, 3 steps right. This step is GOOD.
Action: turn right
Observation: You see a wall 2 steps left, You see a green ball 3 steps forward, You see a red key 3 steps right and 1 step forward
Critic: I face the green ball now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps left, You see a green ball 2 steps forward, You see a red key 3 steps right
Critic: The green ball came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps left, You see a green ball 1 step forward
Critic: I stand before the green ball, so the goal is reached. This step is GOOD.

Goal: go to the purple box
Observation: You see a wall 4 steps forward, You see a wall 3 steps right, You see a purple box 3 steps left, You see a blue ball 1 step right and 2 steps forward
Action: think: The purple box is 3 steps left, so I should turn left.
Observation: OK.
Action: turn right
Observation: You see a wall 3 steps forward, You see a wall 3 steps right, You see a blue ball 2 steps left and 1 step forward
Critic: The purple box was 3 steps left, and this turn to the right put it behind me. This step is BAD.
Action: turn left
Observation: You see a wall 4 steps forward, You see a wall 3 steps right, You see a purple box 3 steps left, You see a blue ball 1 step right and 2 steps forward
Critic: The wrong turn is undone, and the purple box is in view again, 3 steps left. This step is GOOD.
Action: turn left
Observation: You see a wall 3 steps left, You see a purple box 3 steps forward
Critic: I face the purple box now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps left, You see a purple box 2 steps forward
Critic: The purple box came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps left, You see a purple box 1 step forward
Critic: I stand before the purple box, so the goal is reached. This step is GOOD.
`,
  'examples.pick-up': `Goal: pick up the yellow key
Observation: You see a wall 2 steps right, You see a grey ball 3 steps left and 1 step forward, You see a yellow key 3 steps forward
Action: think: The yellow key is straight ahead; I have to stand before it to pick it up.
Observation: OK.
Action: go forward
Observation: You see a wall 2 steps right, You see a grey ball 3 steps left, You see a yellow key 2 steps forward
Critic: The yellow key came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps right, You see a yellow key 1 step forward
Critic: The yellow key is 1 step forward now, near enough to pick it up. This step is GOOD.
Action: pick up
Observation: You carry a yellow key, You see a wall 3 steps forward, You see a wall 2 steps right
Critic: I carry the yellow key, so the goal is reached. This step is GOOD.

Goal: pick up the blue ball
Observation: You see a wall 5 steps forward, You see a wall 2 steps left, You see a red box 2 steps right and 2 steps forward, You see a blue ball 3 steps right
Action: think: The blue ball is to my right.
Observation: OK.
Action: pick up
Observation: You see a wall 5 steps forward, You see a wall 2 steps left, You see a red box 2 steps right and 2 steps forward, You see a blue ball 3 steps right
Critic: Nothing was picked up, for there is nothing right before me; the blue ball is 3 steps right. This step is BAD.
Action: turn right
Observation: You see a wall 2 steps right, You see a red box 2 steps left and 2 steps forward, You see a blue ball 3 steps forward
Critic: I face the blue ball now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps right, You see a red box 2 steps left and 1 step forward, You see a blue ball 2 steps forward
Critic: The blue ball came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps right, You see a red box 2 steps left, You see a blue ball 1 step forward
Critic: The blue ball is 1 step forward now, near enough to pick it up. This step is GOOD.
Action: pick up
Observation: You carry a blue ball, You see a wall 3 steps forward, You see a wall 2 steps right, You see a red box 2 steps left
Critic: I carry the blue ball, so the goal is reached. This step is GOOD.
`,
  'examples.go-to-after-pick-up': `Goal: go to the red box after you pick up the green key
Observation: You see a wall 3 steps left, You see a green key 2 steps forward, You see a red box 3 steps right
Action: think: The green key comes first, then the red box.
Observation: OK.
Action: go forward
Observation: You see a wall 3 steps left, You see a green key 1 step forward
Critic: The green key, which comes first, is 1 step forward now; the red box is to the right behind me. This step is GOOD.
Action: pick up
Observation: You carry a green key, You see a wall 4 steps forward, You see a wall 3 steps left
Critic: I carry the green key, so the first part is done; the red box is still to go to. This step is GOOD.
Action: turn right
Observation: You carry a green key, You see a wall 4 steps forward, You see a wall 3 steps right, You see a red box 1 step right and 3 steps forward
Critic: The turn brought the red box into view again, 1 step right and 3 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a green key, You see a wall 3 steps forward, You see a wall 3 steps right, You see a red box 1 step right and 2 steps forward
Critic: The red box came nearer: 1 step right and 2 steps forward. This step is GOOD.
Action: turn right
Observation: You carry a green key, You see a wall 3 steps forward, You see a wall 3 steps left, You see a red box 2 steps left and 1 step forward
Critic: I face down the room; the red box is 2 steps left and 1 step forward, so one step forward brings me level with it. This step is GOOD.
Action: go forward
Observation: You carry a green key, You see a wall 2 steps forward, You see a red box 2 steps left
Critic: The red box is level with me now, 2 steps left. This step is GOOD.
Action: turn left
Observation: You carry a green key, You see a wall 2 steps right, You see a red box 2 steps forward
Critic: I face the red box now, 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a green key, You see a wall 2 steps right, You see a red box 1 step forward
Critic: I stand before the red box with the green key in hand, so the goal is reached. This step is GOOD.

Goal: go to the grey ball after you pick up the purple box
Observation: You see a wall 3 steps right, You see a grey ball 2 steps left and 2 steps forward, You see a purple box 2 steps forward
Action: think: The purple box comes first.
Observation: OK.
Action: turn left
Observation: You see a wall 4 steps forward, You see a wall 2 steps left, You see a grey ball 2 steps right and 2 steps forward, You see a purple box 2 steps right
Critic: The purple box comes first and was straight ahead; now it is 2 steps right. This step is BAD.
Action: turn right
Observation: You see a wall 3 steps right, You see a grey ball 2 steps left and 2 steps forward, You see a purple box 2 steps forward
Critic: I face the purple box again, 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps right, You see a grey ball 2 steps left and 1 step forward, You see a purple box 1 step forward
Critic: The purple box is 1 step forward now, near enough to pick it up. This step is GOOD.
Action: pick up
Observation: You carry a purple box, You see a wall 4 steps forward, You see a wall 3 steps right, You see a grey ball 2 steps left and 1 step forward
Critic: I carry the purple box, so the first part is done; the grey ball is 2 steps left and 1 step forward. This step is GOOD.
Action: go forward
Observation: You carry a purple box, You see a wall 3 steps forward, You see a wall 3 steps right, You see a grey ball 2 steps left
Critic: The grey ball is level with the way to my left now, 2 steps left. This step is GOOD.
Action: turn left
Observation: You carry a purple box, You see a wall 3 steps right, You see a grey ball 2 steps forward
Critic: I face the grey ball now, 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a purple box, You see a wall 3 steps right, You see a grey ball 1 step forward
Critic: I stand before the grey ball with the purple box in hand, so the goal is reached. This step is GOOD.
`,
  'examples.pick-up-then-go-to': `Goal: pick up the red ball, then go to the blue key
Observation: You see a wall 2 steps left, You see a red ball 2 steps forward, You see a blue key 3 steps right and 3 steps forward
Action: think: The red ball comes first, and it is straight ahead.
Observation: OK.
Action: go forward
Observation: You see a wall 2 steps left, You see a red ball 1 step forward, You see a blue key 3 steps right and 2 steps forward
Critic: The red ball, which comes first, is 1 step forward now. This step is GOOD.
Action: pick up
Observation: You carry a red ball, You see a wall 4 steps forward, You see a wall 2 steps left, You see a blue key 3 steps right and 2 steps forward
Critic: I carry the red ball, so the first part is done; the blue key is 3 steps right and 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a red ball, You see a wall 3 steps forward, You see a wall 2 steps left, You see a blue key 3 steps right and 1 step forward
Critic: The blue key came nearer: 3 steps right and 1 step forward. This step is GOOD.
Action: go forward
Observation: You carry a red ball, You see a wall 2 steps forward, You see a wall 2 steps left, You see a blue key 3 steps right
Critic: The blue key is level with me now, 3 steps right. This step is GOOD.
Action: turn right
Observation: You carry a red ball, You see a wall 2 steps left, You see a blue key 3 steps forward
Critic: I face the blue key now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a red ball, You see a wall 2 steps left, You see a blue key 2 steps forward
Critic: The blue key came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a red ball, You see a wall 2 steps left, You see a blue key 1 step forward
Critic: I stand before the blue key with the red ball in hand, so the goal is reached. This step is GOOD.

Goal: pick up the grey key, then go to the yellow box
Observation: You see a wall 2 steps forward, You see a wall 3 steps right, You see a grey key 2 steps left
Action: think: The grey key comes first; the yellow box is not in view yet.
Observation: OK.
Action: turn right
Observation: You see a wall 3 steps forward, You see a wall 2 steps left
Critic: The grey key, which comes first, was 2 steps left, and this turn to the right put it behind me. This step is BAD.
Action: turn left
Observation: You see a wall 2 steps forward, You see a wall 3 steps right, You see a grey key 2 steps left
Critic: The wrong turn is undone, and the grey key is in view again, 2 steps left. This step is GOOD.
Action: turn left
Observation: You see a wall 2 steps right, You see a yellow box 3 steps left and 2 steps forward, You see a grey key 2 steps forward
Critic: I face the grey key now, 2 steps forward, and the yellow box has come into view. This step is GOOD.
Action: go forward
Observation: You see a wall 2 steps right, You see a yellow box 3 steps left and 1 step forward, You see a grey key 1 step forward
Critic: The grey key is 1 step forward now, near enough to pick it up. This step is GOOD.
Action: pick up
Observation: You carry a grey key, You see a wall 3 steps forward, You see a wall 2 steps right, You see a yellow box 3 steps left and 1 step forward
Critic: I carry the grey key, so the first part is done; the yellow box is 3 steps left and 1 step forward. This step is GOOD.
Action: go forward
Observation: You carry a grey key, You see a wall 2 steps forward, You see a wall 2 steps right, You see a yellow box 3 steps left
Critic: The yellow box is level with the way to my left now, 3 steps left. This step is GOOD.
Action: turn left
Observation: You carry a grey key, You see a wall 2 steps right, You see a yellow box 3 steps forward
Critic: I face the yellow box now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a grey key, You see a wall 2 steps right, You see a yellow box 2 steps forward
Critic: The yellow box came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a grey key, You see a wall 2 steps right, You see a yellow box 1 step forward
Critic: I stand before the yellow box with the grey key in hand, so the goal is reached. This step is GOOD.
`,
  'examples.put-next-to': `Goal: put the blue box next to the red ball
Observation: You see a wall 3 steps left, You see a blue box 2 steps forward, You see a red ball 2 steps right and 3 steps forward
Action: think: I have to pick up the blue box first, then drop it beside the red ball.
Observation: OK.
Action: go forward
Observation: You see a wall 3 steps left, You see a blue box 1 step forward, You see a red ball 2 steps right and 2 steps forward
Critic: The blue box is 1 step forward now, near enough to pick it up. This step is GOOD.
Action: pick up
Observation: You carry a blue box, You see a wall 5 steps forward, You see a wall 3 steps left, You see a red ball 2 steps right and 2 steps forward
Critic: I carry the blue box; the red ball is 2 steps right and 2 steps forward. This step is GOOD.
Action: turn right
Observation: You carry a blue box, You see a wall 4 steps forward, You see a wall 2 steps right, You see a red ball 2 steps left and 2 steps forward
Critic: I face the side of the red ball, which is 2 steps left and 2 steps forward now. This step is GOOD.
Action: go forward
Observation: You carry a blue box, You see a wall 3 steps forward, You see a wall 2 steps right, You see a red ball 2 steps left and 1 step forward
Critic: The red ball came nearer: 2 steps left and 1 step forward. This step is GOOD.
Action: turn left
Observation: You carry a blue box, You see a wall 5 steps forward, You see a wall 3 steps right, You see a red ball 1 step right and 2 steps forward
Critic: I face along the red ball, which is 1 step right and 2 steps forward; one step more and the place before me is beside it. This step is GOOD.
Action: go forward
Observation: You carry a blue box, You see a wall 4 steps forward, You see a wall 3 steps right, You see a red ball 1 step right and 1 step forward
Critic: The red ball is 1 step right and 1 step forward, so the place right before me is next to it. This step is GOOD.
Action: drop
Observation: You see a wall 3 steps right, You see a blue box 1 step forward, You see a red ball 1 step right and 1 step forward
Critic: The blue box lies 1 step forward and the red ball 1 step right and 1 step forward, next to each other, so the goal is reached. This step is GOOD.

Goal: put the green key next to the purple ball
Observation: You see a wall 2 steps left, You see a green key 1 step forward, You see a purple ball 3 steps right and 1 step forward
Action: think: The green key is right before me; I have to pick it up first.
Observation: OK.
Action: drop
Observation: You see a wall 2 steps left, You see a green key 1 step forward, You see a purple ball 3 steps right and 1 step forward
Critic: I carry nothing, so nothing was dropped and nothing changed. This step is BAD.
Action: pick up
Observation: You carry a green key, You see a wall 5 steps forward, You see a wall 2 steps left, You see a purple ball 3 steps right and 1 step forward
Critic: I carry the green key; the purple ball is 3 steps right and 1 step forward. This step is GOOD.
Action: turn right
Observation: You carry a green key, You see a wall 5 steps forward, You see a wall 2 steps right, You see a purple ball 1 step left and 3 steps forward
Critic: I face the side of the purple ball, which is 1 step left and 3 steps forward now. This step is GOOD.
Action: go forward
Observation: You carry a green key, You see a wall 4 steps forward, You see a wall 2 steps right, You see a purple ball 1 step left and 2 steps forward
Critic: The purple ball came nearer: 1 step left and 2 steps forward. This step is GOOD.
Action: go forward
Observation: You carry a green key, You see a wall 3 steps forward, You see a wall 2 steps right, You see a purple ball 1 step left and 1 step forward
Critic: The purple ball is 1 step left and 1 step forward, so the place to my left is next to it. This step is GOOD.
Action: turn left
Observation: You carry a green key, You see a wall 5 steps forward, You see a wall 3 steps right, You see a purple ball 1 step right and 1 step forward
Critic: The purple ball is 1 step right and 1 step forward, so the place right before me is next to it. This step is GOOD.
Action: drop
Observation: You see a wall 3 steps right, You see a green key 1 step forward, You see a purple ball 1 step right and 1 step forward
Critic: The green key lies 1 step forward and the purple ball 1 step right and 1 step forward, next to each other, so the goal is reached. This step is GOOD.
`,
  'examples.open-door': `Goal: open the red door
Observation: You see a wall 3 steps right, You see a closed red door 3 steps forward
Action: think: The red door is straight ahead; I have to stand before it to open it.
Observation: OK.
Action: go forward
Observation: You see a wall 3 steps right, You see a closed red door 2 steps forward
Critic: The red door came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps right, You see a closed red door 1 step forward
Critic: The red door is 1 step forward now, near enough to open it. This step is GOOD.
Action: toggle
Observation: You see a wall 3 steps right, You see a open red door 1 step forward
Critic: The red door is open, so the goal is reached. This step is GOOD.

Goal: open the green door
Observation: You see a wall 4 steps forward, You see a closed green door 3 steps left
Action: think: The green door is to my left.
Observation: OK.
Action: toggle
Observation: You see a wall 4 steps forward, You see a closed green door 3 steps left
Critic: There is no door right before me, so nothing changed; the green door is 3 steps left. This step is BAD.
Action: turn left
Observation: You see a wall 3 steps left, You see a yellow key 1 step left and 1 step forward, You see a closed green door 3 steps forward
Critic: I face the green door now, 3 steps forward. This step is GOOD.
Action: go forward
Observation: You see a yellow key 1 step left, You see a closed green door 2 steps forward
Critic: The green door came nearer: 2 steps forward. This step is GOOD.
Action: go forward
Observation: You see a wall 3 steps left, You see a closed green door 1 step forward
Critic: The green door is 1 step forward now, near enough to open it. This step is GOOD.
Action: toggle
Observation: You see a wall 3 steps left, You see a open green door 1 step forward
Critic: The green door is open, so the goal is reached. This step is GOOD.
`,
} as const;
