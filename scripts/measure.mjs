// `npm run measure`: what the panel's page costs in a real VS Code: first paint, alpha dragged over 10,000 steps.
import { ensureDependencies, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';

ensureDependencies();
const problem = hostTestProblem();
if (problem !== undefined) throw new Error(`Nothing can be measured here: ${problem}.`);
ensureHostTool();
if (run('node', ['esbuild.js', '--minify']) !== 0) process.exit(1);
process.exit(run('npx', ['vitest', 'run', '--config', 'test/host/measure.config.mts', '--disable-console-intercept']));
