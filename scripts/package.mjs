// `npm run package`: one VSIX for every platform, lac-debugger-<version>.vsix. vsce builds the minified bundles by
// `vscode:prepublish`.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './dependencies.mjs';

const mostMegabytes = 10;

ensureDependencies();
const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const file = path.join(root, `${name}-${version}.vsix`);
// The README's pictures stay in the repository: links to them are left as they are.
const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links'];
const vsce = ['vsce', 'package', ...options, '--out', file];
if (run('npx', vsce) !== 0) process.exit(1);
const megabytes = statSync(file).size / 1e6;
console.log(`${file}: ${megabytes.toFixed(2)} MB`);
if (megabytes > mostMegabytes) {
  console.error(`The VSIX is larger than ${mostMegabytes} MB.`);
  process.exit(1);
}
