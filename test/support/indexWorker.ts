import { rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

let built: Promise<string> | undefined;

/** Bundles the worker of the trajectory index, once a process, and gives its path. */
export function indexWorker(): Promise<string> {
  built ??= (async () => {
    const outfile = path.resolve('node_modules/.cache/lac-tests', `index.${process.pid}.js`);
    process.once('exit', () => rmSync(outfile, { force: true }));
    await build({
      entryPoints: [path.resolve('src/trajectories/indexWorker.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'warning',
    });
    return outfile;
  })();
  return built;
}
