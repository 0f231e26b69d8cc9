// Bundles one TypeScript entry and runs it in this process's place: `node scripts/run.mjs <entry.ts> [arguments]`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundleForNode } from './bundle.mjs';

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) throw new Error('usage: node scripts/run.mjs <entry.ts> [arguments]');
const outfile = path.join('dist', 'dev', entry.replaceAll(/[\\/]/g, '.').replace(/\.ts$/, '.js'));
await bundleForNode({ entryPoints: [entry], outfile, sourcemap: 'inline', packages: 'external' });
const result = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit' });
process.exit(result.status ?? 1);
