import { normalizeLine } from './actionText';
import { uniqueCalls, type Asking } from './asking';
import type { CallId } from './calls';
import { likeliestVerdict, readSlot, type SlotReading } from './critic';
import type { ProposalEvent, RolloutStepEvent, ValueEvent, VerdictEvent } from './events';
import { undefinedValue } from './improvement';
import { depthInForce, methodRules } from './methods';
import { sumOf } from './prior';
import { splitReflection, withVerdict } from './reflectionText';
import { deriveSeed } from './seeds';
import type { Transcript, TranscriptStep } from './transcript';
import { actionLogprobs, discountedReturn, logOdds, readCount, readProbability, readReward } from './values';

export type RolloutEvent = RolloutStepEvent | VerdictEvent | ValueEvent;

/** Tokens enough for a printed number. */
const numberTokens = 12;

/** What one candidate's rollout starts from. */
export interface RolloutContext {
  /** The history as the method shows it, thoughts of this step included. */
  readonly transcript: Transcript;
  readonly proposal: ProposalEvent;
  /** Number of the re-sample, from 0. */
  readonly resample: number;
  /** Imagined steps that stay as they are, from depth 1 on. */
  readonly steps: readonly RolloutStepEvent[];
  /** Readings that stay as they are. */
  readonly verdicts: readonly VerdictEvent[];
  /** A value that stays as it is. */
  readonly own: ValueEvent | null;
  /** Sub-goals of method `rafa`. */
  readonly subgoals: Subgoals | null;
}

export interface Subgoals {
  readonly goals: readonly string[];
  readonly calls: readonly CallId[];
}

/**
 * One candidate's imagined trajectory and its value: each step, then the reading of its reflection, then the next. It ends
 * at the depth in force, when a reflection says GOOD or BAD, at an imagined reward of 1, or when no action comes.
 */
export async function* rollOut(asking: Asking, context: RolloutContext): AsyncGenerator<RolloutEvent> {
  const { parameters } = asking;
  const { proposal, verdicts } = context;
  const rule = methodRules[parameters.method];
  const depth = depthInForce(parameters);
  const reads = rule.value === 'verdict' || rule.value === 'log-good';
  const steps: RolloutStepEvent[] = [];
  // The same as a transcript has them, each one object for good, so that whoever writes prompts knows it again.
  const path: TranscriptStep[] = [];
  if (depth === 0 && reads) yield verdicts.find((each) => each.depth === 0) ?? (await readAction(asking, context));
  for (let at = 1; at <= depth; at++) {
    const given = context.steps.find((step) => step.depth === at);
    const imagined = given === undefined ? await imagine(asking, context, path, at) : standing(given);
    if (imagined === null) break;
    const { step, observed, reading } = imagined;
    steps.push(step);
    yield step;
    if (reads) {
      yield (
        verdicts.find((each) => each.depth === at) ??
        verdictEvent(context, at, reading ?? (await readStep(asking, context, step, [...path, observed])))
      );
    }
    path.push(transcriptStep(step));
    if (step.says === 'GOOD' || step.says === 'BAD' || step.reward === 1) break;
  }
  switch (rule.value) {
    case 'none':
    case 'verdict':
    case 'log-good':
      return;
    case 'probability':
      yield context.own ?? (await askProbability(asking, context, path));
      return;
    case 'subgoals':
      yield context.own ?? (await askSatisfied(asking, context, path));
      return;
    case 'action-logprobs':
      yield {
        type: 'value',
        candidate: proposal.candidate,
        method: 'rap',
        value: { q: actionLogprobs(proposal.logprob, steps, depth), bound: 'exact' },
        explanation: `sum of the log-probabilities of ${Math.max(1, steps.length)} actions`,
        calls: uniqueCalls(...proposal.calls, ...steps.flatMap(({ calls }) => calls)),
      };
      return;
    case 'return': {
      const value = discountedReturn(steps, parameters.gamma, depth);
      const rewards = steps.map(({ reward }) => reward ?? 'unreadable').join(', ');
      yield {
        type: 'value',
        candidate: proposal.candidate,
        method: 'icpi',
        value: value === null ? undefinedValue : { q: value, bound: 'exact' },
        explanation: `rewards ${rewards}, discounted by ${parameters.gamma}`,
        calls: uniqueCalls(...steps.flatMap(({ calls }) => calls)),
      };
    }
  }
}

const noThoughts: readonly string[] = [];

/** An imagined step as a transcript has it. */
function transcriptStep({ action, observation, reflection, reward }: RolloutStepEvent): TranscriptStep {
  const step = { thoughts: noThoughts, action, observation, reflection };
  return reward === undefined ? step : { ...step, reward };
}

/** A candidate's action alone. */
function actionAlone(action: string): TranscriptStep {
  return { thoughts: noThoughts, action, observation: null, reflection: null };
}

