import { LacError } from '../errors/lacError';
import { actionKey, isThought, normalizeLine } from './actionText';
import { uniqueCalls, type Asking } from './asking';
import { branch, greedyLine, lineFrom, type ActorLine } from './branch';
import type { CallId } from './calls';
import { mapParallel } from './concurrency';
import type { CandidateSource, ProposalEvent, ThoughtEvent } from './events';
import { logSumExp } from './labels';
import type { Score } from './languageModel';
import { thoughtsInForce } from './methods';
import { meanOf, sumOf } from './prior';
import { deriveSeed } from './seeds';
import type { Transcript } from './transcript';

/** What the actor proposes from, besides the history. */
export interface ProposalContext {
  readonly transcript: Transcript;
  /** Every action that the environment admits here; null where it cannot list them. */
  readonly admissible: readonly string[] | null;
  /** Further actions to be scored under proposal `admissible`, such as `search[<instruction>]`. */
  readonly offered?: readonly string[];
  /** Beginnings of actions with free text (`search[`): under proposal `admissible` the actor writes how they go on. */
  readonly openings?: readonly string[];
  /** Actions that a person added. */
  readonly added?: readonly string[];
  /** Number of the re-sample, from 0: other draws of everything that is drawn. */
  readonly resample?: number;
}

/** At most this many thoughts in a row; then proposals exclude thoughts. */
export const mostThoughts = 2;

/** How many lines the actor writes for each opening. */
const linesPerOpening = 2;

/** A candidate before it has its index. */
type Candidate = Omit<ProposalEvent, 'type' | 'candidate'>;

/**
 * The thoughts before the action. Where thoughts are allowed and the actor's greedy line is one, it is a thought; at most
 * two in a row, those already in the transcript included. Returns the transcript with them and, where it was asked for,
 * the greedy line after them.
 */
export async function* think(
  asking: Asking,
  transcript: Transcript,
): AsyncGenerator<ThoughtEvent, { readonly transcript: Transcript; readonly greedy: ActorLine | null }> {
  if (thoughtsInForce(asking.parameters) === 'off') return { transcript, greedy: null };
  let now = transcript;
  for (;;) {
    if (now.thoughts.length >= mostThoughts) return { transcript: now, greedy: null };
    const greedy = await greedyLine(asking, now);
    if (!isThought(greedy.text)) return { transcript: now, greedy };
    const text = normalizeLine(greedy.text);
    now = { ...now, thoughts: [...now.thoughts, text] };
    yield { type: 'thought', text, calls: greedy.calls };
  }
}

/** The candidates by the method of proposal in force, those added by hand last; all scored by one method. */
export async function proposeCandidates(
  asking: Asking,
  context: ProposalContext,
  greedy: ActorLine | null,
): Promise<ProposalEvent[]> {
  const { proposal, candidates: wanted } = asking.parameters;
  let found: Candidate[];
  switch (proposal) {
    case 'branch': {
      const { lines, calls, first } = await branch(asking, context.transcript, wanted, { greedy });
      found = merged(lines, 'branch').slice(0, wanted);
      if (found.length === 0 && (context.added ?? []).length === 0) throw noCandidates(asking, calls.length, first);
      break;
    }
    case 'sample': {
      const lines = await sampleLines(asking, context);
      found = merged(lines, 'sample').slice(0, wanted);
      if (found.length === 0 && (context.added ?? []).length === 0) {
        throw noCandidates(asking, 3 * wanted, lines.at(0)?.text ?? '');
      }
      break;
    }
    case 'admissible':
      found = await admissibleCandidates(asking, context);
      break;
  }
  return numbered(await withAdded(asking, context, found));
}

/** Adds the actions that a person wants considered to given proposals. The given ones stay as they are where they can. */
export async function addByHand(
  asking: Asking,
  context: ProposalContext,
  given: readonly ProposalEvent[],
): Promise<ProposalEvent[]> {
  return numbered(await withAdded(asking, context, given));
}

function numbered(candidates: readonly Candidate[]): ProposalEvent[] {
  return candidates.map((each, candidate) => ({ ...each, type: 'proposal', candidate }));
}

async function withAdded(
  asking: Asking,
  context: ProposalContext,
  found: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const keys = new Set(found.map(({ action }) => actionKey(action)));
  const fresh: string[] = [];
  for (const text of context.added ?? []) {
    const key = actionKey(text);
    if (key === '' || keys.has(key)) continue;
    keys.add(key);
    fresh.push(text);
  }
  const added = await scoreAll(asking, context.transcript, fresh, 'hand', 'an added candidate');
  return oneScoringMethod(asking, context.transcript, [...found, ...added]);
}

/**
 * All priors of one decision come from one scoring method. Log-probabilities of written lines and exact scores of given
 * ones are the same measure; where any is not exact, all are scored again as given continuations, if the model can.
 */
async function oneScoringMethod(
  asking: Asking,
  transcript: Transcript,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const kinds = new Set(candidates.map(({ score }) => score));
  const uniform = kinds.size <= 1 && !kinds.has('partial');
  if (uniform || asking.ports.calls.model.capabilities.scores === 'none') return candidates;
  const scores = await scoreTexts(
    asking,
    transcript,
    candidates.map(({ action }) => action),
  );
  return candidates.map((candidate, i) => ({
    ...candidate,
    ...scores[i].candidate,
    calls: uniqueCalls(...candidate.calls, scores[i].call),
  }));
}

function noCandidates(asking: Asking, calls: number, answer: string): LacError {
  return new LacError('lac.no-candidates', {
    model: asking.ports.calls.model.name,
    calls,
    answer: normalizeLine(answer).slice(0, 80),
  });
}

