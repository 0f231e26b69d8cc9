import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The compiled kernel, for engines that run in the test's own thread. */
export function kernelBinary(): Uint8Array {
  return readFileSync(path.resolve('src/models/embedded/kernel/kernel.wasm'));
}
