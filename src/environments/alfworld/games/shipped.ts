import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LacError, messageOf } from '../../../errors/lacError';
import type { GameFile } from '../gameFile';
import { householdGame, readHousehold } from '../household';
import { type GameCollection, type GameEntry, splitOf, taskTypeOf } from './entry';

/** One game of the file that holds those that ship: rules and texts are shared, see `household.ts`. */
export interface ShippedGame {
  readonly id: string;
  /** The goal sentence, full stop included. */
  readonly goal: string;
  /** PDDL. */
  readonly problem: string;
  /** Commands of the new language that win from the start. */
  readonly walkthrough: readonly string[];
}

export const shippedFileName = 'games.json';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isShippedGame(value: unknown): value is ShippedGame {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['goal'] === 'string' &&
    typeof value['problem'] === 'string' &&
    Array.isArray(value['walkthrough']) &&
    value['walkthrough'].every((command) => typeof command === 'string')
  );
}

/** The games that ship with the extension, as ordinary game files. */
export interface ShippedGames {
  readonly collection: GameCollection;
  /** Of the files they were read from. */
  readonly sha256: string;
  /** Undefined for an id that is not among them. */
  find(id: string): { readonly entry: GameEntry; readonly file: GameFile } | undefined;
}

/** Reads the games that ship; throws `alfworld.shipped`. */
export async function readShippedGames(assets: string): Promise<ShippedGames> {
  const household = await readHousehold(assets);
  const file = path.join(assets, shippedFileName);
  let text: string;
  let value: unknown;
  try {
    text = await readFile(file, 'utf8');
    value = JSON.parse(text);
  } catch (error) {
    throw new LacError('alfworld.shipped', { file, reason: messageOf(error) }, { cause: error });
  }
  const list = isObject(value) ? value['games'] : undefined;
  if (!Array.isArray(list) || !list.every(isShippedGame)) {
    throw new LacError('alfworld.shipped', { file, reason: 'it is no list of games' });
  }
  const hash = createHash('sha256').update(household.domain).update(household.grammar).update(text).digest('hex');
  const byId = new Map(list.map((game) => [game.id, game]));
  const entryOf = ({ id, goal }: ShippedGame): GameEntry => ({
    id,
    split: splitOf(id),
    type: taskTypeOf(id, goal),
    goal,
    humanGoals: [],
  });
  const games = [...byId.values()].map(entryOf);
  return {
    collection: { games, broken: [], leftOut: [] },
    sha256: hash,
    find: (id) => {
      const game = byId.get(id);
      if (game === undefined) return undefined;
      return { entry: entryOf(game), file: householdGame(household, game.problem, game.goal, game.walkthrough) };
    },
  };
}
