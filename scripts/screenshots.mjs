// `npm run screenshots`: takes the README's pictures in a real VS Code, into media/screenshots. Plays with the embedded
// model that ships; about two minutes on a free machine, ten on one that does much else. `npm run screenshots -- gallery`
// takes one of each state that a person meets, in three themes, into test-results/gallery.
import { ensureDependencies, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';

ensureDependencies();
const problem = hostTestProblem();
if (problem !== undefined) throw new Error(`The pictures cannot be taken here: ${problem}.`);
ensureHostTool();
if (run('node', ['esbuild.js', '--minify']) !== 0) process.exit(1);
const wanted = process.argv.includes('gallery') ? 'test/host/gallery.ts' : 'test/host/screenshots.ts';
process.exit(run('npx', ['vitest', 'run', '--config', 'test/host/screenshots.config.mts', wanted]));
