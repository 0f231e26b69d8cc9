import type { Environment, EnvironmentId } from '../environments/environment';
import { normalizeLine } from '../lac/actionText';
import { foldDecision, type DecisionCandidate } from '../lac/decision';
import { type Timeline, decisionShown } from '../trajectories/timeline';
import { actionGroup } from './actionGroups';

/** How often an imagined observation was what the environment really says. */
export interface Fidelity {
  readonly depth: number;
  /** Kind of the action that was imagined to be executed. */
  readonly group: string;
  readonly exact: number;
  readonly imagined: number;
}

/** What was said of a candidate and what is true of it. */
export interface JudgedCandidate {
  readonly group: string;
  readonly q: number;
  readonly logPrior: number;
  /** Whether the fewest remaining actions to success fell. */
  readonly fell: boolean;
}

/** An episode's imaginations and values held against the environment and its planner. */
export interface Judgement {
  readonly fidelity: readonly Fidelity[];
  readonly candidates: readonly JudgedCandidate[];
}

/**
 * Plays an episode again and really tries what was imagined, at every decision and for every candidate: the observations of
 * its rollout, and whether it brought success nearer.
 * @param truth whether the planner is asked; without it only observations are compared.
 */
export async function judgeEpisode(
  timeline: Timeline,
  environment: Environment,
  truth: boolean,
  signal: AbortSignal,
): Promise<Judgement> {
  const judge = new Judge(environment, truth, signal);
  await environment.reset(timeline.task, signal);
  const nodes = timeline.line('b0');
  for (const [step, node] of nodes.entries()) {
    const next = nodes.at(step + 1);
    const entry = decisionShown(node, next);
    if (entry !== undefined && node.status === 'running') {
      await judge.decision(foldDecision(entry.events).candidates, environment.id);
    }
    if (next?.arrival) await environment.step(next.arrival.action, signal);
  }
  return judge.finish();
}

class Judge {
  private readonly tallies = new Map<string, { depth: number; group: string; exact: number; imagined: number }>();
  private readonly candidates: JudgedCandidate[] = [];

  constructor(
    private readonly environment: Environment,
    private readonly truth: boolean,
    private readonly signal: AbortSignal,
  ) {}

  async decision(candidates: readonly DecisionCandidate[], id: EnvironmentId): Promise<void> {
    const judged = candidates.filter(({ steps, value }) => steps.length > 0 || (value?.q ?? null) !== null);
    if (judged.length === 0) return;
    const here = this.environment.snapshot();
    const before = await this.remaining();
    for (const candidate of judged) {
      await this.candidate(candidate, id, before);
      await this.environment.restore(here, this.signal);
    }
  }

  private async candidate(candidate: DecisionCandidate, id: EnvironmentId, before: number | null): Promise<void> {
    const { environment, signal } = this;
    const first = await environment.step(candidate.action, signal);
    const q = candidate.value?.q ?? null;
    if (before !== null && q !== null) {
      const fell = await this.fell(first.status, before);
      const group = actionGroup(id, candidate.action);
      if (fell !== null) this.candidates.push({ group, q, logPrior: candidate.logPrior ?? 0, fell });
    }
    let real = first;
    for (const step of candidate.steps) {
      if (step.depth > 1) {
        if (real.status !== 'running') return;
        real = await environment.step(step.action, signal);
      }
      const exact = normalizeLine(real.observation) === normalizeLine(step.observation);
      this.count(step.depth, actionGroup(id, step.action), exact);
    }
  }

  /** null where the planner does not know. */
  private async fell(status: string, before: number): Promise<boolean | null> {
    if (status === 'success') return true;
    if (status !== 'running') return false;
    const truth = await this.environment.truth(this.signal);
    if (truth?.exact !== true) return null;
    return truth.remaining !== null && truth.remaining < before;
  }

  /** Fewest actions to success from the present state; null where success is out of reach or not known. */
  private async remaining(): Promise<number | null> {
    const truth = this.truth ? await this.environment.truth(this.signal) : null;
    return truth?.exact === true ? truth.remaining : null;
  }

  private count(depth: number, group: string, exact: boolean): void {
    const key = `${depth} ${group}`;
    const tally = this.tallies.get(key) ?? { depth, group, exact: 0, imagined: 0 };
    tally.imagined++;
    if (exact) tally.exact++;
    this.tallies.set(key, tally);
  }

  finish(): Judgement {
    return { fidelity: [...this.tallies.values()], candidates: this.candidates };
  }
}
