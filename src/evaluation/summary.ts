import type { Agreement } from '../lac/events';
import { roles, type Role } from '../lac/transcript';
import type { Fidelity } from './judge';
import type { EpisodeMeasures, RoleCost } from './measures';
import { baselineOf, type Suite, type Variant } from './plan';
import {
  areaUnderCurve,
  mcnemarExact,
  mean,
  pairedDifference,
  quantile,
  wilson,
  type Interval,
  type PairedCounts,
} from './statistics';

/** A variant against its baseline on the tasks that both have played. */
export interface Comparison extends PairedCounts {
  readonly baseline: string;
  readonly tasks: number;
  /** Success of the variant minus success of the baseline. */
  readonly difference: number;
  readonly interval: Interval;
  /** McNemar's exact test, two-sided. */
  readonly p: number;
}

/** How well values foretell whether an action brings success nearer. */
export interface Foresight {
  /** Kind of action, or `all`. */
  readonly group: string;
  /** Area under the curve of Q, and of the prior for comparison. */
  readonly q: number | null;
  readonly prior: number | null;
  readonly nearer: number;
  readonly others: number;
}

/** What came out for one variant on the tasks of one type, or on all. */
export interface Row {
  readonly suite: string;
  readonly variant: string;
  /** Type of task, or `all`. */
  readonly type: string;
  readonly episodes: number;
  readonly successes: number;
  readonly success: number | null;
  readonly interval: Interval | null;
  /** Episodes that an error ended; they count as not solved. */
  readonly failed: number;
  readonly reward: number | null;
  readonly steps: number | null;
  /** Tokens of prompts and outputs for each episode. */
  readonly tokens: number | null;
  readonly calls: number | null;
  readonly seconds: number | null;
  /** Median of the seconds in which a model worked for a decision. */
  readonly decisionSeconds: number | null;
  /** Share of the episodes with at least one repeated action after the same observation, and repeats for each episode. */
  readonly loopingShare: number | null;
  readonly loops: number | null;
  readonly cost: Readonly<Record<Role, RoleCost>>;
  /** Shares; null for methods without values. */
  readonly agreement: Readonly<Record<Agreement, number>> | null;
  readonly fidelity: readonly Fidelity[];
  readonly foresight: readonly Foresight[];
  readonly comparison: Comparison | null;
}

/** Measured episodes of one variant. */
export interface Played {
  readonly variant: Variant;
  readonly episodes: readonly EpisodeMeasures[];
}

/** A suite's rows: for each variant each type of task, then all. */
export function summarize(suite: Suite, played: readonly Played[]): readonly Row[] {
  const types = [...new Set(suite.groups.flatMap(({ tasks }) => tasks.map(({ type }) => type)))];
  const of = (variant: Variant): readonly EpisodeMeasures[] =>
    played.filter((each) => each.variant.id === variant.id).flatMap(({ episodes }) => episodes);
  return suite.variants.flatMap((variant) => {
    const own = of(variant);
    const baseline = baselineOf(suite, variant);
    const others = baseline === undefined ? [] : of(baseline);
    const row = (type: string): Row => {
      const pick = (episodes: readonly EpisodeMeasures[]): readonly EpisodeMeasures[] =>
        type === 'all' ? episodes : episodes.filter((episode) => episode.type === type);
      const comparison = baseline === undefined ? null : compare(pick(own), pick(others), baseline.id);
      return { suite: suite.id, variant: variant.id, type, ...describe(pick(own)), comparison };
    };
    return types.length > 1 ? [...types.map(row), row('all')] : types.map(row);
  });
}

/** Pairs episodes by task; null where no task was played by both. */
export function compare(
  own: readonly EpisodeMeasures[],
  others: readonly EpisodeMeasures[],
  baseline: string,
): Comparison | null {
  const known = new Map(others.map(({ task, success }) => [task, success]));
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const { task, success } of own) {
    const other = known.get(task);
    if (other === undefined) continue;
    counts[success ? (other ? 'both' : 'onlyFirst') : other ? 'onlySecond' : 'neither']++;
  }
  const found = pairedDifference(counts);
  if (found === null) return null;
  const tasks = counts.both + counts.onlyFirst + counts.onlySecond + counts.neither;
  return { baseline, tasks, ...counts, ...found, p: mcnemarExact(counts) };
}

