import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const source = path.resolve('src/models/embedded');
let built: Promise<string> | undefined;

/** The compiled kernel, for engines that run in the test's own thread. */
export function kernelBinary(): Uint8Array {
  return readFileSync(path.join(source, 'kernel/kernel.wasm'));
}

/** Bundles the embedded model's worker, once a process, and gives its path. */
export function embeddedWorker(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lac-worker-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const outfile = path.join(folder, 'embedded.worker.js');
    await build({
      entryPoints: [path.join(source, 'worker.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      loader: { '.wasm': 'binary' },
      logLevel: 'warning',
    });
    return outfile;
  })();
  return built;
}
