import type { Asking } from './asking';
import type { CallId } from './calls';
import type { VerdictEvent } from './events';
import { openPrefixes, readLabels } from './labels';
import type { LabelProbability, NextDistribution } from './languageModel';
import type { PromptRequest, Verdict } from './transcript';
import { verdictLabels, verdictMass, verdictValue } from './values';

/** What stands at a verdict slot. */
export type SlotReading = Omit<VerdictEvent, 'type' | 'candidate' | 'depth'>;

/** Where a reading is made: the transcript up to the reflection that stops at its slot. */
export interface SlotPlace extends Pick<PromptRequest, 'transcript' | 'imagined'> {
  /** The reflection up to and including the verdict's lead. */
  readonly head: string;
  readonly candidate: number | null;
  readonly depth: number | null;
}

/**
 * Reads the verdict slot from the raw next-token distribution. Where GOOD or BAD is not known exactly but a token that only
 * begins one (`B`) is among the best, one further call says how it goes on.
 */
export async function readSlot(asking: Asking, place: SlotPlace): Promise<SlotReading> {
  const prefix = ` ${place.head}`;
  const purpose = { role: 'critic', candidate: place.candidate, depth: place.depth } as const;
  const request = (text: string): readonly string[] =>
    asking.render({
      role: 'critic',
      slot: 'verdict',
      transcript: place.transcript,
      imagined: place.imagined,
      prefix: text,
    });
  const prompt = request(prefix);
  const first = await asking.call({ kind: 'next', prompt, labels: verdictLabels }, purpose);
  const calls: CallId[] = [first.call];
  let labels = first.answer.labels;
  if (labels.slice(0, 2).some(({ logprob }) => logprob === null)) {
    const [open] = openPrefixes(first.answer.top, verdictLabels);
    if (open !== undefined) {
      const rests = open.rests.flatMap((rest) => (rest === null ? [] : [rest]));
      // The token goes on a prompt that already ends in the lead, so that it need not be rendered.
      const second = await asking.call({ kind: 'next', prompt: [...prompt, open.token], labels: rests }, purpose);
      calls.push(second.call);
      labels = completed(asking, first.answer, open, second.answer);
    }
  }
  const [good, bad, unknown] = labels;
  return {
    value: verdictValue(good, bad),
    good,
    bad,
    unknown,
    mass: verdictMass(good, bad),
    top: first.answer.top,
    calls,
  };
}

function completed(
  asking: Asking,
  first: NextDistribution,
  open: { readonly token: string; readonly rests: readonly (string | null)[] },
  second: NextDistribution,
): readonly LabelProbability[] {
  const complete = asking.ports.calls.model.capabilities.distribution === 'full';
  const rests = readLabels(
    second.top,
    open.rests.map((rest) => rest ?? ''),
    { complete, inside: true },
  );
  const completion = {
    token: open.token,
    labels: open.rests.map((rest, i) => (rest === null ? null : rests[i])),
  };
  const again = readLabels(first.top, verdictLabels, { complete, completions: [completion] });
  // What the back end knew exactly (it may see more than the best tokens) stays.
  return first.labels.map((label, i) => (label.logprob === null ? again[i] : label));
}

/** The likeliest label of a reading; null where none is known. */
export function likeliestVerdict({ good, bad, unknown }: SlotReading): Verdict | null {
  let best: Verdict | null = null;
  let most = -Infinity;
  for (const [verdict, { logprob }] of [
    ['GOOD', good],
    ['BAD', bad],
    ['UNKNOWN', unknown],
  ] as const) {
    if (logprob !== null && logprob > most) {
      best = verdict;
      most = logprob;
    }
  }
  return best;
}