/**
 * Merges lines that are one action: distinct after white space and case are normalised. The same tokens drawn twice are one
 * line; other spellings add up (log-sum-exp) in the sum, and the greatest mean counts for the mean.
 */
function merged(lines: readonly ActorLine[], source: CandidateSource): Candidate[] {
  const groups = new Map<string, ActorLine[]>();
  for (const line of lines) {
    const key = actionKey(line.text);
    if (key === '' || isThought(key)) continue;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((group) => {
    const spellings = new Map<string, ActorLine>();
    for (const line of group) {
      const tokens = JSON.stringify(line.tokens.map(({ token }) => token));
      if (!spellings.has(tokens)) spellings.set(tokens, line);
    }
    const distinct = [...spellings.values()];
    const best = distinct.reduce((a, b) => (meanOf(b.tokens) > meanOf(a.tokens) ? b : a));
    const action = normalizeLine(group[0].text);
    const others = new Set(group.map(({ text }) => normalizeLine(text)));
    others.delete(action);
    return {
      action,
      source,
      tokens: best.tokens,
      logprob: distinct.length === 1 ? sumOf(best.tokens) : logSumExp(distinct.map(({ tokens }) => sumOf(tokens))),
      tokenCount: best.tokens.length,
      score: distinct.every(({ score }) => score === 'exact') ? 'exact' : 'partial',
      merged: [...others],
      calls: uniqueCalls(...group.flatMap(({ calls }) => calls)),
    };
  });
}

/** Draws lines until `n` are distinct or 3n were drawn. A round draws no more than are still missing: none is in vain. */
async function sampleLines(asking: Asking, context: ProposalContext): Promise<ActorLine[]> {
  const { candidates: wanted, seed, proposalTemperature, lineTokens } = asking.parameters;
  const { transcript, resample = 0 } = context;
  const lines: ActorLine[] = [];
  const distinct = new Set<string>();
  let drawn = 0;
  while (distinct.size < wanted && drawn < 3 * wanted) {
    const round = Math.min(wanted - distinct.size, 3 * wanted - drawn, Math.max(1, asking.parallel));
    const ordinals = Array.from({ length: round }, (_, i) => drawn + i);
    drawn += round;
    const answers = await mapParallel(ordinals, asking.parallel, asking.signal, (ordinal, _, signal) =>
      asking.under(signal).line({
        role: 'actor',
        slot: 'action',
        transcript,
        maxTokens: lineTokens,
        terminator: 'scored',
        temperature: proposalTemperature,
        seed: deriveSeed(seed, 'sample', transcript.steps.length, resample, ordinal),
        ordinal,
        top: asking.top,
      }),
    );
    for (const { answer, call } of answers) {
      const line = lineFrom({ text: '', tokens: [] }, answer, [call]);
      lines.push(line);
      const key = actionKey(line.text);
      if (key !== '' && !isThought(key)) distinct.add(key);
    }
  }
  return lines;
}

/** Scores every admissible action, those offered and those the actor writes after an opening; the best n, best first. */
async function admissibleCandidates(asking: Asking, context: ProposalContext): Promise<Candidate[]> {
  const { transcript, admissible, offered = [], openings = [] } = context;
  const written: string[] = [];
  for (const opening of openings) {
    const { lines } = await branch(asking, transcript, linesPerOpening, { opening: ` ${opening}` });
    written.push(...lines.map(({ text }) => text));
  }
  const texts = new Map<string, string>();
  for (const text of [...(admissible ?? []), ...offered, ...written]) {
    const key = actionKey(text);
    if (key !== '' && !texts.has(key)) texts.set(key, normalizeLine(text));
  }
  if (texts.size === 0) throw new LacError('lac.no-admissible');
  const scored = await scoreAll(asking, transcript, [...texts.values()], 'admissible', 'proposal "admissible"');
  return scored
    .map((candidate, order) => ({ candidate, order }))
    .sort((a, b) => b.candidate.logprob - a.candidate.logprob || a.order - b.order)
    .slice(0, asking.parameters.candidates)
    .map(({ candidate }) => candidate);
}

async function scoreAll(
  asking: Asking,
  transcript: Transcript,
  texts: readonly string[],
  source: CandidateSource,
  reason: string,
): Promise<Candidate[]> {
  if (texts.length === 0) return [];
  const { model } = asking.ports.calls;
  if (model.capabilities.scores === 'none') throw new LacError('lac.no-scores', { model: model.name, reason });
  const actions = texts.map(normalizeLine);
  const scores = await scoreTexts(asking, transcript, actions);
  return scores.map(({ candidate, call }, i) => ({
    action: actions[i],
    source,
    merged: [],
    ...candidate,
    calls: [call],
  }));
}

/** Scores actions as continuations, the blank before and the newline after them included. */
async function scoreTexts(
  asking: Asking,
  transcript: Transcript,
  actions: readonly string[],
): Promise<{ readonly candidate: ReturnType<typeof scoreFields>; readonly call: CallId }[]> {
  const prompt = asking.render({ role: 'actor', slot: 'action', transcript, imagined: [], prefix: '' });
  return mapParallel(actions, asking.parallel, asking.signal, async (action, _, signal) => {
    const { answer, call } = await asking
      .under(signal)
      .call({ kind: 'score', prompt, continuation: ` ${action}\n` }, { role: 'actor', candidate: null, depth: null });
    return { candidate: scoreFields(answer), call };
  });
}

function scoreFields({
  tokens,
  logprob,
  score,
}: Score): Pick<Candidate, 'tokens' | 'logprob' | 'tokenCount' | 'score'> {
  return { tokens, logprob, tokenCount: tokens.length, score };
}
