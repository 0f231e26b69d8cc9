import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { babyAiText } from '../../src/environments/babyai/kind';
import { webshop } from '../../src/environments/webshop/kind';
import { openRecorded, recordedEnvironment, verifyPlace, writeFork, type ForkPoint } from '../../src/episodes/fork';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal, type JournalContents } from '../../src/trajectories/journal';
import { recordRun } from '../support/recordedRun';

const signal = new AbortController().signal;
const resources = { assets: '', dataFolder: null, cacheFolder: null };

let folder: string;
let file: string;
let recorded: JournalContents;

const read = async (name: string): Promise<JournalContents> => {
  const source = fileSource(name);
  return readJournal(source).finally(() => source.close());
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lac-fork-'));
  file = path.join(folder, 'run.lac.jsonl');
  await recordRun(file, { tasks: ['MixedTrainLocal/goto/17', 'MixedTrainLocal/goto/18'], branch: true });
  recorded = await read(file);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

async function fork(from: string, point: ForkPoint): Promise<JournalContents> {
  const target = path.join(folder, `fork-${made++}.lac.jsonl`);
  const environment = await babyAiText.open(resources, signal);
  const present = { engine: 'now', environment, model: recorded.header.model };
  const source = fileSource(from);
  const options = { present, now: '2026-02-02T00:00:00Z', callsWithin: Infinity, signal };
  await writeFork(source, target, point, options).finally(() => source.close());
  await environment.dispose();
  return read(target);
}

describe('a fork', () => {
  it('holds the way to its step and nothing after it, and leaves the old journal as it was', async () => {
    const before = readFileSync(file);
    const timeline = recorded.episodes[0];
    const node = timeline.line('b0')[2];
    const made = await fork(file, { episode: timeline.id, node: node.id });
    expect(made.problems).toEqual([]);
    expect(made.episodes.map(({ id }) => id)).toEqual([timeline.id]);
    const line = made.episodes[0].line('b0');
    expect(made.episodes[0].nodes).toHaveLength(3);
    expect(line.map(({ observation }) => observation)).toEqual(
      timeline.path(node.id).map(({ observation }) => observation),
    );
    expect(line[1].decisions.map(({ events }) => events)).toEqual(
      timeline.line('b0')[1].decisions.map(({ events }) => events),
    );
    expect([...made.calls.keys()].sort()).toEqual([...recorded.calls.keys()].sort());
    expect(made.header.engine).toBe('now');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('makes a branch of the old journal its own way', async () => {
    const timeline = recorded.episodes[0];
    const tip = timeline.tip('b1');
    if (tip === undefined) throw new Error('the recording has no second branch');
    const made = await fork(file, { episode: timeline.id, node: tip.id });
    expect(made.problems).toEqual([]);
    expect(made.episodes[0].branches.map(({ id }) => id)).toEqual(['b0']);
    expect(made.episodes[0].line('b0').map(({ arrival }) => arrival?.action)).toEqual(
      timeline.line('b1').map(({ arrival }) => arrival?.action),
    );
  });

  it('is refused where the environment answers otherwise than it was recorded', async () => {
    const timeline = recorded.episodes[0];
    const node = timeline.line('b0')[1];
    const other = path.join(folder, 'other.lac.jsonl');
    const text = readFileSync(file, 'utf8').split('\n');
    const changed = text.map((line) => {
      if (!line.startsWith('{"type":"step"') || !line.includes(`"node":${node.id},`)) return line;
      return line.replace(JSON.stringify(node.observation), JSON.stringify('You see a dragon'));
    });
    writeFileSync(other, changed.join('\n'));
    const made = await fork(other, { episode: timeline.id, node: node.id });
    const environment = await babyAiText.open(resources, signal);
    const verifying = verifyPlace(environment, made.episodes[0], 1, signal);
    await expect(verifying).rejects.toMatchObject({ code: 'episode.disagrees' });
    const whole = await fork(file, { episode: timeline.id, node: node.id });
    await verifyPlace(environment, whole.episodes[0], 1, signal);
    await environment.dispose();
  });

  it('leaves no file behind when the step is not there, and never writes over one', async () => {
    const source = fileSource(file);
    const environment = await babyAiText.open(resources, signal);
    const present = { engine: 'now', environment, model: recorded.header.model };
    const options = { present, now: '2026-02-02T00:00:00Z', callsWithin: Infinity, signal };
    const missing = path.join(folder, 'missing.lac.jsonl');
    const writing = writeFork(source, missing, { episode: 'e1', node: 9999 }, options);
    await expect(writing).rejects.toMatchObject({ code: 'episode.no-node' });
    expect(existsSync(missing)).toBe(false);
    const again = writeFork(source, file, { episode: 'e1', node: 1 }, options);
    await expect(again).rejects.toMatchObject({ code: 'trajectory.exists' });
    await source.close();
    await environment.dispose();
  });

  it('is refused in words where it cannot be written', async () => {
    const source = fileSource(file);
    const environment = await babyAiText.open(resources, signal);
    const present = { engine: 'now', environment, model: recorded.header.model };
    const options = { present, now: '2026-02-02T00:00:00Z', callsWithin: Infinity, signal };
    const target = path.join(file, 'below-a-file.lac.jsonl');
    const writing = writeFork(source, target, { episode: 'e1', node: 1 }, options);
    await expect(writing).rejects.toMatchObject({ code: 'trajectory.unwritable', args: { file: target } });
    await source.close();
    await environment.dispose();
  });

  it('is refused in words where the data of its environment are gone', async () => {
    const shop = path.join(folder, 'shop.lac.jsonl');
    const { environment } = recorded.header;
    const header = { ...recorded.header, environment: { ...environment, id: 'webshop' } };
    writeFileSync(shop, `${JSON.stringify(header)}\n`);
    const nowhere = {
      assets: path.join(folder, 'no-assets'),
      dataFolder: path.join(folder, 'gone'),
      cacheFolder: null,
    };
    const opening = openRecorded(shop, () => webshop.open(nowhere, signal));
    await expect(opening).rejects.toMatchObject({ code: 'episode.fork-environment', args: { environment: 'webshop' } });
    await expect(
      openRecorded(path.join(folder, 'none.lac.jsonl'), () => webshop.open(nowhere, signal)),
    ).rejects.toThrow(/none\.lac\.jsonl cannot be read/);
  });

  it('says which environment was recorded, and refuses what came from another format', async () => {
    const source = fileSource(file);
    expect((await recordedEnvironment(source)).id).toBe('babyai-text');
    await source.close();
    const foreign = path.join(folder, 'foreign.lac.jsonl');
    const header = { ...recorded.header, source: { format: 'atif', version: null, agent: null, losses: [] } };
    appendFileSync(foreign, `${JSON.stringify(header)}\n`);
    const other = fileSource(foreign);
    await expect(recordedEnvironment(other)).rejects.toMatchObject({ code: 'episode.fork-foreign' });
    await other.close();
  });
});
