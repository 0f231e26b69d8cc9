// Records the examples that ship, `media/data/examples/*.lac.jsonl`: BabyAI-Text with the embedded model, task after task and
// setting after setting until there is one episode of each instructive kind (test/examples/kinds.json), and scenes of ALFWorld
// and WebShop with scripted models (test/examples/scenes.ts). Builds first what it runs.
//   node scripts/examples.mjs [--minutes 20] [--only <kind>]... [--scenes]
// Exit code 1 when a kind was not found; what was recorded before stays then. The steps in examples.json are written anew.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true },
    scenes: { type: 'boolean', default: false },
  },
});
const target = path.join('media', 'data', 'examples');
const sizeLimit = 300_000;
const all = JSON.parse(readFileSync(path.join('test', 'examples', 'kinds.json'), 'utf8'));
const kinds = values.scenes ? [] : all.filter(({ name }) => values.only === undefined || values.only.includes(name));

/** Settings in the order in which they are tried; a task is played with the next ones while kinds are missing. */
const settings = [
  ['--method', 'lac', '--alpha', '2'],
  ['--method', 'lac', '--alpha', '2', '--loop-guard', '0'],
  ['--method', 'lac', '--alpha', '10'],
  ['--method', 'lac', '--alpha', '0.2', '--loop-guard', '0'],
  // Drawn lines are wrong more often than the likeliest ones.
  ['--method', 'lac', '--alpha', '2', '--rollout-temperature', '1'],
];
const sets = [
  'MixedTestLocal/go to',
  'MixedTestLocal/pick up',
  'MixedTestLocal/open door',
  'MixedTestLocal/put next to',
  'MixedTestLocal/pick up then go to',
  'MixedTestLocal/go to after pick up',
];

function node(...args) {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`node ${args.join(' ')}: ${result.stderr || result.stdout}`);
  return result.stdout;
}
const lac = (...args) => node(path.join('dist', 'cli.js'), ...args);

function endOf(file) {
  const end = readFileSync(file, 'utf8')
    .split('\n')
    .findLast((line) => line.startsWith('{"type":"end"'));
  return end === undefined ? null : JSON.parse(end);
}

function shows({ where, success }, file, end) {
  if (success !== null && end.success !== success) return false;
  return lac('show', file, '--where', where, '--json').trim() !== '';
}

/** Sets that the command line knows, so that a renamed one stops nothing. */
function knownSets() {
  const listed = lac('tasks', 'babyai-text');
  return sets.filter((set) => listed.includes(`${set} `));
}

function searchKinds(folder) {
  const until = Date.now() + Number(values.minutes) * 60_000;
  const missing = new Map(kinds.map((kind) => [kind.name, kind]));
  const chosen = knownSets();
  let played = 0;
  for (let round = 0; missing.size > 0 && Date.now() < until; round++) {
    const set = chosen[round % chosen.length];
    const index = Math.floor(round / chosen.length);
    for (const given of settings) {
      if (missing.size === 0 || Date.now() >= until) break;
      const file = path.join(folder, `${played++}.lac.jsonl`);
      const size = ['--candidates', '3', '--depth', '1', '--horizon', '8'];
      lac('run', '--quiet', '-s', set, '--first', String(index), '--count', '1', '--out', file, ...size, ...given);
      const end = endOf(file);
      if (end === null || statSync(file).size > sizeLimit) continue;
      const kind = [...missing.values()].find((each) => shows(each, file, end));
      if (kind === undefined) continue;
      missing.delete(kind.name);
      const kept = path.join(target, `${kind.name}.lac.jsonl`);
      copyFileSync(file, kept);
      console.log(`${kept}: ${statSync(kept).size} bytes, ${end.reason} after ${end.steps} steps (${given.join(' ')})`);
      // Two examples of one task would hardly differ.
      break;
    }
  }
  for (const { name } of missing.values())
    console.log(`${name}: none among ${played} episodes in ${values.minutes} minutes`);
  return missing.size === 0;
}

/** Writes into the list of examples at which step each is to be looked at: the first of its kind, if that has changed. */
function listSteps() {
  const file = path.join(target, 'examples.json');
  const examples = JSON.parse(readFileSync(file, 'utf8'));
  for (const example of examples) {
    const kind = all.find(({ name }) => example.name.endsWith(name));
    const recording = path.join(target, `${example.name}.lac.jsonl`);
    const [first] = lac('show', recording, '--where', kind.where, '--json').split('\n');
    example.step = JSON.parse(first).step;
  }
  writeFileSync(file, `${JSON.stringify(examples, null, 2)}\n`);
}

mkdirSync(target, { recursive: true });
node('esbuild.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-examples-'));
try {
  if (values.only === undefined)
    process.stdout.write(node('scripts/run.mjs', 'test/examples/record.ts', '--into', target));
  if (!searchKinds(folder)) process.exitCode = 1;
  listSteps();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
