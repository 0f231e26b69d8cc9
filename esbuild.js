// Bundles the extension, its workers, the command line and the page. `node esbuild.js [--watch] [--minify]`
const { existsSync, rmSync, chmodSync } = require('node:fs');
const esbuild = require('esbuild');

const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  logLevel: 'warning',
  loader: { '.wasm': 'binary' },
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
};

/** The page: one script and one style sheet. @type {import('esbuild').BuildOptions} */
const page = {
  ...shared,
  platform: 'browser',
  target: ['es2022', 'chrome124'],
  format: 'iife',
  tsconfig: 'webview/tsconfig.json',
  legalComments: 'none',
};

/** The extension loads its engine when it is first needed: another bundle beside it. @type {import('esbuild').Plugin} */
const engineApart = {
  name: 'engine apart',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/ui\/engine$/ }, () => ({ path: './engine.js', external: true }));
  },
};

/** Entries by output file; each is built when its source is there. */
const builds = [
  {
    ...node,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    plugins: [engineApart],
    supported: { 'dynamic-import': false },
  },
  { ...node, entryPoints: ['src/ui/engine.ts'], outfile: 'dist/engine.js' },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['src/models/embedded/worker.ts'], outfile: 'dist/embeddedWorker.js' },
  { ...node, entryPoints: ['src/trajectories/indexWorker.ts'], outfile: 'dist/indexWorker.js' },
  { ...page, entryPoints: ['webview/main.tsx'], outfile: 'dist/panel.js' },
  { ...page, entryPoints: ['webview/panel.css'], outfile: 'dist/panel.css' },
  { ...page, entryPoints: ['webview/compare/main.tsx'], outfile: 'dist/compare.js' },
  { ...page, entryPoints: ['webview/compare/compare.css'], outfile: 'dist/compare.css' },
];

async function main() {
  if (!watch) rmSync('dist', { recursive: true, force: true });
  for (const build of builds) {
    if (!existsSync(build.entryPoints[0])) continue;
    if (watch) await (await esbuild.context(build)).watch();
    else await esbuild.build(build);
  }
  if (existsSync('dist/cli.js')) chmodSync('dist/cli.js', 0o755);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
