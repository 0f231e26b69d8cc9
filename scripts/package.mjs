// `npm run package`: one VSIX for every platform, lac-debugger-<version>.vsix. vsce builds the minified bundles by
// `vscode:prepublish`.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, root, run } from './dependencies.mjs';

const mostMegabytes = 10;

const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The README without its pictures: of an installed extension VS Code loads pictures from the internet only. */
function writeReadme() {
  const readme = path.join('.cache', 'README.md');
  const text = readFileSync(path.join(root, 'README.md'), 'utf8').replaceAll(/^!\[.*\]\(.*\)\n\n/gm, '');
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  writeFileSync(path.join(root, readme), text);
  return readme;
}

/** Makes the VSIX and returns its path. `file`: where it is to lie. */
export function makePackage(file = path.join(root, `${name}-${version}.vsix`)) {
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links'];
  const vsce = ['vsce', 'package', ...options, '--readme-path', writeReadme(), '--out', file];
  if (run('npx', vsce) !== 0) throw new Error('vsce package failed: see above');
  const megabytes = statSync(file).size / 1e6;
  console.log(`${file}: ${megabytes.toFixed(2)} MB`);
  if (megabytes > mostMegabytes) throw new Error(`The VSIX is larger than ${mostMegabytes} MB.`);
  return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureDependencies();
  makePackage();
}
