// Records the examples that ship, `media/data/examples/*.lac.jsonl`: plays tasks with the embedded model until there is one
// episode of each instructive kind, told by expressions. `npm run build` first. `node scripts/examples.mjs [tasks]`
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const most = Number(process.argv[2] ?? 40);
const target = path.join('media', 'data', 'examples');
const sizeLimit = 300_000;

/** What makes an episode an example of its kind: an expression that holds at some step, and how the episode ends. */
const kinds = [
  { name: 'critic-saves-the-prior', where: 'agreement == "critic" and imagined == "GOOD"', success: true },
  { name: 'critic-misleads', where: 'agreement == "critic" and useless', success: null },
  { name: 'loop', where: 'loop and count(candidates) > 1', success: false },
  { name: 'all-candidates-bad', where: 'has(notes, "all-bad")', success: null },
  { name: 'wrong-imagination', where: 'imagined == "GOOD" and useless', success: null },
];

function lac(...args) {
  const result = spawnSync(process.execPath, [path.join('dist', 'cli.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`lac ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

function endOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const end = lines.find((line) => line.startsWith('{"type":"end"'));
  return end === undefined ? null : JSON.parse(end);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-examples-'));
const found = new Map();
mkdirSync(target, { recursive: true });
try {
  for (let index = 0; index < most && found.size < kinds.length; index++) {
    const file = path.join(folder, `${index}.lac.jsonl`);
    const set = ['MixedTestLocal/go to', 'MixedTestLocal/pick up'][index % 2];
    const settings = ['--candidates', '3', '--depth', '1', '--horizon', '8'];
    lac('run', '--quiet', '-s', set, '--first', String(index >> 1), '--count', '1', '--out', file, ...settings);
    const end = endOf(file);
    if (end === null || statSync(file).size > sizeLimit) continue;
    for (const { name, where, success } of kinds) {
      if (found.has(name) || (success !== null && end.success !== success)) continue;
      if ([...found.values()].includes(file) || lac('show', file, '--where', where, '--json').trim() === '') continue;
      found.set(name, file);
      const kept = path.join(target, `${name}.lac.jsonl`);
      copyFileSync(file, kept);
      console.log(`${kept}: ${statSync(kept).size} bytes, ${end.reason} after ${end.steps} steps`);
      break;
    }
  }
  for (const { name } of kinds) if (!found.has(name)) console.log(`${name}: none among ${most} tasks`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
