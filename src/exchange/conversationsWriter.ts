import { recordedReward } from '../trajectories/outcome';
import type { Recording, WriteOptions, Writing } from './format';
import { jsonFile, tracksOf } from './recordedSteps';

interface Turn {
  readonly from: 'human' | 'gpt';
  readonly value: string;
  /** AgentTraj-L: whether a trainer learns from the turn; null for what the environment says. */
  readonly loss: boolean | null;
}

/** Episodes as AgentTraj-L writes them: observations from `human`, `Thought: ... Action: ...` from `gpt`. */
export function writeConversations(recording: Recording, { stem }: WriteOptions): Writing {
  const records = tracksOf(recording).map(({ timeline, branch, nodes, views }) => {
    const first = timeline.start.observation;
    const opening = first.includes(timeline.goal) ? first : `${first}\nYour task is to: ${timeline.goal}`;
    const turns: Turn[] = [{ from: 'human', value: opening, loss: null }];
    for (const [step, node] of nodes.entries()) {
      if (node.arrival === null) continue;
      const thoughts = (views.at(step - 1)?.thoughts ?? []).map((text) => text.replace(/^think:\s*/, ''));
      const thought = thoughts.length === 0 ? '' : `Thought: ${thoughts.join('\n')}\n`;
      turns.push({ from: 'gpt', value: `${thought}Action: ${node.arrival.action}`, loss: true });
      const open = node.arrival.unknown?.includes('observation') === true;
      if (!open) turns.push({ from: 'human', value: node.observation, loss: null });
    }
    const end = nodes.at(-1)?.end ?? null;
    return {
      item_id: timeline.task.id,
      ...(timeline.branches.length === 1 ? {} : { branch }),
      ...(end === null ? {} : { success: end.success, reward: recordedReward(end) ?? undefined }),
      conversations: turns,
    };
  });
  return {
    files: [jsonFile(`${stem}.json`, records)],
    losses: [
      'Candidates, priors, values, rollouts, reflections, prompts and calls are left out: the format has no place for them.',
      'Rewards of single steps, states and edits are left out; an episode keeps its last reward.',
    ],
  };
}
