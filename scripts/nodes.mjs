// `npm run nodes`: computes every example that ships again under several versions of Node, from the npm registry, and says
// how many came out as they were recorded. Versions can be named: `npm run nodes 22 24`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './dependencies.mjs';

const usual = ['20', '22', '24'];
const examples = path.join(root, 'media', 'data', 'examples');
const cli = path.join(root, 'dist', 'cli.js');

/** Runs a version of Node; its first use downloads it. */
function node(version, args) {
  return spawnSync('npx', ['-y', `node@${version}`, ...args], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
}

/** How many examples came out as recorded under a version; null where it cannot be had. */
function equalUnder(version, files) {
  const found = node(version, ['--version']);
  if (found.status !== 0) {
    const lines = found.stderr.trim().split('\n');
    console.warn(`SKIPPED: Node ${version} cannot be had from the npm registry: ${lines[0] ?? 'npx says nothing'}`);
    return null;
  }
  const failed = files.filter((file) => {
    const { status, stdout, stderr } = node(version, [cli, 'replay', file]);
    if (status !== 0) console.error(`${path.basename(file)}, Node ${version}:\n${stdout}${stderr}`);
    return status !== 0;
  });
  console.log(`Node ${found.stdout.trim()}: ${files.length - failed.length} of ${files.length} equal`);
  return files.length - failed.length;
}

ensureDependencies();
if (run('node', ['esbuild.js']) !== 0) process.exit(1);
const files = readdirSync(examples)
  .filter((name) => name.endsWith('.lac.jsonl'))
  .map((name) => path.join(examples, name));
const asked = process.argv.slice(2);
const results = (asked.length === 0 ? usual : asked).map((version) => equalUnder(version, files));
const reached = results.filter((equal) => equal !== null);
console.log(`${reached.length} of ${results.length} versions of Node, ${files.length} recordings each`);
// Nothing that could be tried is no success.
process.exit(reached.length > 0 && reached.every((equal) => equal === files.length) ? 0 : 1);
