import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that holds `golden/` (recorded behaviour of the originals) and `data/` (their real input files), which is
 * no part of this repository: `LAC_SHARED`, or `shared` beside the checkout. Undefined where it is absent.
 */
export const sharedFolder: string | undefined = [process.env['LAC_SHARED'], path.resolve('../shared')].find(
  (folder): folder is string => folder !== undefined && existsSync(path.join(folder, 'golden')),
);

/** A path in the shared folder, or undefined (said loudly, once a path) where the folder or the path is absent. */
export function sharedPath(...parts: readonly string[]): string | undefined {
  const found = sharedFolder === undefined ? undefined : path.join(sharedFolder, ...parts);
  if (found !== undefined && existsSync(found)) return found;
  console.warn(`SKIPPED: ${parts.join('/')} is not here; set LAC_SHARED to the folder that holds golden/ and data/`);
  return undefined;
}
