import { LacError } from '../../errors/lacError';
import type { Environment, ParsedAction, Snapshot, Start, Status, StepResult, Task, Truth } from '../environment';
import type { GridPicture } from '../picture';
import { offeredActions, parseAction } from './actions';
import { Episode } from './episode';
import { pictureOf } from './gridPicture';
import { generateLevel } from './levels';
import { Planner } from './planner';
import { MisfitState, readState } from './savedState';
import { stateKey } from './stateKey';
import { parseTaskId } from './tasks';
import { actionNames } from './world';

const title = 'BabyAI-Text';
const snapshotVersion = 1;

interface Running {
  readonly task: string;
  readonly episode: Episode;
  readonly planner: Planner;
}

/** BabyAI-Text behind the port: what the agent is told are the descriptions, joined by commas. */
export class BabyAiTextEnvironment implements Environment {
  readonly id = 'babyai-text';
  readonly data = { version: '1', sha256: null };
  private current: Running | undefined;

  reset(task: Task): Promise<Start> {
    return settle(() => {
      const { level, kind, seed } = parseTaskId(task.id);
      const episode = new Episode(generateLevel(level, kind, seed));
      this.current = { task: `${level}/${kind}/${seed}`, episode, planner: new Planner(episode.mission) };
      return { goal: episode.goal, observation: observationOf(episode) };
    });
  }

  parse(text: string): ParsedAction {
    return parseAction(text);
  }

  step(text: string): Promise<StepResult> {
    return settle(() => {
      const { episode } = this.running();
      const parsed = parseAction(text);
      // An episode that is over stays as it is.
      if (!parsed.valid || episode.done) {
        return {
          observation: observationOf(episode),
          reward: 0,
          status: statusOf(episode),
          invalid: !parsed.valid,
          useless: parsed.valid,
        };
      }
      const before = signature(episode);
      episode.step(actionNames.findIndex((name) => name === parsed.action));
      return {
        observation: observationOf(episode),
        reward: episode.reward,
        status: statusOf(episode),
        invalid: false,
        useless: episode.outcome === 'continue' && signature(episode) === before,
      };
    });
  }

  admissible(): readonly string[] {
    return offeredActions;
  }

  snapshot(): Snapshot {
    const { task, episode } = this.running();
    return { environment: this.id, version: snapshotVersion, task, state: episode.save() };
  }

  restore(snapshot: Snapshot): Promise<string> {
    return settle(() => {
      const { task, episode } = this.running();
      const misfit = (reason: string, cause?: unknown): LacError =>
        new LacError('environment.snapshot', { environment: title, reason }, { cause });
      if (snapshot.environment !== this.id) throw misfit(`it was taken in ${snapshot.environment}`);
      if (snapshot.version !== snapshotVersion)
        throw misfit(`its version is ${snapshot.version}, not ${snapshotVersion}`);
      if (snapshot.task !== task) throw misfit(`it was taken in the task ${snapshot.task}, and ${task} is running`);
      try {
        episode.load(readState(snapshot.state, episode));
      } catch (error) {
        if (error instanceof MisfitState) throw misfit(error.message, error);
        throw error;
      }
      return observationOf(episode);
    });
  }

  truth(): Promise<Truth> {
    return settle(() => {
      const { episode, planner } = this.running();
      const { remaining, actions, exact } = planner.plan(episode);
      return {
        remaining,
        plan: actions.map((action) => actionNames[action] ?? ''),
        bestReward: remaining === null ? 0 : 1 - 0.9 * ((episode.steps + remaining) / episode.maxSteps),
        exact,
      };
    });
  }

  picture(): GridPicture {
    const { episode } = this.running();
    return pictureOf(episode.world, episode.mission);
  }

  dispose(): Promise<void> {
    this.current = undefined;
    return Promise.resolve();
  }

  private running(): Running {
    if (this.current === undefined) throw new LacError('environment.not-started', { environment: title });
    return this.current;
  }
}

/** The engine is synchronous; what it throws becomes a rejection. */
function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

function observationOf(episode: Episode): string {
  return episode.texts().join(', ');
}

function statusOf(episode: Episode): Status {
  if (episode.outcome !== 'continue') return episode.outcome;
  return episode.done ? 'limit' : 'running';
}

function signature(episode: Episode): string {
  const { world, memory } = episode;
  return `${world.cell}/${world.direction}/${stateKey(world, memory)}`;
}
