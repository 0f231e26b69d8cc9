import { foldDecision } from '../lac/decision';
import { repeats } from '../lac/diagnostics';
import type { CallId } from '../lac/calls';
import type { Agreement } from '../lac/events';
import { methodRules } from '../lac/methods';
import { roles, type Role } from '../lac/transcript';
import { knownReward, recordedReward } from '../trajectories/outcome';
import type { CallLookup } from '../trajectories/callCosts';
import type { CallLine } from '../trajectories/schema';
import { type Timeline, decisionShown } from '../trajectories/timeline';
import type { Judgement } from './judge';

/** What one role's calls cost in an episode, each call counted once. */
export interface RoleCost {
  readonly calls: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

/** All that the tables need of one episode. */
export interface EpisodeMeasures {
  readonly task: string;
  readonly type: string;
  readonly success: boolean;
  /** How it ended; the code of the error where it could not be played to its end. */
  readonly reason: string;
  /** null where it is not recorded. */
  readonly reward: number | null;
  readonly steps: number;
  /** Steps with an action that had been used before after the same observation. */
  readonly loops: number;
  readonly cost: Readonly<Record<Role, RoleCost>>;
  /** Seconds in which a model worked for the episode, calls side by side counted once. */
  readonly seconds: number;
  /** The same for each of its decisions that asked anything new. */
  readonly decisionSeconds: readonly number[];
  /** Decisions by the source that agrees with the choice; null for methods without values. */
  readonly agreement: Readonly<Record<Agreement, number>> | null;
  readonly judgement: Judgement | null;
}

/** Measures an episode along its first branch. `failure`: the code of the error that ended it, where there was one. */
export function measureEpisode(
  timeline: Timeline,
  lookup: CallLookup,
  judgement: Judgement | null,
  failure: string | null,
): EpisodeMeasures {
  const nodes = timeline.line('b0');
  const tip = nodes[nodes.length - 1];
  const cost = Object.fromEntries(
    roles.map((role) => [role, { calls: 0, promptTokens: 0, generatedTokens: 0 }]),
  ) as Record<Role, RoleCost>;
  const agreement: Record<Agreement, number> = { both: 0, prior: 0, critic: 0, neither: 0 };
  const seen = new Set<CallId>();
  const all: CallLine[] = [];
  const decisionSeconds: number[] = [];
  const take = (ids: readonly CallId[]): CallLine[] => {
    const fresh: CallLine[] = [];
    for (const id of ids) {
      const line = seen.has(id) ? undefined : lookup(id);
      seen.add(id);
      if (line !== undefined) fresh.push(line);
    }
    for (const line of fresh) {
      const role = line.at?.purpose?.role ?? 'actor';
      const { calls, promptTokens, generatedTokens } = cost[role];
      const usage = line.answer?.usage;
      cost[role] = {
        calls: calls + 1,
        promptTokens: promptTokens + (usage?.promptTokens ?? 0),
        generatedTokens: generatedTokens + (usage?.generatedTokens ?? 0),
      };
    }
    all.push(...fresh);
    return fresh;
  };
  for (const [step, node] of nodes.entries()) {
    take(node.reflection?.calls ?? []);
    const next = nodes.at(step + 1);
    const entry = next === undefined ? undefined : decisionShown(node, next);
    if (entry === undefined) continue;
    const asked = take(entry.events.flatMap((event) => ('calls' in event ? event.calls : [])));
    if (asked.length > 0) decisionSeconds.push(busySeconds(asked));
    const { choice } = foldDecision(entry.events);
    if (choice !== null) agreement[choice.agreement]++;
  }
  const valued = methodRules[timeline.parameters.method].value !== 'none';
  return {
    task: timeline.task.id,
    type: timeline.task.type,
    success: tip.end?.success ?? false,
    reason: tip.end?.reason ?? failure ?? 'unfinished',
    reward: tip.end === null ? knownReward(nodes) : recordedReward(tip.end),
    steps: tip.step,
    loops: repeats(timeline.transcript(tip.id)).filter((uses) => uses > 0).length,
    cost,
    seconds: busySeconds(all),
    decisionSeconds,
    agreement: valued ? agreement : null,
    judgement,
  };
}

/** Seconds in which at least one of the calls was under way. */
function busySeconds(calls: readonly CallLine[]): number {
  const spans = calls
    .flatMap(({ at }): [number, number][] => {
      const [startedAt, durationMs] = [at?.['startedAt'], at?.['durationMs']];
      if (typeof startedAt !== 'string' || typeof durationMs !== 'number') return [];
      const start = Date.parse(startedAt);
      return Number.isNaN(start) ? [] : [[start, start + durationMs]];
    })
    .sort(([a], [b]) => a - b);
  let milliseconds = 0;
  let until = -Infinity;
  for (const [start, end] of spans) {
    milliseconds += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return milliseconds / 1000;
}
