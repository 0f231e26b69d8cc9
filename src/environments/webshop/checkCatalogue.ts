import { LacError } from '../../errors/lacError';
import { Catalogue } from './catalogue';
import { CatalogueCache } from './catalogueCache';
import { findCatalogueFiles } from './catalogueFiles';
import { humanGoals, syntheticGoals } from './goals';
import { MemoryPostings } from './indexBuilder';
import { indexCatalogue, usualSeed } from './indexing';
import { isHeldWhole } from './openCatalogue';

/** What a check of a catalogue's files found. */
export interface CatalogueReport {
  /** The files that were read. */
  readonly files: readonly string[];
  readonly products: number;
  /** Records that the original leaves out as well: `nan`, too long, or an asin that came before. */
  readonly skipped: number;
  /** Different terms in the search index. */
  readonly terms: number;
  /** How many goals each kind has. */
  readonly goals: Readonly<Record<string, number>>;
  /** What keeps the catalogue from being opened: the first hundred, in file order, and how many there are. */
  readonly problems: readonly LacError[];
  readonly problemCount: number;
  /** SHA-256 over the products and the attributes file. */
  readonly sha256: string;
  /** Whether an index was put into the cache folder: for large catalogues without problems. */
  readonly indexKept: boolean;
}

export interface CheckOptions {
  /** Where the index of a large catalogue is kept for when it is opened; null: nowhere. */
  readonly cacheFolder: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, what: string) => void) | undefined;
}

const listedProblems = 100;

/**
 * Reads every record of a catalogue's files, reports what is wrong with them, and keeps the index of a large one.
 * Throws only where a file is missing, cannot be read or is no JSON as a whole, or the index cannot be kept.
 */
export async function checkCatalogue(place: string, options: CheckOptions): Promise<CatalogueReport> {
  const files = findCatalogueFiles(place);
  const problems: LacError[] = [];
  let problemCount = 0;
  const onProblem = (problem: LacError): void => {
    problemCount++;
    if (problems.length < listedProblems) problems.push(problem);
  };
  const { cacheFolder, signal, onProgress } = options;
  const cache = cacheFolder === null || isHeldWhole(files) ? null : new CatalogueCache(cacheFolder, files, usualSeed);
  const disk = cache?.space();
  try {
    const indexed = await indexCatalogue(files, { space: disk ?? new MemoryPostings(), signal, onProgress, onProblem });
    const catalogue = new Catalogue(files, indexed, []);
    const goals: Record<string, number> = {};
    for (const [kind, file] of files.instructions) {
      try {
        goals[kind] = humanGoals(catalogue, file).size;
      } catch (error) {
        if (!(error instanceof LacError)) throw error;
        onProblem(error);
      }
    }
    goals['synthetic'] = syntheticGoals(catalogue).size;
    catalogue.close();
    const keeps = cache !== null && problemCount === 0;
    if (keeps) cache.write(indexed);
    return {
      files: [files.products, files.attributes, ...files.instructions.values()],
      products: indexed.columns.size,
      skipped: indexed.skipped,
      terms: indexed.index.terms.size,
      goals,
      problems,
      problemCount,
      sha256: indexed.sha256,
      indexKept: keeps,
    };
  } finally {
    disk?.discard(true);
  }
}
