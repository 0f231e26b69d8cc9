// `npm run screenshots`: takes the README's pictures in a real VS Code, into media/screenshots. Plays with the embedded
// model that ships; about two minutes on a free machine, ten on one that does much else.
import { ensureDependencies, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';

ensureDependencies();
const problem = hostTestProblem();
if (problem !== undefined) throw new Error(`The pictures cannot be taken here: ${problem}.`);
ensureHostTool();
if (run('node', ['esbuild.js', '--minify']) !== 0) process.exit(1);
process.exit(run('npx', ['vitest', 'run', '--config', 'test/host/screenshots.config.mts']));
