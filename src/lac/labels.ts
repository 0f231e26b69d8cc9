import type { LabelProbability, TokenProbability } from './languageModel';

/** Log-probabilities below this are numerical noise (servers report an underflow as -3.4e38); e^-100 is 4e-44. */
export const logFloor = -100;

/** log(sum of exp), exact in the largest term; `-Infinity` for no terms. */
export function logSumExp(values: readonly number[]): number {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/**
 * Upper bound of the log-probability of any token that is not among the best `top`: neither above the last of them nor
 * above what they leave over: min(k-th log-probability, log(1 - sum of the top k)).
 */
export function censoredBound(top: readonly TokenProbability[]): number {
  const last = top.at(-1);
  if (last === undefined) return 0;
  let sum = 0;
  for (const { logprob } of top) sum += Math.exp(logprob);
  // Servers round to float32, so the sum can pass 1 by a little; what is left over is then below that rounding.
  const left = Math.max(1 - sum, 1e-7);
  return Math.max(Math.min(last.logprob, Math.log(left)), logFloor);
}

/** How far a token spells a label. `rest` is what is still missing, or null where the token doesn't begin the label. */
type Spelling =
  { readonly kind: 'whole' } | { readonly kind: 'prefix'; readonly rest: string } | { readonly kind: 'none' };

function spell(token: string, label: string, inside: boolean): Spelling {
  const text = (inside ? token : token.trimStart()).toLowerCase();
  const wanted = label.toLowerCase();
  if (text.length < wanted.length) {
    return wanted.startsWith(text) && token !== ''
      ? { kind: 'prefix', rest: label.slice(text.length) }
      : { kind: 'none' };
  }
  if (!text.startsWith(wanted)) return { kind: 'none' };
  // "GOOD." and "GOOD\n" are the label and what follows it; "GOODS" is another word.
  return /^[\p{L}\p{N}_]/u.test(text.slice(wanted.length)) ? { kind: 'none' } : { kind: 'whole' };
}

/** A token that only begins a label (`B`, or a blank alone), and how likely it is. */
export interface OpenPrefix {
  readonly token: string;
  readonly logprob: number;
  /** By label: what has to follow, or null where the token does not begin that label. */
  readonly rests: readonly (string | null)[];
}

/** The answer to an `OpenPrefix`: by label, the log-probability that the missing rest follows, or its upper bound. */
export interface PrefixCompletion {
  readonly token: string;
  readonly labels: readonly (Pick<LabelProbability, 'logprob' | 'bound'> | null)[];
}

/** A prefix that holds less than e^-7 (0.1 %) of what is already known of its label changes nothing worth a call. */
const negligible = -7;

export interface ReadLabelsOptions {
  /** True when `top` is the whole next-token distribution, so that what is absent cannot come. */
  readonly complete: boolean;
  /** What further calls found for the tokens that only begin a label. */
  readonly completions?: readonly PrefixCompletion[];
  /** True when the labels are rests that must follow at once, without a blank before them. */
  readonly inside?: boolean;
}

/**
 * Reads each label's log-probability from the best next tokens. Whole-word variants (` GOOD`, `Good`, `GOOD.`) are merged
 * by log-sum-exp. A token that is only a strict prefix (`B`) makes the result a bound, unless a completion says how it goes
 * on. A label that is not there at all gets the bound of everything outside the best tokens.
 */
export function readLabels(
  top: readonly TokenProbability[],
  labels: readonly string[],
  { complete, completions = [], inside = false }: ReadLabelsOptions,
): LabelProbability[] {
  const outside = complete ? logFloor : censoredBound(top);
  return labels.map((label, index) => {
    const known: number[] = [];
    const possible: number[] = [];
    const variants: string[] = [];
    for (const { token, logprob } of top) {
      const spelling = spell(token, label, inside);
      if (spelling.kind === 'whole') {
        known.push(logprob);
        variants.push(token);
      } else if (spelling.kind === 'prefix') {
        const completion = completions.find((entry) => entry.token === token)?.labels[index] ?? null;
        if (completion === null) possible.push(logprob);
        else if (completion.logprob === null) possible.push(logprob + completion.bound);
        else {
          known.push(logprob + completion.logprob);
          variants.push(token);
        }
      }
    }
    const sure = logSumExp(known);
    const unsure = logSumExp(possible);
    if (known.length === 0 && possible.length === 0) return { label, logprob: null, bound: outside, variants };
    if (known.length > 0 && unsure < sure + negligible) {
      const logprob = Math.max(Math.min(sure, 0), logFloor);
      return { label, logprob, bound: logprob, variants };
    }
    // What only begins the label is known to be at most `unsure`; a whole-word variant may besides hide outside.
    const parts = complete || known.length > 0 ? [sure, unsure] : [unsure, outside];
    return { label, logprob: null, bound: Math.max(Math.min(logSumExp(parts), 0), logFloor), variants };
  });
}

/** The tokens whose continuation has to be asked for before the labels are known exactly, likeliest first. */
export function openPrefixes(
  top: readonly TokenProbability[],
  labels: readonly string[],
  { inside = false }: { readonly inside?: boolean } = {},
): OpenPrefix[] {
  const sure = readLabels(
    top.filter(({ token }) => labels.every((label) => spell(token, label, inside).kind !== 'prefix')),
    labels,
    { complete: false, inside },
  );
  return top
    .flatMap(({ token, logprob }): OpenPrefix[] => {
      const rests = labels.map((label) => {
        const spelling = spell(token, label, inside);
        return spelling.kind === 'prefix' ? spelling.rest : null;
      });
      const matters = rests.some((rest, index) => {
        const known = sure[index].logprob;
        return rest !== null && (known === null || logprob >= known + negligible);
      });
      return matters ? [{ token, logprob, rests }] : [];
    })
    .sort((a, b) => b.logprob - a.logprob);
}