/** One imagined step: whole, and up to its observation, after which the reflection is written. */
interface ImaginedStep {
  readonly step: RolloutStepEvent;
  readonly observed: TranscriptStep;
  /** The verdict slot's reading, where the verdict had to be read because the reflection has none. */
  readonly reading: SlotReading | null;
}

/** A step that was imagined before. */
function standing(step: RolloutStepEvent): ImaginedStep {
  return { step, observed: { ...actionAlone(step.action), observation: step.observation }, reading: null };
}

function verdictEvent({ proposal }: RolloutContext, depth: number, reading: SlotReading): VerdictEvent {
  return { type: 'verdict', candidate: proposal.candidate, depth, ...reading };
}

/** Q from history and action alone. */
async function readAction(asking: Asking, context: RolloutContext): Promise<VerdictEvent> {
  const { transcript, proposal } = context;
  const reading = await readSlot(asking, {
    transcript,
    imagined: [actionAlone(proposal.action)],
    head: asking.ports.prompter.verdictLead,
    candidate: proposal.candidate,
    depth: 0,
  });
  return verdictEvent(context, 0, reading);
}

/** The reading of a step's reflection; `imagined` ends in that step's observation. */
function readStep(
  asking: Asking,
  context: RolloutContext,
  step: RolloutStepEvent,
  imagined: readonly TranscriptStep[],
): Promise<SlotReading> {
  const { head } = splitReflection(step.reflection ?? '', asking.ports.prompter.verdictLead);
  return readSlot(asking, {
    transcript: context.transcript,
    imagined,
    head,
    candidate: context.proposal.candidate,
    depth: step.depth,
  });
}

/** The next imagined step after `earlier`; null when no action comes. */
async function imagine(
  asking: Asking,
  context: RolloutContext,
  earlier: readonly TranscriptStep[],
  depth: number,
): Promise<ImaginedStep | null> {
  const { parameters } = asking;
  const { transcript, proposal, resample } = context;
  const { rollouts, value } = methodRules[parameters.method];
  const candidate = proposal.candidate;
  const temperature = parameters.rolloutTemperature;
  const calls: CallId[] = [];
  // The seed does not name the candidate: its prompt does, and a new order of candidates then draws the same lines.
  const wish = (slot: 'action' | 'observation' | 'reflection' | 'reward') =>
    ({
      role: 'forward',
      slot,
      transcript,
      temperature,
      seed: temperature === 0 ? null : deriveSeed(parameters.seed, slot, transcript.steps.length, depth, resample),
      ordinal: resample,
      candidate,
      depth,
    }) as const;

  let action = proposal.action;
  let actionLogprob: number | null = null;
  if (depth > 1) {
    const written = await asking.line({
      imagined: earlier,
      maxTokens: parameters.lineTokens,
      // Only a sum that is compared needs the terminator's share.
      terminator: value === 'action-logprobs' ? 'scored' : 'unscored',
      ...wish('action'),
    });
    action = normalizeLine(written.answer.text);
    if (action === '') return null;
    calls.push(written.call);
    actionLogprob = sumOf(written.answer.tokens);
  }
  const open = actionAlone(action);
  const seen = await asking.line({
    imagined: [...earlier, open],
    maxTokens: parameters.lineTokens,
    ...wish('observation'),
  });
  calls.push(seen.call);
  const observation = normalizeLine(seen.answer.text);
  const told = { candidate, depth, action, actionLogprob, observation };
  const observed: TranscriptStep = { ...open, observation };
  switch (rollouts) {
    case 'none':
    case 'plain':
      return { step: imaginedStep(told, unreflected, calls), observed, reading: null };
    case 'rewarded': {
      const printed = await asking.line({
        imagined: [...earlier, observed],
        maxTokens: numberTokens,
        ...wish('reward'),
      });
      const reward = readReward(printed.answer.text);
      const written = reward === null ? unreflected : { ...unreflected, reward };
      return { step: imaginedStep(told, written, [...calls, printed.call]), observed, reading: null };
    }
    case 'reflected': {
      const imagined = [...earlier, observed];
      const written = await writeReflection(
        asking,
        { imagined, ...wish('reflection') },
        { imagined, candidate, depth },
      );
      const { text: reflection, says, forced, reading } = written;
      const step = imaginedStep(told, { reflection, says, forced }, [...calls, ...written.calls]);
      return { step, observed, reading };
    }
  }
}

/** What follows the imagined observation where no reflection is written. */
const unreflected = { reflection: null, says: null, forced: false } as const;

/** The event of an imagined step, written out: an object that is spread and then added to costs as much as a call's id. */
function imaginedStep(
  { candidate, depth, action, actionLogprob, observation }: Told,
  { reflection, says, forced, reward }: Judged,
  calls: readonly CallId[],
): RolloutStepEvent {
  const type = 'rollout-step';
  return reward === undefined
    ? { type, candidate, depth, action, actionLogprob, observation, reflection, says, forced, calls }
    : { type, candidate, depth, action, actionLogprob, observation, reflection, says, forced, reward, calls };
}

