import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isAbort } from '../../errors/lacError';
import type { EnvironmentResources } from '../environment';
import type { Catalogue } from './catalogue';
import { fileStamps, findCatalogueFiles } from './catalogueFiles';
import { humanGoals, syntheticGoals, type GoalList } from './goals';
import { openCatalogue } from './openCatalogue';

/** A catalogue with its goals, in use until it is released. */
export interface BorrowedCatalogue {
  readonly catalogue: Catalogue;
  /** SHA-256 over all files that tasks come from. */
  readonly sha256: string;
  /** Kinds of goals that the files can give: `human`, `synthetic`, and `human_<suffix>` of further instruction files. */
  readonly kinds: readonly string[];
  /** Throws for a kind that is not among `kinds`, and what is wrong with the kind's file. */
  goals(kind: string): GoalList;
  release(): void;
}

interface Entry {
  readonly opening: Promise<Omit<BorrowedCatalogue, 'release'>>;
  users: number;
}

const entries = new Map<string, Entry>();

/**
 * The catalogue that the resources name. It stays open for the next who asks until another one is asked for and nobody
 * uses it.
 */
export async function borrowCatalogue(
  resources: EnvironmentResources,
  signal?: AbortSignal,
): Promise<BorrowedCatalogue> {
  const place = resources.dataFolder ?? resources.assets;
  const key = [place, resources.cacheFolder, ...fileStamps(findCatalogueFiles(place))].join('\n');
  let entry = entries.get(key);
  if (entry === undefined) {
    entry = { opening: open(place, resources, signal), users: 0 };
    entries.set(key, entry);
  }
  const own = entry;
  own.users++;
  const release = (): void => {
    own.users--;
    putAway(key);
  };
  try {
    const opened = await own.opening;
    putAway(key);
    let released = false;
    return {
      ...opened,
      release: () => {
        if (!released) release();
        released = true;
      },
    };
  } catch (error) {
    if (entries.get(key) === own) entries.delete(key);
    // Somebody else who had asked first may have given up.
    if (isAbort(error) && signal?.aborted !== true) return borrowCatalogue(resources, signal);
    throw error;
  }
}

/** Closes every unused catalogue but the one of `key`. */
function putAway(key: string): void {
  for (const [other, entry] of entries) {
    if (other === key || entry.users > 0) continue;
    entries.delete(other);
    void entry.opening.then(
      ({ catalogue }) => catalogue.close(),
      () => undefined,
    );
  }
}

async function open(
  place: string,
  resources: EnvironmentResources,
  signal: AbortSignal | undefined,
): Promise<Omit<BorrowedCatalogue, 'release'>> {
  const catalogue = await openCatalogue(place, {
    cacheFolder: resources.cacheFolder,
    signal,
    onProgress: resources.onProgress,
  });
  const hash = createHash('sha256').update(catalogue.sha256);
  const { instructions } = catalogue.files;
  for (const file of instructions.values()) hash.update(path.basename(file)).update(readFileSync(file));
  const lists = new Map<string, GoalList>();
  return {
    catalogue,
    sha256: hash.digest('hex'),
    kinds: [...instructions.keys(), ...(catalogue.columns.instructed.includes(1) ? ['synthetic'] : [])],
    goals: (kind) => {
      const known = lists.get(kind);
      if (known !== undefined) return known;
      const file = instructions.get(kind);
      if (file === undefined && kind !== 'synthetic') throw new RangeError(`no goals of kind ${kind}`);
      const list = file === undefined ? syntheticGoals(catalogue) : humanGoals(catalogue, file);
      lists.set(kind, list);
      return list;
    },
  };
}
