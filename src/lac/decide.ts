import { Asking, shownHistory, type DecisionPorts } from './asking';
import { choose } from './choice';
import { interleave } from './concurrency';
import { foldDecision, type Decision, type DecisionCandidate } from './decision';
import { earlierUses } from './diagnostics';
import type { DecisionEvent, ProposalEvent, ReflectionEvent, ThoughtEvent } from './events';
import { methodRules } from './methods';
import type { Parameters } from './parameters';
import { priorOver } from './prior';
import { addByHand, proposeCandidates, think, type ProposalContext } from './proposal';
import { sameProposals, sameRollouts } from './redecide';
import { rollOut, splitGoal, writeReflection, type RolloutContext } from './rollout';
import { shuffledValues } from './seeds';
import type { Transcript } from './transcript';

/** How much of an earlier decision at the same place still stands; each includes those before it. */
export type Kept = 'nothing' | 'proposals' | 'rollouts' | 'values';

/** An earlier decision of which a part stands. What stands is yielded again, so that the events are whole. */
export interface Given {
  readonly decision: Decision;
  /** `proposals`: candidates and thoughts; `rollouts`: imagined steps too; `values`: all readings too. */
  readonly keep: Kept;
}

export interface DecideOptions {
  readonly signal: AbortSignal;
  readonly given?: Given | null;
}

/**
 * Decides one step. Yields events as they come about and returns the decision folded from them. Nothing is asked before the
 * first pull, and at `parallel` 1 nothing beyond what the pulled event needs: candidate by candidate, depth first. Above 1
 * rollouts of several candidates go on at once (`canonicalOrder` restores the order).
 * @throws LacError `lac.no-candidates`, `lac.no-admissible`, `lac.no-scores`, and what the model's calls throw;
 *   the signal's reason when aborted. No call is under way any more when it has thrown, returned or been left.
 */
export async function* decide(
  context: ProposalContext,
  ports: DecisionPorts,
  parameters: Parameters,
  { signal, given = null }: DecideOptions,
): AsyncGenerator<DecisionEvent, Decision> {
  const asking = new Asking(ports, parameters, signal);
  const rule = methodRules[parameters.method];
  const events: DecisionEvent[] = [];
  const record = <E extends DecisionEvent>(event: E): E => {
    events.push(event);
    return event;
  };
  const kept = given === null || given.decision.candidates.length === 0 ? 'nothing' : given.keep;
  const old = kept === 'nothing' ? null : given?.decision;

  // Actor
  let transcript = shownHistory(context.transcript, parameters);
  let proposals: readonly ProposalEvent[];
  if (old === null || old === undefined) {
    const thinking = think(asking, transcript);
    let next = await thinking.next();
    while (next.done !== true) {
      yield record(next.value);
      next = await thinking.next();
    }
    transcript = next.value.transcript;
    proposals = await proposeCandidates(asking, { ...context, transcript }, next.value.greedy);
  } else {
    transcript = withThoughts(transcript, old.thoughts);
    for (const thought of old.thoughts) yield record(thought);
    const standing = old.candidates.map(({ proposal }) => proposal);
    proposals = await addByHand(asking, { ...context, transcript }, standing);
  }
  for (const proposal of proposals) yield record(proposal);
  const prior = record(priorOver(proposals, parameters));
  yield prior;

  // Forward model and critic
  if (rule.value !== 'none') {
    const standing = proposals.map((proposal) =>
      kept === 'rollouts' || kept === 'values' ? standingAt(old, proposal) : undefined,
    );
    const judged = kept === 'values' && standing.every((each) => (each?.own ?? null) !== null);
    const subgoals = rule.value === 'subgoals' && !judged ? await splitGoal(asking, transcript) : null;
    const rollouts = proposals.map((proposal, i) => {
      const before = standing[i];
      const from: RolloutContext = {
        transcript,
        proposal,
        resample: context.resample ?? 0,
        steps: before?.steps ?? [],
        verdicts: kept === 'values' ? (before?.verdicts ?? []) : [],
        own: kept === 'values' ? (before?.own ?? null) : null,
        subgoals,
      };
      return (inner: AbortSignal) => rollOut(asking.under(inner), from);
    });
    for await (const event of interleave(rollouts, asking.parallel, signal)) yield record(event);
  }

  // Improvement
  const { candidates } = foldDecision(events);
  const { improvement, choice } = choose(
    {
      facts: candidates,
      prior,
      uses: earlierUses(
        context.transcript,
        proposals.map(({ action }) => action),
      ),
      permutation: rule.shuffled
        ? shuffledValues(parameters.seed, context.transcript.steps.length, proposals.length)
        : null,
    },
    parameters,
  );
  yield record(improvement);
  yield record(choice);
  return foldDecision(events);
}

/** What an earlier decision knows of a candidate. */
function standingAt(old: Decision | null | undefined, proposal: ProposalEvent): DecisionCandidate | undefined {
  return old?.candidates.find(({ index, action }) => index === proposal.candidate && action === proposal.action);
}

function withThoughts(transcript: Transcript, thoughts: readonly ThoughtEvent[]): Transcript {
  return { ...transcript, thoughts: [...transcript.thoughts, ...thoughts.map(({ text }) => text)] };
}

/** How much of a decision made under `from` stands under `to`, the prompts being the same. */
export function keptUnder(from: Parameters, to: Parameters): Kept {
  if (!sameProposals(from, to)) return 'nothing';
  if (!sameRollouts(from, to)) return 'proposals';
  // A value of its own was asked at one rollout's end, by one method.
  const own = methodRules[to.method].value === 'probability' || methodRules[to.method].value === 'subgoals';
  const asked = from.method === to.method && from.depth === to.depth && from.subgoals === to.subgoals;
  return own && !asked ? 'rollouts' : 'values';
}

/**
 * Writes the reflection of the last real step, whose reflection is still null. Yields nothing where the method has none.
 * Returns the event, or null.
 */
export async function* reflect(
  { transcript }: { readonly transcript: Transcript },
  ports: DecisionPorts,
  parameters: Parameters,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<ReflectionEvent, ReflectionEvent | null> {
  if (!methodRules[parameters.method].reflections || transcript.steps.length === 0) return null;
  const asking = new Asking(ports, parameters, signal);
  const { text, says, forced, calls } = await writeReflection(
    asking,
    { role: 'reflection', slot: 'reflection', transcript },
    { imagined: [], candidate: null, depth: null },
  );
  const event: ReflectionEvent = { type: 'reflection', text, says, forced, calls };
  yield event;
  return event;
}