type Told = Pick<RolloutStepEvent, 'candidate' | 'depth' | 'action' | 'actionLogprob' | 'observation'>;
type Judged = Pick<RolloutStepEvent, 'reflection' | 'says' | 'forced' | 'reward'>;

/** A reflection with its verdict. */
export interface WrittenReflection {
  readonly text: string;
  readonly says: RolloutStepEvent['says'];
  readonly forced: boolean;
  /** The slot's reading, where the verdict had to be read because the text has none. */
  readonly reading: SlotReading | null;
  readonly calls: readonly CallId[];
}

/**
 * Writes a reflection. One without a verdict is cut, the slot appended and the verdict the likeliest label there (forced);
 * where no label is known the reflection stays without verdict.
 */
export async function writeReflection(
  asking: Asking,
  wish: Omit<Parameters<Asking['line']>[0], 'maxTokens'>,
  place: {
    readonly imagined: readonly TranscriptStep[];
    readonly candidate: number | null;
    readonly depth: number | null;
  },
): Promise<WrittenReflection> {
  const { answer, call } = await asking.line({ maxTokens: asking.parameters.reflectionTokens, ...wish });
  const { head, whole, says } = splitReflection(answer.text, asking.ports.prompter.verdictLead);
  if (whole !== null) return { text: whole, says, forced: false, reading: null, calls: [call] };
  const reading = await readSlot(asking, { transcript: wish.transcript, head, ...place });
  const read = likeliestVerdict(reading);
  return {
    text: withVerdict(head, read),
    says: read,
    forced: true,
    reading,
    calls: [call, ...reading.calls],
  };
}

/** Method `lac-direct`: the model prints the probability of success at the rollout's end. */
async function askProbability(
  asking: Asking,
  { transcript, proposal }: RolloutContext,
  path: readonly TranscriptStep[],
): Promise<ValueEvent> {
  const { answer, call } = await asking.line({
    role: 'critic',
    slot: 'probability',
    transcript,
    imagined: endOf(proposal, path),
    maxTokens: numberTokens,
    candidate: proposal.candidate,
    depth: path.length,
  });
  const p = readProbability(answer.text);
  return {
    type: 'value',
    candidate: proposal.candidate,
    method: 'lac-direct',
    value: p === null ? undefinedValue : { q: logOdds(p), bound: 'exact' },
    explanation: p === null ? `"${normalizeLine(answer.text)}" is no probability` : `the model printed p = ${p}`,
    calls: [call],
  };
}

/** Method `rafa`: the model says how many sub-goals hold at the rollout's end. */
async function askSatisfied(
  asking: Asking,
  { transcript, proposal, subgoals }: RolloutContext,
  path: readonly TranscriptStep[],
): Promise<ValueEvent> {
  const goals = subgoals?.goals ?? [];
  const base = { type: 'value', candidate: proposal.candidate, method: 'rafa' } as const;
  if (goals.length === 0) {
    const calls = subgoals?.calls ?? [];
    return { ...base, value: undefinedValue, explanation: 'the model named no sub-goal', calls };
  }
  const { answer, call } = await asking.line({
    role: 'critic',
    slot: 'satisfied',
    transcript,
    imagined: endOf(proposal, path),
    subgoals: goals,
    maxTokens: numberTokens,
    candidate: proposal.candidate,
    depth: path.length,
  });
  const satisfied = readCount(answer.text, goals.length);
  return {
    ...base,
    value: satisfied === null ? undefinedValue : { q: satisfied / goals.length, bound: 'exact' },
    explanation:
      satisfied === null
        ? `"${normalizeLine(answer.text)}" is no number from 0 to ${goals.length}`
        : `${satisfied} of ${goals.length} sub-goals satisfied: ${goals.join('; ')}`,
    calls: [...(subgoals?.calls ?? []), call],
  };
}

/** The imagined end that a value is asked at; the action alone where there is no rollout. */
function endOf({ action }: ProposalEvent, path: readonly TranscriptStep[]): readonly TranscriptStep[] {
  return path.length > 0 ? path : [actionAlone(action)];
}

/**
 * Splits the goal into at most `subgoals` sub-goals, one line each. Asked from the goal and the first observation alone, so
 * that the call log has it from the second step on.
 */
export async function splitGoal(asking: Asking, transcript: Transcript): Promise<Subgoals> {
  const start: Transcript = { ...transcript, steps: [], thoughts: [] };
  const goals: string[] = [];
  const calls: CallId[] = [];
  while (goals.length < asking.parameters.subgoals) {
    const { answer, call } = await asking.line({
      role: 'critic',
      slot: 'subgoal',
      transcript: start,
      subgoals: goals,
      maxTokens: asking.parameters.lineTokens,
    });
    calls.push(call);
    const goal = normalizeLine(answer.text);
    if (goal === '' || goals.includes(goal)) break;
    goals.push(goal);
  }
  return { goals, calls };
}
