import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAbort, LacError, messageOf } from '../../../errors/lacError';
import { type GameFile, goalOf, readGameFile } from '../gameFile';
import { type BrokenGame, type GameCollection, type GameEntry, splitOf, taskTypeOf } from './entry';

export const gameFileName = 'game.tw-pddl';

export interface ScanOptions {
  /** Where the index of the folder is kept between sessions; null keeps none. */
  readonly cacheFolder: string | null;
  readonly onProgress?: ((fraction: number, what: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is remembered of a game file as long as its size and time of change stay. */
interface Indexed {
  readonly size: number;
  readonly changed: number;
  readonly goal: string;
  readonly solvable: boolean;
  readonly human: readonly string[];
  /** Why the file cannot be played; null where it can. */
  readonly problem: string | null;
}

type Index = Map<string, Indexed>;

const indexVersion = 1;

/**
 * Ids of all game files below a folder (paths with `/`, without the file's name), sorted. Links are not followed. A
 * folder inside that cannot be read is told to `onBroken` and the rest goes on.
 */
export async function gameIds(
  folder: string,
  signal?: AbortSignal,
  onBroken?: (broken: BrokenGame) => void,
): Promise<readonly string[]> {
  const ids: string[] = [];
  const waiting = [''];
  for (let relative = waiting.pop(); relative !== undefined; relative = waiting.pop()) {
    signal?.throwIfAborted();
    let entries: readonly Dirent[];
    try {
      entries = await readdir(path.join(folder, relative), { withFileTypes: true });
    } catch (error) {
      if (relative === '') throw error;
      onBroken?.({ id: relative, reason: messageOf(error) });
      continue;
    }
    for (const entry of entries) {
      const inside = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(inside);
      else if (entry.isFile() && entry.name === gameFileName) ids.push(relative);
    }
  }
  return ids.sort();
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function isIndexed(value: unknown): value is Indexed {
  return (
    isObject(value) &&
    typeof value['size'] === 'number' &&
    typeof value['changed'] === 'number' &&
    typeof value['goal'] === 'string' &&
    typeof value['solvable'] === 'boolean' &&
    isTexts(value['human']) &&
    (value['problem'] === null || typeof value['problem'] === 'string')
  );
}

/** The file's text, or undefined where there is none; other failures are the caller's. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/** JSON of a file that only adds to the games; undefined where it is absent or is no JSON. */
async function readExtra(file: string): Promise<unknown> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readIndex(file: string | null): Promise<Index> {
  const index: Index = new Map();
  const value = file === null ? undefined : await readExtra(file);
  if (!isObject(value) || value['version'] !== indexVersion || !isObject(value['games'])) return index;
  for (const [id, indexed] of Object.entries(value['games'])) if (isIndexed(indexed)) index.set(id, indexed);
  return index;
}

async function writeIndex(file: string | null, index: Index): Promise<void> {
  if (file === null) return;
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify({ version: indexVersion, games: Object.fromEntries(index) }));
  await rename(unfinished, file);
}

/** Keeps the index where it can; a cache that cannot be written is said and costs nothing but time. */
async function keepIndex(file: string | null, index: Index, onProgress: ScanOptions['onProgress']): Promise<void> {
  try {
    await writeIndex(file, index);
  } catch (error) {
    onProgress?.(1, `the list of games cannot be kept: ${messageOf(error)}`);
  }
}

/** `turk_annotations.anns[].task_desc` of ALFRED's `traj_data.json`. */
function goalsInTrajectory(value: unknown): readonly string[] {
  const annotations = isObject(value) ? value['turk_annotations'] : undefined;
  const list = isObject(annotations) ? annotations['anns'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) =>
    isObject(one) && typeof one['task_desc'] === 'string' ? [one['task_desc']] : [],
  );
}

async function trajectoryGoals(folder: string, id: string): Promise<readonly string[]> {
  return goalsInTrajectory(await readExtra(path.join(folder, id, 'traj_data.json')));
}

/** What is to be remembered of a game file: `known`, unless the file has changed since. */
async function look(folder: string, id: string, known: Indexed | undefined): Promise<Indexed> {
  const file = path.join(folder, id, gameFileName);
  let [size, changed] = [-1, -1];
  try {
    ({ size, mtimeMs: changed } = await stat(file));
    if (known?.size === size && known.changed === changed) return known;
    const { grammar, solvable } = readGameFile(await readFile(file, 'utf8'), file);
    const human = await trajectoryGoals(folder, id);
    return { size, changed, goal: goalOf(grammar) ?? '', solvable, human, problem: null };
  } catch (error) {
    return { size, changed, goal: '', solvable: true, human: [], problem: messageOf(error) };
  }
}

/** Human goals by `<split>/<task>/<trial>`, from `annotations.json` in the folder or the one above. */
async function readAnnotations(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const goals = new Map<string, readonly string[]>();
  for (const place of [path.dirname(path.resolve(folder)), folder]) {
    const value = await readExtra(path.join(place, 'annotations.json'));
    if (!isObject(value)) continue;
    for (const [trial, annotation] of Object.entries(value)) {
      const texts = isObject(annotation) ? annotation['human_task_desc'] : undefined;
      if (isTexts(texts)) goals.set(trial, texts);
    }
  }
  return goals;
}

/** A human goal as the game states it: one sentence with its full stop. */
const sentence = (goal: string): string => {
  const trimmed = goal.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
};

function entryOf(id: string, goal: string, human: readonly string[]): GameEntry {
  return { id, split: splitOf(id), type: taskTypeOf(id, goal), goal, humanGoals: human.map(sentence) };
}

const trialOf = (id: string): string => id.split('/').slice(-3).join('/');

/** One game of a folder, without looking at the others; undefined where there is no such file. */
export async function findGame(
  folder: string,
  id: string,
): Promise<{ readonly entry: GameEntry; readonly file: GameFile } | undefined> {
  const inside = path.relative(folder, path.join(folder, id));
  if (inside.startsWith('..') || path.isAbsolute(inside)) return undefined;
  const name = path.join(folder, id, gameFileName);
  let text: string | undefined;
  try {
    text = await readIfThere(name);
  } catch (error) {
    throw new LacError('alfworld.unreadable', { file: name, reason: messageOf(error) }, { cause: error });
  }
  if (text === undefined) return undefined;
  const file = readGameFile(text, name);
  const human = (await readAnnotations(folder)).get(trialOf(id)) ?? (await trajectoryGoals(folder, id));
  return { entry: entryOf(id, goalOf(file.grammar) ?? '', human), file };
}

/** Folders that this process has looked through, so that looking again only asks for times of change. */
const indexes = new Map<string, Index>();

/**
 * Lists the games of a folder. A file that cannot be read as a game is named in `broken` and the rest goes on; an
 * abort throws the signal's reason and keeps what was read so far for the next time.
 */
export async function scanGames(folder: string, options: ScanOptions): Promise<GameCollection> {
  const { cacheFolder, onProgress, signal } = options;
  const broken: BrokenGame[] = [];
  let ids: readonly string[];
  try {
    ids = await gameIds(folder, signal, (one) => broken.push(one));
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new LacError('alfworld.folder', { folder, reason: messageOf(error) }, { cause: error });
  }
  if (ids.length === 0) throw new LacError('alfworld.folder', { folder, reason: `there is no ${gameFileName} in it` });
  const place = path.resolve(folder);
  const name = createHash('sha256').update(place).digest('hex').slice(0, 16);
  const cacheFile = cacheFolder === null ? null : path.join(cacheFolder, `alfworld-${name}.json`);
  const index = indexes.get(place) ?? (await readIndex(cacheFile));
  indexes.set(place, index);
  const annotations = await readAnnotations(folder);
  const games: GameEntry[] = [];
  const leftOut: string[] = [];
  let news = 0;
  try {
    for (const [done, id] of ids.entries()) {
      signal?.throwIfAborted();
      if (done % 50 === 0) onProgress?.(done / ids.length, `${done} of ${ids.length} games`);
      if (id.includes('movable') || id.includes('Sliced')) {
        leftOut.push(id);
        continue;
      }
      const known = index.get(id);
      const indexed = await look(folder, id, known);
      if (indexed !== known) news++;
      index.set(id, indexed);
      if (indexed.problem !== null) broken.push({ id, reason: indexed.problem });
      else if (!indexed.solvable) leftOut.push(id);
      else {
        games.push(entryOf(id, indexed.goal, annotations.get(trialOf(id)) ?? indexed.human));
      }
    }
  } finally {
    if (news > 0) await keepIndex(cacheFile, index, onProgress);
  }
  const summary = broken.length === 0 ? '' : `; ${broken.length} cannot be read, first ${broken[0]?.reason ?? ''}`;
  onProgress?.(1, `${games.length} games${summary}`);
  return { games, broken, leftOut };
}
