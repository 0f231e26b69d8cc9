import { statSync } from 'node:fs';
import { Catalogue } from './catalogue';
import { CatalogueCache } from './catalogueCache';
import { findCatalogueFiles, type CatalogueFiles } from './catalogueFiles';
import { MemoryPostings } from './indexBuilder';
import { indexCatalogue, usualSeed, type IndexedCatalogue } from './indexing';
import type { Product } from './product';

export interface OpenCatalogueOptions {
  /** Python's seed before the products are loaded; 0 unless given. */
  readonly seed?: number;
  /** Where indexes of large catalogues are kept; null: they are made anew each time, in memory. */
  readonly cacheFolder?: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, what: string) => void) | undefined;
  /** Products files up to this size in bytes are held whole and indexed each time; 32 MiB unless given. */
  readonly heldWhole?: number;
}

/** Takes less than seconds to index and little memory to hold. */
const usuallyHeldWhole = 32 * 1024 * 1024;

/** Whether a catalogue is small enough to be held whole and indexed each time. */
export function isHeldWhole(files: CatalogueFiles, limit = usuallyHeldWhole): boolean {
  return statSync(files.products).size <= limit;
}

/** Opens the catalogue of a folder, or of a products file. Errors: those of `indexCatalogue`, `webshop.missing-file`. */
export async function openCatalogue(place: string, options: OpenCatalogueOptions = {}): Promise<Catalogue> {
  const files = findCatalogueFiles(place);
  const seed = options.seed ?? usualSeed;
  const { signal, onProgress } = options;
  if (isHeldWhole(files, options.heldWhole)) {
    const loaded: Product[] = [];
    const onProduct = (product: Product): void => void loaded.push(product);
    const space = new MemoryPostings();
    return new Catalogue(files, await indexCatalogue(files, { space, seed, signal, onProgress, onProduct }), loaded);
  }
  const { cacheFolder = null } = options;
  if (cacheFolder === null) {
    const space = new MemoryPostings();
    return new Catalogue(files, await indexCatalogue(files, { space, seed, signal, onProgress }), []);
  }
  const cache = new CatalogueCache(cacheFolder, files, seed);
  const indexed = cache.read() ?? (await keepIndex(files, cache, { seed, signal, onProgress }));
  return new Catalogue(files, indexed, []);
}

async function keepIndex(
  files: CatalogueFiles,
  cache: CatalogueCache,
  options: Pick<OpenCatalogueOptions, 'signal' | 'onProgress'> & { readonly seed: number },
): Promise<IndexedCatalogue> {
  const space = cache.space();
  try {
    const indexed = await indexCatalogue(files, { ...options, space });
    cache.write(indexed);
    return indexed;
  } finally {
    space.discard(true);
  }
}
