import { rulesOf } from '../variants';
import { LacError } from '../../errors/lacError';
import type {
  Environment,
  EnvironmentResources,
  ParsedAction,
  Snapshot,
  Start,
  StepResult,
  Task,
  Truth,
} from '../environment';
import type { RoomPicture } from '../picture';
import { Game, nothingHappens } from './game';
import { type GameSource, gameSource, unknownTask } from './games/source';
import { readTaskId } from './games/taskSets';
import { knowsNothing, Room } from './knowledge';
import { inOldLanguage } from './language';
import { splitIntro } from './observations';
import { shortestPlan } from './planner/planner';
import { roomPicture } from './roomPicture';
import { type EpisodeState, recordState, snapshotVersion, stateOf } from './snapshot';

/** How games are played. */
export interface AlfworldOptions {
  /** `old`: every game in the language of the paper ("put X in/on Y"); `file`: each as its file has it. */
  readonly language: 'old' | 'file';
}

/** Counts up when the rules of play, as far as they are ours, change. */
const rulesVersion = '1';

interface Episode extends EpisodeState {
  readonly task: string;
  readonly game: Game;
  readonly room: Room;
}

class AlfworldEnvironment implements Environment {
  readonly id = 'alfworld';
  private episode: Episode | undefined;

  constructor(
    private readonly source: GameSource,
    private readonly options: AlfworldOptions,
  ) {}

  /** For games of a folder the hash is that of the game being played, null before the first. */
  get data(): { readonly version: string; readonly sha256: string | null } {
    const version = rulesOf(rulesVersion, this.options.language === 'old' ? null : this.options.language);
    return { version, sha256: this.source.sha256 ?? this.episode?.game.sha256 ?? null };
  }

  /** Throws `environment.unknown-task`, `alfworld.unsolvable` and the errors of game files. */
  async reset(task: Task, signal?: AbortSignal): Promise<Start> {
    const { game: id, human } = readTaskId(task.id);
    const found = await this.source.find(id);
    signal?.throwIfAborted();
    if (found === undefined) throw unknownTask(task.id, await this.source.ids(signal));
    if (!found.file.solvable) throw new LacError('alfworld.unsolvable', { file: id });
    const humanGoal = human === null ? undefined : found.entry.humanGoals[human - 1];
    if (human !== null && humanGoal === undefined) throw unknownTask(task.id, [id]);
    const game = new Game(this.options.language === 'old' ? inOldLanguage(found.file) : found.file, id);
    const { observation, goal } = splitIntro(game.intro());
    this.episode = {
      task: task.id,
      game,
      room: new Room(game.world),
      world: game.start,
      knowledge: knowsNothing,
      observation,
    };
    return { goal: humanGoal ?? goal, observation };
  }

  private get playing(): Episode {
    if (this.episode === undefined) throw new LacError('environment.not-started', { environment: 'ALFWorld' });
    return this.episode;
  }

  parse(text: string): ParsedAction {
    if (this.episode === undefined) return { valid: false, reason: 'no task was started' };
    const { game, world } = this.episode;
    if (game.find(world, text) !== undefined) return { valid: true, action: text.trim() };
    return {
      valid: false,
      reason: `it is none of the ${game.admissible(world).length} commands that are admissible here`,
    };
  }

  /** A text that is no admissible command is answered "Nothing happens.", as in the original. */
  step(text: string, signal?: AbortSignal): Promise<StepResult> {
    return new Promise((resolve) => {
      signal?.throwIfAborted();
      resolve(this.execute(text));
    });
  }

  private execute(text: string): StepResult {
    const before = this.playing;
    const { game, room, world, knowledge } = before;
    const instance = game.find(world, text);
    const outcome = instance === undefined ? undefined : game.step(world, instance);
    const after = outcome?.state ?? world;
    const learned = instance === undefined ? knowledge : room.learn(knowledge, instance, after);
    const observation = outcome?.feedback ?? nothingHappens;
    this.episode = { ...before, world: after, knowledge: learned, observation };
    const won = game.won(after);
    return {
      observation,
      reward: won ? 1 : 0,
      status: won ? 'success' : 'running',
      invalid: instance === undefined,
      useless: instance !== undefined && learned === knowledge && game.alike(world, after),
    };
  }

  admissible(): readonly string[] {
    const { game, world } = this.playing;
    return game.admissible(world);
  }

  snapshot(): Snapshot {
    const { game, task } = this.playing;
    const state = recordState(game.world, game.sha256, this.playing);
    return { environment: 'alfworld', version: snapshotVersion, task, state };
  }

  restore(snapshot: Snapshot): Promise<string> {
    return new Promise((resolve) => {
      const { game, task } = this.playing;
      const refuse = (reason: string): LacError =>
        new LacError('environment.snapshot', { environment: 'ALFWorld', reason });
      if (snapshot.environment !== 'alfworld') throw refuse(`it is one of ${snapshot.environment}`);
      if (snapshot.version !== snapshotVersion) throw refuse(`it has form ${snapshot.version}, not ${snapshotVersion}`);
      if (snapshot.task !== task) throw refuse(`it is one of the task ${snapshot.task}`);
      const state = stateOf(game.world, game.sha256, snapshot.state);
      if (typeof state === 'string') throw refuse(state);
      this.episode = { ...this.playing, ...state };
      resolve(state.observation);
    });
  }

  truth(signal?: AbortSignal): Promise<Truth> {
    return new Promise((resolve) => {
      const { game, world } = this.playing;
      resolve(shortestPlan(game, world, signal));
    });
  }

  picture(): RoomPicture {
    const { game, room, world, knowledge } = this.playing;
    return roomPicture(game.world, room, game.goalTypes, world, knowledge);
  }

  dispose(): Promise<void> {
    this.episode = undefined;
    return Promise.resolve();
  }
}

/** Opens ALFWorld over the games that the resources name. Throws `alfworld.shipped` where those that ship are damaged. */
export async function openAlfworld(resources: EnvironmentResources, options: AlfworldOptions): Promise<Environment> {
  return new AlfworldEnvironment(await gameSource(resources), options);
}
