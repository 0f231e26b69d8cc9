// Bundles TypeScript of this repository for Node: what the scripts and the tests run.
import { build } from 'esbuild';

/** Takes esbuild's options for what is bundled and where it goes; what says how is the same everywhere. */
export async function bundleForNode(options) {
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    loader: { '.wasm': 'binary' },
    ...options,
  });
}
