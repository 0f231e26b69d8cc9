import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const file = path.resolve('test/models/embedded/recordings/tiny-1m-q8_0.gguf');
const kernel = path.resolve('src/models/embedded/kernel/kernel.wasm');

/** Opens a model in a process of its own and prints what came of it. */
const program = `
  import { readFileSync } from 'node:fs';
  import { EmbeddedModel } from './src/models/embedded/embeddedModel';
  import { inProcess } from './src/models/embedded/engine';
  const [, , file, binary, kernel] = process.argv;
  const { signal } = new AbortController();
  EmbeddedModel.open({ file, launch: inProcess(readFileSync(binary)), kernel })
    .then((model) => model.next({ kind: 'next', prompt: ['Goal:'], labels: [] }, { signal }))
    .then(
      ({ top }) => console.log(JSON.stringify({ top })),
      (error) => console.log(JSON.stringify({ code: error.code, args: error.args, message: error.message })),
    );
`;

describe.skipIf(process.platform !== 'linux')('a process with little address space', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-memory-'));
    await build({
      stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
      outfile: path.join(folder, 'open.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'warning',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function open(kind: string, kilobytes: string): Record<string, unknown> {
    const script = `ulimit -v ${kilobytes} && exec "$0" "$@"`;
    const program = [process.execPath, path.join(folder, 'open.js'), file, kernel, kind];
    const { stdout, stderr } = spawnSync('bash', ['-c', script, ...program], { encoding: 'utf8' });
    if (stdout === '') throw new Error(`the process said nothing: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('is told how much memory was refused', () => {
    const answer = open('wasm', '3000000');
    expect(answer).toMatchObject({ code: 'embedded.memory', args: { file } });
    expect(answer['message']).toMatch(/refused the \d+ MB of memory that the embedded model .* needs/);
  });

  it('gets the JavaScript kernel instead of none, with the same numbers', () => {
    const answer = open('auto', '3000000');
    expect(answer['top']).toBeInstanceOf(Array);
    expect(answer).toEqual(open('wasm', 'unlimited'));
  });
});
