/** The six kinds of task, as ALFWorld names them. */
export const taskTypes = [
  'pick_and_place_simple',
  'look_at_obj_in_light',
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
] as const;

export type TaskType = (typeof taskTypes)[number];

/** One game of a collection, known without compiling it. */
export interface GameEntry {
  /** Its path in the collection, without `/game.tw-pddl`. */
  readonly id: string;
  /** The folders above task and trial, for example `valid_unseen`. */
  readonly split: string;
  /** `unknown` for a game that is none of ALFWorld's six. */
  readonly type: TaskType | 'unknown';
  /** The goal sentence, full stop included. */
  readonly goal: string;
  /** Goals in people's own words, where the collection has them. */
  readonly humanGoals: readonly string[];
}

/** A game of a collection that cannot be played, and why. */
export interface BrokenGame {
  readonly id: string;
  readonly reason: string;
}

/** Every game of a folder, and what of it was left out. */
export interface GameCollection {
  /** Sorted by id. */
  readonly games: readonly GameEntry[];
  readonly broken: readonly BrokenGame[];
  /** Ids of games marked as unsolvable, and of those that ALFWorld leaves out (`movable`, `Sliced`). */
  readonly leftOut: readonly string[];
}

/** The type of a task by the folder that its id names, else by its goal sentence. */
export function taskTypeOf(id: string, goal: string): TaskType | 'unknown' {
  for (const segment of id.split('/')) {
    const type = taskTypes.find((one) => segment === one || segment.startsWith(`${one}-`));
    if (type !== undefined) return type;
  }
  if (/^(?:look at|examine) .* (?:under|with) /.test(goal)) return 'look_at_obj_in_light';
  if (/^(?:put|find) two /.test(goal)) return 'pick_two_obj_and_place';
  if (/^(?:put a clean|clean) /.test(goal)) return 'pick_clean_then_place_in_recep';
  if (/^(?:put a hot|heat) /.test(goal)) return 'pick_heat_then_place_in_recep';
  if (/^(?:put a cool|cool) /.test(goal)) return 'pick_cool_then_place_in_recep';
  return /^put (?:a|some) /.test(goal) ? 'pick_and_place_simple' : 'unknown';
}

/** The folders above task and trial; games that lie less deep are of the split `games`. */
export function splitOf(id: string): string {
  const parts = id.split('/');
  return parts.length > 2 ? parts.slice(0, -2).join('/') : 'games';
}