function describe(episodes: readonly EpisodeMeasures[]): Omit<Row, 'suite' | 'variant' | 'type' | 'comparison'> {
  const successes = episodes.filter(({ success }) => success).length;
  const n = episodes.length;
  const costs = costByRole(episodes);
  const each = (value: (episode: EpisodeMeasures) => number): number | null => mean(episodes.map(value));
  const perEpisode = (value: (cost: RoleCost) => number): number | null =>
    n === 0 ? null : roles.reduce((sum, role) => sum + value(costs[role]), 0) / n;
  return {
    episodes: n,
    successes,
    success: n === 0 ? null : successes / n,
    interval: wilson(successes, n),
    failed: episodes.filter(({ reason }) => reason.includes('.') || reason === 'unfinished').length,
    reward: mean(episodes.flatMap(({ reward }) => reward ?? [])),
    steps: each(({ steps }) => steps),
    tokens: perEpisode(({ promptTokens, generatedTokens }) => promptTokens + generatedTokens),
    calls: perEpisode(({ calls }) => calls),
    seconds: each(({ seconds }) => seconds),
    decisionSeconds: quantile(
      episodes.flatMap(({ decisionSeconds }) => decisionSeconds),
      0.5,
    ),
    loopingShare: each(({ loops }) => (loops > 0 ? 1 : 0)),
    loops: each(({ loops }) => loops),
    cost: costs,
    agreement: agreementShares(episodes),
    fidelity: fidelityOf(episodes),
    foresight: foresightOf(episodes),
  };
}

function costByRole(episodes: readonly EpisodeMeasures[]): Record<Role, RoleCost> {
  const sum = (role: Role): RoleCost =>
    episodes.reduce<RoleCost>(
      (total, { cost }) => ({
        calls: total.calls + cost[role].calls,
        promptTokens: total.promptTokens + cost[role].promptTokens,
        generatedTokens: total.generatedTokens + cost[role].generatedTokens,
      }),
      { calls: 0, promptTokens: 0, generatedTokens: 0 },
    );
  return { actor: sum('actor'), forward: sum('forward'), critic: sum('critic'), reflection: sum('reflection') };
}

function agreementShares(episodes: readonly EpisodeMeasures[]): Row['agreement'] {
  const total: Record<Agreement, number> = { both: 0, prior: 0, critic: 0, neither: 0 };
  for (const { agreement } of episodes) {
    if (agreement === null) continue;
    total.both += agreement.both;
    total.prior += agreement.prior;
    total.critic += agreement.critic;
    total.neither += agreement.neither;
  }
  const decisions = total.both + total.prior + total.critic + total.neither;
  if (decisions === 0) return null;
  return {
    both: total.both / decisions,
    prior: total.prior / decisions,
    critic: total.critic / decisions,
    neither: total.neither / decisions,
  };
}

/** Tallies of all episodes, by depth and kind of action; a line `all` for each depth. */
function fidelityOf(episodes: readonly EpisodeMeasures[]): readonly Fidelity[] {
  const tallies = new Map<string, Fidelity>();
  const add = ({ depth, group, exact, imagined }: Fidelity): void => {
    const key = `${String(depth).padStart(4)} ${group === 'all' ? '' : group}`;
    const before = tallies.get(key);
    tallies.set(key, {
      depth,
      group,
      exact: (before?.exact ?? 0) + exact,
      imagined: (before?.imagined ?? 0) + imagined,
    });
  };
  for (const { judgement } of episodes) {
    for (const tally of judgement?.fidelity ?? []) {
      add(tally);
      add({ ...tally, group: 'all' });
    }
  }
  return [...tallies.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
}

function foresightOf(episodes: readonly EpisodeMeasures[]): readonly Foresight[] {
  const candidates = episodes.flatMap(({ judgement }) => judgement?.candidates ?? []);
  if (candidates.length === 0) return [];
  const groups = [...new Set(candidates.map(({ group }) => group))].sort();
  return ['all', ...groups].map((group) => {
    const own = group === 'all' ? candidates : candidates.filter((candidate) => candidate.group === group);
    const nearer = own.filter(({ fell }) => fell).length;
    return {
      group,
      q: areaUnderCurve(own.map(({ q, fell }) => ({ score: q, positive: fell }))),
      prior: areaUnderCurve(own.map(({ logPrior, fell }) => ({ score: logPrior, positive: fell }))),
      nearer,
      others: own.length - nearer,
    };
  });
}
