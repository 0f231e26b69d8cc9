import type { Episode } from '../../src/environments/babyai/episode';
import type { Goal } from '../../src/environments/babyai/mission';
import {
  codeOf,
  colorOf,
  EMPTY,
  FORM_KEY,
  FORM_LOCKED,
  formOf,
  isOpenDoor,
  NO_OBJECT,
  type World,
} from '../../src/environments/babyai/world';

/**
 * Fewest actions to success with full information, for the task types of BabyAI-Text, by one breadth-first search over
 * (thing taken, cell, direction). Other things are obstacles that are never moved. Fast (some ten microseconds) rather
 * than exact in rare cases: a wrong thing in the hand is counted as dropped ahead, or after one turn.
 */
interface Job {
  /** Things one of which must be taken first; null when nothing has to be taken. */
  readonly fetch: readonly number[] | null;
  /** Ends with the taking itself. */
  readonly taking: boolean;
  readonly end: 'face' | 'toggle' | 'drop';
  readonly cells: readonly number[];
}

function jobOf(goal: Goal, world: World, episode: Episode): Job {
  const placesOf = (index: number): readonly number[] => episode.memory.places[index] ?? [];
  switch (goal.kind) {
    case 'goto':
      return { fetch: null, taking: false, end: 'face', cells: placesOf(goal.target.index) };
    case 'pickup':
      return { fetch: goal.target.members, taking: true, end: 'face', cells: [] };
    case 'putnext': {
      const carried = goal.move.members.includes(world.carrying);
      return {
        fetch: carried ? null : goal.move.members,
        taking: false,
        end: 'drop',
        cells: placesOf(goal.fixed.index),
      };
    }
    case 'open': {
      const [door = NO_OBJECT] = goal.target.members;
      const code = world.codes[door] ?? EMPTY;
      const key = codeOf(FORM_KEY, colorOf(code));
      const needed = formOf(code) === FORM_LOCKED && world.codes[world.carrying] !== key;
      const keys = world.codes.flatMap((other, id) => (other === key ? [id] : []));
      return { fetch: needed ? keys : null, taking: false, end: 'toggle', cells: placesOf(goal.target.index) };
    }
    case 'sequence': {
      if ((episode.memory.done & goal.bit) !== 0) return jobOf(goal.second, world, episode);
      const first = jobOf(goal.first, world, episode);
      const second = jobOf(goal.second, world, episode);
      return { ...second, fetch: first.fetch };
    }
    case 'both':
      throw new RangeError('no task type of BabyAI-Text asks for two things in any order');
  }
}

const maxStates = 15 * 8 * 4 * 12;
const distance = new Int16Array(maxStates);
const queue = new Int32Array(maxStates);

function search(world: World, job: Job): number {
  const { width, height } = world.layout;
  const cells = width * height;
  const ahead = [1, width, -1, -width];
  const fetch = (job.fetch ?? []).filter((id) => {
    const at = world.positions[id] ?? -1;
    return at >= 0 && world.cells[at] === id;
  });
  const phases = job.fetch === null ? 1 : Math.min(fetch.length, 11) + 1;
  const endPhase = job.fetch === null ? 0 : 1;
  distance.fill(-1, 0, phases * cells * 4);
  const goals = new Set(job.cells);
  const passable = (cell: number, phase: number): boolean => {
    const id = world.cells[cell] ?? 1;
    if (id === NO_OBJECT || (phase > 0 && id === fetch[phase - 1])) return true;
    return isOpenDoor(world.codes[id] ?? EMPTY);
  };
  const ends = (phase: number, front: number): boolean => {
    if (phase < endPhase || job.taking) return false;
    if (job.end !== 'drop') return goals.has(front);
    if (!passable(front, phase) || isOpenDoor(world.codeAt(front))) return false;
    return ahead.some((step) => {
      const beside = front + step;
      return goals.has(beside) && !(phase > 0 && world.cells[beside] === fetch[phase - 1]);
    });
  };
  let head = 0;
  let tail = 0;
  const start = world.cell * 4 + world.direction;
  distance[start] = 0;
  queue[tail++] = start;
  // To face the target ends the task by itself, after any action; opening and putting down are one more.
  const last = job.end === 'face' ? 0 : 1;
  const visit = (state: number, steps: number): void => {
    if (distance[state] !== -1) return;
    distance[state] = steps;
    queue[tail++] = state;
  };
  while (head < tail) {
    const state = queue[head++] ?? 0;
    const steps = distance[state] ?? 0;
    const phase = Math.floor(state / (cells * 4));
    const pose = state - phase * cells * 4;
    const cell = pose >> 2;
    const direction = pose & 3;
    const front = cell + (ahead[direction] ?? 0);
    if (ends(phase, front)) return Math.max(steps + last, 1);
    const base = phase * cells * 4 + cell * 4;
    visit(base + ((direction + 1) & 3), steps + 1);
    visit(base + ((direction + 3) & 3), steps + 1);
    if (passable(front, phase)) visit(phase * cells * 4 + front * 4 + direction, steps + 1);
    if (phase === 0 && job.fetch !== null) {
      const taken = fetch.indexOf(world.cells[front] ?? NO_OBJECT);
      if (taken >= 0 && taken < 11) {
        if (job.taking) return steps + 1;
        visit((taken + 1) * cells * 4 + pose, steps + 1);
      }
    }
  }
  return Infinity;
}

/** Fewest actions from here to success, 0 after it; Infinity when there is no way without moving obstacles. */
export function remainingActions(episode: Episode): number {
  if (episode.outcome === 'success') return 0;
  const { world } = episode;
  const job = jobOf(episode.mission.goal, world, episode);
  if (job.fetch === null || world.carrying === NO_OBJECT) return search(world, job);
  if (world.cells[world.front] !== NO_OBJECT) return 2 + search(world, job);
  const dropped = world.clone();
  dropped.cells[dropped.front] = world.carrying;
  dropped.positions[world.carrying] = dropped.front;
  dropped.carrying = NO_OBJECT;
  return 1 + search(dropped, job);
}
