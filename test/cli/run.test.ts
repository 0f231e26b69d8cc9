import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCli } from '../support/cliProcess';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-cli-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lac run', () => {
  test('prints each decision, how the episode ended, once, and what it cost', async () => {
    const size = ['--horizon', '2', '--candidates', '2', '--depth', '1'];
    const { code, stdout, stderr } = await runCli(['run', '-t', 'MixedTestLocal/goto/2', ...size], folder);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => /^step \d/u.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /^horizon after 2 steps/u.test(line))).toHaveLength(1);
    expect(lines.at(-1)).toBe('horizon after 2 steps, reward 0');
    expect(stderr).toMatch(/\d+ calls, .* of model time\nrecorded in /u);
  });
});
