// `npm run episode [-- options of lac run]`: one episode without an editor; without options a BabyAI-Text task with the
// embedded model.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './dependencies.mjs';

ensureDependencies();
const cli = path.join(root, 'dist', 'cli.js');
if (!existsSync(cli) && run('node', ['esbuild.js']) !== 0) process.exit(1);
process.exit(run('node', [cli, 'run', ...process.argv.slice(2)]));
