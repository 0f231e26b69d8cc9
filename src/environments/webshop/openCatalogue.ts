import { statSync } from 'node:fs';
import { Catalogue } from './catalogue';
import { findCatalogueFiles } from './catalogueFiles';
import { MemoryPostings } from './indexBuilder';
import { indexCatalogue } from './indexing';
import type { Product } from './product';

export interface OpenCatalogueOptions {
  /** Python's seed before the products are loaded; 0 unless given. */
  readonly seed?: number;
  /** Where indexes of large catalogues are kept; null: they are made anew each time, in memory. */
  readonly cacheFolder?: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, what: string) => void) | undefined;
}

/** Products files up to this size are held whole and indexed each time, which takes less than seconds. */
const smallFile = 32 * 1024 * 1024;

/** Opens the catalogue of a folder, or of a products file. Errors: those of `indexCatalogue`, `webshop.missing-file`. */
export async function openCatalogue(place: string, options: OpenCatalogueOptions = {}): Promise<Catalogue> {
  const files = findCatalogueFiles(place);
  const small = statSync(files.products).size <= smallFile;
  const loaded: Product[] = [];
  const indexed = await indexCatalogue(files, {
    seed: options.seed,
    space: new MemoryPostings(),
    signal: options.signal,
    onProgress: options.onProgress,
    ...(small ? { onProduct: (product) => loaded.push(product) } : {}),
  });
  return new Catalogue(files, indexed, loaded);
}
