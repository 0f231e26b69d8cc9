import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LongFile, readHead, type IndexStore } from '../../src/ui/trajectories/longFile';
import { indexWorker } from '../support/bundled';
import { recordRun } from '../support/recordedRun';

const { signal } = new AbortController();

describe('a long file in an editor', () => {
  let folder: string;
  let recorded: string;
  let file: string;
  let store: IndexStore;
  let made = 0;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-long-'));
    recorded = path.join(folder, 'recorded.lac.jsonl');
    await recordRun(recorded);
  });

  beforeEach(async () => {
    file = path.join(folder, `run-${made++}.lac.jsonl`);
    copyFileSync(recorded, file);
    store = { worker: await indexWorker(), folder: path.join(folder, 'indexes') };
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): Promise<LongFile> => LongFile.open(file, store, signal, () => undefined);

  function steps({ index }: LongFile): number {
    const track = index.track('e1', 'b0');
    if (track === undefined) throw new Error('the episode is not in the index');
    for (let step = 0; step < track.rows.length; step++) index.readStep(track, step);
    return track.rows.length;
  }

  it('is opened by two editors side by side, and their index is kept whole', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const count = steps(one);
    expect(steps(other)).toBe(count);
    await one.close();
    // What one editor lets go stays open in the other.
    expect(steps(other)).toBe(count);
    await other.close();
    const fractions: number[] = [];
    const again = await LongFile.open(file, store, signal, (fraction) => fractions.push(fraction));
    expect(fractions).toEqual([]);
    expect(steps(again)).toBe(count);
    await again.close();
  });

  it('that is deleted stays to be walked, and is said to be gone', async () => {
    const long = await open();
    rmSync(file);
    expect(() => long.change(file)).toThrow(/cannot be read: it is not there/);
    expect(steps(long)).toBeGreaterThan(1);
    await long.close();
    await expect(open()).rejects.toThrow(/cannot be read: it is not there/);
  });

  it('tells a file that grew from one that another took the place of, or that was cut', async () => {
    const long = await open();
    expect(long.change(file)).toBe('none');
    appendFileSync(file, '{"type":"end","episode":"e9","node":0,"reason":"horizon"}\n');
    expect(long.change(file)).toBe('grown');
    truncateSync(file, 1000);
    expect(long.change(file)).toBe('another');
    const other = `${file}.other`;
    copyFileSync(recorded, other);
    renameSync(other, file);
    expect(long.change(file)).toBe('another');
    await long.close();
  });

  it('shows its beginning before it is indexed, however far its first step lies in', async () => {
    const nodes = async (): Promise<number | undefined> => (await readHead(file)).contents.episodes.at(0)?.nodes.length;
    const whole = await nodes();
    expect(whole).toBeGreaterThan(1);
    const [header, ...lines] = readFileSync(file, 'utf8').split('\n');
    const segment = { type: 'segment', id: '0'.repeat(16), after: null, text: 'a'.repeat(1 << 20) };
    writeFileSync(file, [header, JSON.stringify(segment), ...lines].join('\n'));
    expect(await nodes()).toBe(whole);
  });

  it('that is replaced while it is indexed is not read by the index of the other', async () => {
    const other = `${file}.other`;
    copyFileSync(recorded, other);
    const opening = open();
    renameSync(other, file);
    await expect(opening).rejects.toMatchObject({ code: 'trajectory.changed' });
  });
});
