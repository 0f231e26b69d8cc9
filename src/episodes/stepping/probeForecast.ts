import { LacError } from '../../errors/lacError';
import type { ModelCalls } from '../../lac/calls';
import { decide, keptUnder, type Kept } from '../../lac/decide';
import { foldDecision } from '../../lac/decision';
import {
  callKinds,
  decisionStatistics,
  forecastDecision,
  type CallKind,
  type CostForecast,
  type CostRecord,
  type Range,
} from '../../lac/forecast';
import type { PartId } from '../../prompts/parts';
import { latestDecisions, type DecisionEntry, type NodeEntry, type Timeline } from '../../trajectories/timeline';
import type { CallShelf } from '../callShelf';
import { choices, type ByHand, type Settings } from '../episode';
import type { PromptsInForce } from '../promptsInForce';

export interface ForecastPorts {
  readonly timeline: Timeline;
  readonly shelf: CallShelf;
  /** Answers from the record alone. */
  readonly recorded: ModelCalls;
  readonly prompts: (id: string) => PromptsInForce | null;
}

export interface ProbeWish {
  readonly node: NodeEntry;
  /** The decision that is changed; undefined where there is none yet. */
  readonly base: DecisionEntry | undefined;
  readonly settings: Settings;
  readonly hand: ByHand;
}

/** How many recorded decisions tell what the next costs. */
const tellingDecisions = 20;

const nothing: Range = { min: 0, expected: 0, max: 0 };

/**
 * What one more decision at a node costs. The record is asked first: where it has every answer (back to an earlier value,
 * another alpha), the cost is nothing; else what stands of the decision that is changed is taken off.
 */
export async function forecastProbe(ports: ForecastPorts, wish: ProbeWish): Promise<CostForecast> {
  const known = await answeredByRecord(ports, wish);
  if (known !== null) {
    const byKind = Object.fromEntries(callKinds.map((kind) => [kind, nothing])) as Record<CallKind, Range>;
    return { calls: nothing, byKind, promptTokens: nothing, generatedTokens: nothing, reused: known };
  }
  const { node, base, settings, hand } = wish;
  const records = latestDecisions(ports.timeline, tellingDecisions).map((entry): CostRecord => ({
    decision: foldDecision(entry.events),
    parameters: entry.parameters,
    usage: (call) => ports.shelf.call(call)?.answer?.usage,
  }));
  const given =
    base?.complete === true ? { decision: foldDecision(base.events), keep: standing(ports, base, settings) } : null;
  return forecastDecision({
    parameters: settings.parameters,
    statistics: decisionStatistics(records),
    given,
    admissible: node.state.admissible?.length ?? null,
    added: hand.added.filter((action) => base?.added.includes(action) !== true).length,
  });
}

/** The number of calls that the record answers, when it answers all of them; else null. */
async function answeredByRecord(ports: ForecastPorts, { node, settings, hand }: ProbeWish): Promise<number | null> {
  const { recorded, timeline } = ports;
  let calls = 0;
  const ask: ModelCalls['ask'] = (request, purpose, hooks) => {
    calls++;
    return recorded.ask(request, purpose, hooks);
  };
  const events = decide(
    { transcript: timeline.transcript(node.id), ...choices(node), ...hand },
    {
      calls: { model: recorded.model, parallel: 1, ask },
      prompter: settings.prompts.renderer(settings.parameters),
    },
    settings.parameters,
    { signal: new AbortController().signal },
  );
  try {
    for (;;) if ((await events.next()).done === true) return calls;
  } catch (error) {
    if (error instanceof LacError && error.code === 'model.not-recorded') return null;
    throw error;
  }
}

const order: readonly Kept[] = ['nothing', 'proposals', 'rollouts', 'values'];

/** How much of a decision stands under other settings. */
function standing({ prompts }: ForecastPorts, base: DecisionEntry, settings: Settings): Kept {
  const byParameters = keptUnder(base.parameters, settings.parameters);
  const from = prompts(base.prompts);
  const byPrompts = from === null ? 'nothing' : keptByPrompts(from, settings.prompts);
  return order[Math.min(order.indexOf(byParameters), order.indexOf(byPrompts))];
}

function keptByPrompts(from: PromptsInForce, to: PromptsInForce): Kept {
  const parts = new Set([...from.set.parts.keys(), ...to.set.parts.keys()]);
  let kept = order.length - 1;
  for (const part of parts) {
    if (from.set.parts.get(part)?.hash === to.set.parts.get(part)?.hash) continue;
    kept = Math.min(kept, order.indexOf(keptByPart(part)));
  }
  return order[kept];
}

/** What a change of a part leaves standing of a decision. */
function keptByPart(part: PartId): Kept {
  switch (part) {
    case 'forward':
    case 'head.forward':
      return 'proposals';
    case 'critic':
    case 'head.critic':
      return 'rollouts';
    case 'reflection':
    case 'head.reflection':
      return 'values';
    default:
      return 'nothing';
  }
}
