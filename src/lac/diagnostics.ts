import { actionKey } from './actionText';
import type { ActionValue, Agreement, ChoiceNote } from './events';
import { argmax, softmax, type ScoreLine, type TieRule } from './improvement';
import type { Transcript, Verdict } from './transcript';

/** Below this sum of P(GOOD), P(BAD) and P(UNKNOWN) the model expected no verdict at the slot. */
export const lowVerdictMass = 0.1;

/** Qs that differ by no more than this are called equal. */
const equalValues = 1e-9;

/** Index of the greatest value, of equal ones by the tie rule; null where none is defined. */
export function criticPick(lines: readonly ScoreLine[], tieRule: TieRule): number | null {
  const defined = lines.flatMap(({ value }, i) => (value.q === null ? [] : [{ i, q: value.q }]));
  if (defined.length === 0) return null;
  const best = argmax(
    defined.map(({ q }) => q),
    defined.map(({ i }) => lines[i]),
    tieRule,
  );
  return defined[best].i;
}

/** Which source picks the chosen action when asked alone. */
export function agreementOf(lines: readonly ScoreLine[], choice: number, tieRule: TieRule): Agreement {
  const byPrior =
    choice ===
    argmax(
      lines.map(({ logPrior }) => logPrior),
      lines,
      tieRule,
    );
  const byCritic = choice === criticPick(lines, tieRule);
  if (byPrior && byCritic) return 'both';
  if (byPrior) return 'prior';
  return byCritic ? 'critic' : 'neither';
}

/** Gap of the best two probabilities, 0 to 1; null with fewer than two. */
export function topGap(probabilities: readonly number[]): number | null {
  if (probabilities.length < 2) return null;
  const [first, second] = [...probabilities].sort((a, b) => b - a);
  return first - second;
}

/** The critic's distribution over the candidates whose value is defined: softmax(Q). */
export function criticDistribution(values: readonly ActionValue[]): number[] {
  return softmax(values.flatMap(({ q }) => (q === null ? [] : [q])));
}

/** What is looked at for the notes on a choice. */
export interface NoteFacts {
  readonly values: readonly ActionValue[];
  /** False for a method without values: then nothing is noted about them. */
  readonly valued: boolean;
  /** The verdict in each rollout's last reflection; null where there is none. */
  readonly says: readonly (Verdict | null)[];
  /** Least probability of any verdict over a candidate's slot in force; null where none was read. */
  readonly masses: readonly (number | null)[];
  /** Earlier uses of the chosen action after the present observation. */
  readonly usesOfChoice: number;
}

/**
 * What a person should notice. `all-bad`: every rollout ends in BAD, or (without rollouts) every Q is below 0.
 * `all-equal`: the values cannot tell the candidates apart. `loop`: the chosen action was already used after the same
 * observation.
 */
export function notesOn({ values, valued, says, masses, usesOfChoice }: NoteFacts): ChoiceNote[] {
  const notes: ChoiceNote[] = [];
  if (valued) {
    const bad = values.map(({ q }, i) => (says[i] === null ? q !== null && q < 0 : says[i] === 'BAD'));
    if (bad.length > 0 && bad.every(Boolean)) notes.push('all-bad');
    const known = values.flatMap(({ q }) => (q === null ? [] : [q]));
    if (values.length > 1 && known.length === values.length && Math.max(...known) - Math.min(...known) <= equalValues) {
      notes.push('all-equal');
    }
  }
  if (usesOfChoice > 0) notes.push('loop');
  if (valued && values.some(({ q }) => q === null)) notes.push('undefined-values');
  if (masses.some((mass) => mass !== null && mass < lowVerdictMass)) notes.push('low-verdict-mass');
  if (values.length === 1) notes.push('single-candidate');
  return notes;
}

/** The observation at which the present decision is made. */
export function presentObservation({ firstObservation, steps }: Transcript): string {
  return steps.at(-1)?.observation ?? firstObservation;
}

/**
 * How often each action was already used, in this episode, after an observation equal to the present one. White space
 * and case of the action do not count.
 */
export function earlierUses(transcript: Transcript, actions: readonly string[]): number[] {
  const here = presentObservation(transcript);
  const used = new Map<string, number>();
  transcript.steps.forEach((step, i) => {
    const before = i === 0 ? transcript.firstObservation : transcript.steps[i - 1].observation;
    if (before !== here) return;
    const key = actionKey(step.action);
    used.set(key, (used.get(key) ?? 0) + 1);
  });
  return actions.map((action) => used.get(actionKey(action)) ?? 0);
}

/** By step: how often the same action was executed before after the same observation; above 0 is a loop. */
export function repeats({ firstObservation, steps }: Transcript): number[] {
  const seen = new Map<string, number>();
  return steps.map((step, i) => {
    const before = i === 0 ? firstObservation : (steps[i - 1].observation ?? '');
    const key = JSON.stringify([before, actionKey(step.action)]);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count;
  });
}

/** Pearson correlation of two series; null with fewer than two points or where one does not vary. */
export function pearson(points: readonly (readonly [number, number])[]): number | null {
  const n = points.length;
  if (n < 2) return null;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/**
 * Pearson r of the chosen Q with the time step, over the steps whose Q is defined; null below three of them, as two always
 * lie on a line. Source: the paper's analysis of Q.
 */
export function valueTrend(chosen: readonly (number | null)[]): number | null {
  const points = chosen.flatMap((q, step): [number, number][] => (q === null ? [] : [[step, q]]));
  return points.length < 3 ? null : pearson(points);
}
