import { describe } from './descriptions';
import { copyMemory, Mission, wordMission, type Instruction, type MissionMemory, type Outcome } from './mission';
import { NO_OBJECT, type Direction, type World } from './world';

/** Where an episode begins. */
export interface Level {
  readonly world: World;
  readonly instruction: Instruction;
  /** The environment's own step limit. */
  readonly maxSteps: number;
}

/** The part of an episode that changes, as plain JSON data; sizes, walls and instruction come from the level. */
export interface EpisodeState {
  readonly steps: number;
  readonly outcome: Outcome;
  readonly reward: number;
  readonly agent: { readonly cell: number; readonly direction: Direction; readonly carrying: number };
  /** Objects from id 2 on: look, place where it lies or last lay, whether it lies there. */
  readonly objects: readonly (readonly [code: number, cell: number, lies: 0 | 1])[];
  readonly memory: {
    readonly done: number;
    readonly held: readonly number[];
    readonly places: readonly (readonly number[])[];
  };
}

/** Ids below this stand for the empty cell and walls. */
const firstObject = 2;

/** One episode: a world, its mission, the steps taken and what came of them. */
export class Episode {
  readonly world: World;
  readonly mission: Mission;
  readonly memory: MissionMemory;
  readonly maxSteps: number;
  readonly goal: string;
  steps = 0;
  /** What the mission check said of the last step. */
  outcome: Outcome = 'continue';
  /** The reward of the last step. */
  reward = 0;

  /** Takes over the level's world. */
  constructor(level: Level) {
    this.world = level.world;
    this.mission = new Mission(level.world, level.instruction);
    this.memory = copyMemory(this.mission.start);
    this.maxSteps = level.maxSteps;
    this.goal = wordMission(level.world, level.instruction);
  }

  /** True after success, failure or the last allowed step. */
  get done(): boolean {
    return this.outcome !== 'continue' || this.steps >= this.maxSteps;
  }

  /** Executes an action by its number. */
  step(action: number): void {
    this.steps++;
    this.world.act(action);
    this.outcome = this.mission.check(this.world, this.memory, action);
    // This order of operations gives the original's reward to the last bit.
    this.reward = this.outcome === 'success' ? 1 - 0.9 * (this.steps / this.maxSteps) : 0;
  }

  /** What the agent is told now. */
  texts(): string[] {
    return describe(this.world);
  }

  save(): EpisodeState {
    const { world, memory } = this;
    const objects: [number, number, 0 | 1][] = [];
    for (let id = firstObject; id < world.codes.length; id++) {
      const cell = world.positions[id] ?? -1;
      objects.push([world.codes[id] ?? 0, cell, cell >= 0 && world.cells[cell] === id ? 1 : 0]);
    }
    return {
      steps: this.steps,
      outcome: this.outcome,
      reward: this.reward,
      agent: { cell: world.cell, direction: world.direction, carrying: world.carrying },
      objects,
      memory: { done: memory.done, held: [...memory.held], places: memory.places.map((cells) => [...cells]) },
    };
  }

  /** Back to a state that `save` gave for an episode of the same level. */
  load(state: EpisodeState): void {
    const { world, memory } = this;
    world.cells.forEach((id, cell) => {
      if (id >= firstObject) world.cells[cell] = NO_OBJECT;
    });
    state.objects.forEach(([code, cell, lies], index) => {
      const id = index + firstObject;
      world.codes[id] = code;
      world.positions[id] = cell;
      if (lies === 1) world.cells[cell] = id;
    });
    world.cell = state.agent.cell;
    world.direction = state.agent.direction;
    world.carrying = state.agent.carrying;
    memory.done = state.memory.done;
    memory.held = [...state.memory.held];
    memory.places = state.memory.places.map((cells) => [...cells]);
    this.steps = state.steps;
    this.outcome = state.outcome;
    this.reward = state.reward;
  }
}
