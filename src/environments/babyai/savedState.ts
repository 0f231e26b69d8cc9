import type { Episode, EpisodeState } from './episode';
import type { Outcome } from './mission';
import { codeCount, type Direction } from './world';

/** Why a value is no saved state of an episode. */
export class MisfitState extends Error {
  override readonly name = 'MisfitState';
}

function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MisfitState(`${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
}

function entries(value: unknown, length: number | null, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MisfitState(`${what} is no list`);
  if (length !== null && value.length !== length) throw new MisfitState(`${what} has not ${length} entries`);
  return value;
}

function integer(value: unknown, from: number, below: number, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value >= below) {
    throw new MisfitState(`${what} is no whole number from ${from} to ${below - 1}`);
  }
  return value;
}

function outcomeOf(value: unknown): Outcome {
  if (value === 'continue' || value === 'success' || value === 'failure') return value;
  throw new MisfitState('"outcome" is none of continue, success, failure');
}

/** Reads a state that `Episode.save` gave for the same level, perhaps in another process; throws `MisfitState`. */
export function readState(value: unknown, episode: Episode): EpisodeState {
  const { world, mission, maxSteps } = episode;
  const cells = world.cells.length;
  const ids = world.codes.length;
  const state = fields(value, 'the state');
  const agent = fields(state['agent'], '"agent"');
  const memory = fields(state['memory'], '"memory"');
  const { reward } = state;
  if (typeof reward !== 'number') throw new MisfitState('"reward" is no number');
  return {
    steps: integer(state['steps'], 0, maxSteps + 1, '"steps"'),
    outcome: outcomeOf(state['outcome']),
    reward,
    agent: {
      cell: integer(agent['cell'], 0, cells, '"agent.cell"'),
      direction: integer(agent['direction'], 0, 4, '"agent.direction"') as Direction,
      carrying: integer(agent['carrying'], 0, ids, '"agent.carrying"'),
    },
    objects: entries(state['objects'], ids - 2, '"objects"').map((entry) => {
      const [code, cell, lies] = entries(entry, 3, 'an object');
      return [
        integer(code, 2, codeCount, "an object's look"),
        integer(cell, -1, cells, "an object's cell"),
        integer(lies, 0, 2, 'whether an object lies there') === 1 ? 1 : 0,
      ] as const;
    }),
    memory: {
      done: integer(memory['done'], 0, 2 ** 30, '"memory.done"'),
      held: entries(memory['held'], mission.start.held.length, '"memory.held"').map((id) =>
        integer(id, 0, ids, '"memory.held"'),
      ),
      places: entries(memory['places'], mission.start.places.length, '"memory.places"').map((places) =>
        entries(places, null, '"memory.places"').map((cell) => integer(cell, 0, cells, '"memory.places"')),
      ),
    },
  };
}
