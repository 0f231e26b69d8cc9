import { LacError } from '../../../errors/lacError';
import type { EnvironmentResources } from '../../environment';
import type { GameFile } from '../gameFile';
import type { GameCollection, GameEntry } from './entry';
import { findGame, gameIds, scanGames } from './folder';
import { readShippedGames } from './shipped';

/** Where games come from: a folder of the user's, or those that ship. */
export interface GameSource {
  /** SHA-256 of the games that ship; null for a folder, whose games are hashed one by one. */
  readonly sha256: string | null;
  list(signal?: AbortSignal): Promise<GameCollection>;
  ids(signal?: AbortSignal): Promise<readonly string[]>;
  /** Undefined for an id that names no game here. */
  find(id: string): Promise<{ readonly entry: GameEntry; readonly file: GameFile } | undefined>;
}

/** The games that these resources name. */
export async function gameSource(resources: EnvironmentResources): Promise<GameSource> {
  const { dataFolder, cacheFolder, onProgress } = resources;
  if (dataFolder !== null) {
    return {
      sha256: null,
      list: (signal) => scanGames(dataFolder, { cacheFolder, onProgress, signal }),
      ids: (signal) => gameIds(dataFolder, signal),
      find: (id) => findGame(dataFolder, id),
    };
  }
  const shipped = await readShippedGames(resources.assets);
  return {
    sha256: shipped.sha256,
    list: () => Promise.resolve(shipped.collection),
    ids: () => Promise.resolve(shipped.collection.games.map((game) => game.id)),
    find: (id) => Promise.resolve(shipped.find(id)),
  };
}

/** The error for an id that names no game, with the ids that begin most like it. */
export function unknownTask(id: string, ids: readonly string[]): LacError {
  const common = (other: string): number => {
    let length = 0;
    while (length < id.length && id[length] === other[length]) length++;
    return length;
  };
  const near = [...ids].sort((a, b) => common(b) - common(a)).slice(0, 3);
  const hint = near.length === 0 ? 'There are no games.' : `Near it: ${near.join(', ')}.`;
  return new LacError('environment.unknown-task', { task: id, environment: 'ALFWorld', hint });
}
