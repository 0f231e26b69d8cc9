import { rmSync } from 'node:fs';
import path from 'node:path';
import { bundleForNode } from '../../scripts/bundle.mjs';

const made = new Map<string, Promise<string>>();

/** Bundles an entry of `src/`, once a process, and gives the bundle's path; it goes with the process. */
function bundled(entry: string, name: string): Promise<string> {
  let bundle = made.get(entry);
  if (bundle === undefined) {
    // Not in dist: a build empties that folder.
    const outfile = path.resolve('node_modules/.cache/lac-tests', `${name}.${process.pid}.js`);
    process.once('exit', () => rmSync(outfile, { force: true }));
    bundle = bundleForNode({ entryPoints: [path.resolve(entry)], outfile }).then(() => outfile);
    made.set(entry, bundle);
  }
  return bundle;
}

/** The command line; it finds the files that ship as an installed one does. */
export function cliBundle(): Promise<string> {
  return bundled('src/cli/main.ts', 'cli');
}

/** The embedded model's worker. */
export function embeddedWorker(): Promise<string> {
  return bundled('src/models/embedded/worker.ts', 'embedded');
}

/** The worker of the trajectory index. */
export function indexWorker(): Promise<string> {
  return bundled('src/trajectories/indexWorker.ts', 'index');
}
