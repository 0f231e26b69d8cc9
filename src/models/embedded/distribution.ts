import type { TokenProbability } from '../../lac/languageModel';
import type { Random } from '../../lac/random';
import type { Sampling } from './questions';

/** Natural logarithm of the sum of exponentials. */
export function logSumExp(values: Iterable<number>): number {
  const list = [...values];
  const greatest = list.reduce((most, value) => Math.max(most, value), -Infinity);
  if (greatest === -Infinity) return -Infinity;
  return greatest + Math.log(list.reduce((sum, value) => sum + Math.exp(value - greatest), 0));
}

/** A next-token distribution at temperature 1, from the network's raw scores. */
export class Distribution {
  private readonly logNormalizer: number;

  /** @throws RangeError when the scores are not finite. */
  constructor(private readonly logits: Float32Array) {
    let greatest = -Infinity;
    for (const logit of logits) if (logit > greatest) greatest = logit;
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - greatest);
    this.logNormalizer = greatest + Math.log(sum);
    if (!Number.isFinite(this.logNormalizer)) throw new RangeError('the scores are not finite');
  }

  get size(): number {
    return this.logits.length;
  }

  /** Natural logarithm of a token's probability. */
  logprob(token: number): number {
    return Math.min(0, (this.logits[token] ?? -Infinity) - this.logNormalizer);
  }

  /** The most probable tokens, best first; equal ones by their number. */
  best(count: number): number[] {
    const { logits } = this;
    const best: number[] = [];
    if (count <= 0) return best;
    let least = -Infinity;
    for (let token = 0; token < logits.length; token++) {
      const logit = logits[token] ?? -Infinity;
      if (best.length === count && logit <= least) continue;
      if (best.length === count) best.pop();
      let at = best.length;
      while (at > 0 && (logits[best[at - 1] ?? 0] ?? 0) < logit) at--;
      best.splice(at, 0, token);
      least = logits[best[best.length - 1] ?? 0] ?? -Infinity;
    }
    return best;
  }

  top(count: number, textOf: (token: number) => string): TokenProbability[] {
    return this.best(count).map((token) => ({ token: textOf(token), logprob: this.logprob(token) }));
  }

  /**
   * Draws a token; greedy at temperature 0.
   * @param allowed Only these, if given; at least one.
   */
  sample(sampling: Sampling, random: Random, allowed: readonly number[] | null): number {
    const { topK, topP, minP, temperature } = sampling;
    if (temperature <= 0) return this.greedy(allowed);
    const filtered = topK > 0 || topP < 1 || minP > 0;
    const candidates = filtered ? this.filter(this.sorted(allowed), topK, topP, minP) : allowed;
    const count = candidates?.length ?? this.size;
    const at = (i: number): number => (candidates === null ? i : (candidates[i] ?? 0));
    let greatest = -Infinity;
    for (let i = 0; i < count; i++) greatest = Math.max(greatest, this.logits[at(i)] ?? -Infinity);
    const weight = (i: number): number => Math.exp(((this.logits[at(i)] ?? -Infinity) - greatest) / temperature);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += weight(i);
    let left = random.next() * sum;
    for (let i = 0; i < count; i++) {
      left -= weight(i);
      if (left < 0) return at(i);
    }
    return at(count - 1);
  }

  private greedy(allowed: readonly number[] | null): number {
    if (allowed === null) return this.best(1)[0] ?? 0;
    return allowed.reduce((best, token) => ((this.logits[token] ?? 0) > (this.logits[best] ?? 0) ? token : best));
  }

  private sorted(allowed: readonly number[] | null): number[] {
    const tokens = allowed === null ? Array.from(this.logits.keys()) : [...allowed];
    return tokens.sort((a, b) => (this.logits[b] ?? 0) - (this.logits[a] ?? 0) || a - b);
  }

  private filter(sorted: number[], topK: number, topP: number, minP: number): number[] {
    let kept = topK > 0 ? sorted.slice(0, topK) : sorted;
    const best = this.logits[kept[0] ?? 0] ?? 0;
    if (topP < 1) {
      const weights = kept.map((token) => Math.exp((this.logits[token] ?? -Infinity) - best));
      const target = topP * weights.reduce((sum, weight) => sum + weight, 0);
      let sum = 0;
      let count = 0;
      while (count < kept.length && (count === 0 || sum < target)) sum += weights[count++] ?? 0;
      kept = kept.slice(0, count);
    }
    if (minP > 0) kept = kept.filter((token) => (this.logits[token] ?? -Infinity) >= best + Math.log(minP));
    return kept;
  }
}
