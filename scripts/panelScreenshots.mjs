// Draws every state of the panel in every theme at both widths into .cache/panel-screenshots; `--scene`, `--theme`,
// `--width` and `--out` choose. Needs Chromium at /usr/bin/chromium.
import { run } from './dependencies.mjs';

process.exit(run('node', ['scripts/run.mjs', 'test/webview/harness/screenshots.ts', ...process.argv.slice(2)]));
