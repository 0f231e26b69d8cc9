import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canonicalLines } from '../support/journalLines';
import { runCli } from '../support/cliProcess';

const example = (name: string): string => path.resolve('media/data/examples', `${name}.lac.jsonl`);
const foreign = (name: string): string => path.resolve('test/exchange/recordings', name);
const saved = example('webshop-critic-saves-the-prior');
const misled = example('webshop-critic-misleads');

// Each test starts several processes.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-cli-exchange-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lac = (...args: readonly string[]) => runCli(args, folder);
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

describe('a journal that is too long for memory', () => {
  // A line that was cut off as the process was killed makes it long, so few steps are to be read.
  beforeAll(() => {
    const cut = `no JSON\n{"type":"segment","text":"${'a'.repeat(17 << 20)}`;
    writeFileSync(path.join(folder, 'long.lac.jsonl'), readFileSync(saved, 'utf8') + cut);
  });
  const damage = /line \d+: the line is no JSON[\s\S]*long\.lac\.jsonl ends in the middle of a line/;

  test('is compared with itself and with another', async () => {
    const [itself, short, different] = await Promise.all([
      lac('diff', 'long.lac.jsonl', 'long.lac.jsonl'),
      lac('diff', 'long.lac.jsonl', saved),
      lac('diff', 'long.lac.jsonl', misled),
    ]);
    expect(itself.code).toBe(0);
    expect(short.code).toBe(0);
    expect(short.stdout).toBe(itself.stdout);
    expect(short.stderr).toMatch(damage);
    expect(different.code).toBe(1);
    expect(different.stdout).toContain('click[chestnut]');
  });

  test.each([{ how: [] }, { how: ['--where', 'agreement == "critic"'] }, { how: ['--json'] }])(
    'is shown as a short one $how',
    async ({ how }) => {
      const [shown, short] = await Promise.all([lac('show', 'long.lac.jsonl', ...how), lac('show', saved, ...how)]);
      expect(shown.code).toBe(0);
      expect(shown.stdout).toBe(short.stdout);
      expect(shown.stdout).not.toBe('');
      expect(shown.stderr).toMatch(damage);
    },
  );

  test.each([
    { format: 'csv', extension: '.csv' },
    { format: 'otlp', extension: '.otlp.json' },
  ])('is exported as $format step by step, byte for byte as a short one', async ({ format, extension }) => {
    const to = (file: string, ...more: readonly string[]) => lac('export', file, '--to', format, '--json', ...more);
    const [long, short] = await Promise.all([to('long.lac.jsonl'), to(saved, '--name', 'short')]);
    expect(short).toMatchObject({ code: 0, stderr: '' });
    expect(long.code).toBe(0);
    expect(long.stdout).toBe(short.stdout.replace(`short${extension}`, `long${extension}`));
    expect(long.stderr).toMatch(damage);
    const written = read(`long${extension}`);
    expect(written).toBe(read(`short${extension}`));
    expect(written).toContain('click[Buy Now]');

    writeFileSync(path.join(folder, `long${extension}`), 'mine');
    const refused = await to('long.lac.jsonl');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/long\.\S+ cannot be written: it is there already\..*--force/);
    expect(read(`long${extension}`)).toBe('mine');
    expect(await to('long.lac.jsonl', '--force')).toMatchObject({ code: 0 });
    expect(read(`long${extension}`)).toBe(written);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('lac diff', () => {
  test('exits with 0 for equal recordings, 1 for different ones and 2 for what cannot be compared', async () => {
    expect(await lac('diff', saved, saved)).toMatchObject({ code: 0, stderr: '' });
    const different = await lac('diff', saved, misled);
    expect(different).toMatchObject({ code: 1, stderr: '' });
    expect(different.stdout).toContain('click[chestnut]');
    expect(different.stdout).toContain('click[Buy Now]');
    const absent = await lac('diff', saved, 'nowhere.lac.jsonl');
    expect(absent.code).toBe(2);
    expect(absent.stderr).toContain('nowhere.lac.jsonl');
    const noBranch = await lac('diff', saved, saved, '--branch', 'b7');
    expect(noBranch.code).toBe(2);
    expect(noBranch.stderr).toContain('b7');
  });

  test('says what of a damaged recording was not compared', async () => {
    writeFileSync(path.join(folder, 'damaged.lac.jsonl'), `${readFileSync(saved, 'utf8')}no JSON\n`);
    const found = await lac('diff', 'damaged.lac.jsonl', saved);
    expect(found.code).toBe(0);
    expect(found.stderr).toMatch(/damaged\.lac\.jsonl, line \d+: the line is no JSON/);
  });

  test('says the same as JSON, and compares a foreign recording with itself', async () => {
    const { code, stdout } = await lac('diff', saved, misled, '--json');
    expect(code).toBe(1);
    expect(() =>
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).not.toThrow();
    expect(await lac('diff', foreign('sample.traj'), foreign('sample.traj'))).toMatchObject({ code: 0 });
  });
});

describe('lac import', () => {
  test('writes a file that lac show reads, and lists the losses on standard error', async () => {
    const { code, stdout, stderr } = await lac('import', foreign('inspect-0.3.285.eval'), '--out', 'log.lac.jsonl');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('inspect: 2 episodes, 4 steps -> log.lac.jsonl');
    expect(stderr).toContain('several scores');
    expect(stderr).toContain('no candidates, priors or values');
    const shown = await lac('show', 'log.lac.jsonl');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('reverse {"word":"lamp"}');
    // A step without candidates has no table of them.
    expect(shown.stdout).not.toMatch(/prior +Q +policy/);
  });

  test('shows the end of a foreign episode as far as the file says it', async () => {
    const [record] = JSON.parse(readFileSync(foreign('agenttraj.json'), 'utf8')) as object[];
    writeFileSync(path.join(folder, 'open.json'), JSON.stringify([{ ...record, reward: undefined, success: true }]));
    expect(await lac('import', 'open.json', '--out', 'open.lac.jsonl')).toMatchObject({ code: 0 });
    expect((await lac('show', 'open.lac.jsonl')).stdout).toMatch(/success after \d+ steps\n/);
  });

  test('writes lines alone to standard output, and replaces no file unless told to', async () => {
    const piped = await lac('import', foreign('eto.json'));
    expect(piped.code).toBe(0);
    for (const line of piped.stdout.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    writeFileSync(path.join(folder, 'mine.lac.jsonl'), 'mine');
    const refused = await lac('import', foreign('eto.json'), '--out', 'mine.lac.jsonl');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('mine.lac.jsonl');
    expect(read('mine.lac.jsonl')).toBe('mine');
    expect(await lac('import', foreign('eto.json'), '--out', 'mine.lac.jsonl', '--force')).toMatchObject({ code: 0 });
    expect(read('mine.lac.jsonl')).toContain('"lac-trajectory"');
  });

  test('says of a file of no format what it is not', async () => {
    writeFileSync(path.join(folder, 'other.json'), '{"hello":1}');
    const { code, stderr } = await lac('import', 'other.json');
    expect(code).not.toBe(0);
    expect(stderr).toContain('other.json is in no format that can be read');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('lac export', () => {
  test('lists what the format has no place for on standard error', async () => {
    const { code, stdout, stderr } = await lac('export', saved, '--to', 'swe-agent', '--out', 'out', '--name', 'saved');
    expect(code).toBe(0);
    expect(stdout).toContain(path.join('out', 'saved.traj'));
    expect(stderr).toContain('Candidates, priors, values');
    const { trajectory } = JSON.parse(read('out/saved.traj')) as { trajectory: { action: string }[] };
    expect(trajectory.at(-1)?.action).toBe('click[Buy Now]');
  });

  test('gives by ATIF and back the recording line by line', async () => {
    expect(await lac('export', misled, '--to', 'atif', '--out', 'atif', '--name', 'm')).toMatchObject({ code: 0 });
    expect(await lac('import', 'atif/m.atif.json', '--out', 'back.lac.jsonl')).toMatchObject({ code: 0 });
    expect(canonicalLines(path.join(folder, 'back.lac.jsonl'))).toEqual(canonicalLines(misled));
  });
});
