import type { Task, TaskSet } from '../../environment';
import { type GameEntry, taskTypes } from './entry';

/** Separates a game from the number (from 1) of the human goal it is played with: `<game>#human-2`. */
const humanMark = '#human-';

/** The game that a task id names, and which human goal, if any (from 1). */
export function readTaskId(id: string): { readonly game: string; readonly human: number | null } {
  const match = /^(.*)#human-(\d+)$/.exec(id);
  return match === null ? { game: id, human: null } : { game: match[1] ?? '', human: Number(match[2]) };
}

/** The task of a game, or of one of its human goals (`human`, from 1). */
export function taskOf(game: GameEntry, human: number | null): Task {
  const goal = human === null ? game.goal : (game.humanGoals[human - 1] ?? '');
  return {
    environment: 'alfworld',
    id: human === null ? game.id : `${game.id}${humanMark}${human}`,
    type: game.type,
    title: goal === '' ? game.id : goal,
  };
}

function setOf(id: string, title: string, tasks: readonly Task[]): TaskSet {
  return {
    id,
    title: `${title} (${tasks.length})`,
    size: tasks.length,
    at: (index) => {
      const task = tasks[index];
      if (task === undefined) throw new RangeError(`the task set ${id} has ${tasks.length} tasks, none at ${index}`);
      return task;
    },
  };
}

/** A split as a whole, by type of task, and with the goals that people wrote. */
export function taskSetsOf(games: readonly GameEntry[]): readonly TaskSet[] {
  const splits = [...new Set(games.map((game) => game.split))].sort();
  return splits.flatMap((split) => {
    const inSplit = games.filter((game) => game.split === split);
    const sets = [
      setOf(
        split,
        split,
        inSplit.map((game) => taskOf(game, null)),
      ),
    ];
    for (const type of taskTypes) {
      const ofType = inSplit.filter((game) => game.type === type);
      if (ofType.length === 0) continue;
      sets.push(
        setOf(
          `${split}/${type}`,
          `${split}, ${type}`,
          ofType.map((game) => taskOf(game, null)),
        ),
      );
    }
    const human = inSplit.flatMap((game) => game.humanGoals.map((_, index) => taskOf(game, index + 1)));
    if (human.length > 0) sets.push(setOf(`${split}/human`, `${split}, goals in people's own words`, human));
    return sets;
  });
}
