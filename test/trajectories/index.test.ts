import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCondition } from '../../src/expressions';
import { decisionColumns, chooseAll } from '../../src/lac/decisionColumns';
import { foldDecision } from '../../src/lac/decision';
import { bufferSource, fileSource } from '../../src/trajectories/byteSource';
import { cachePath } from '../../src/trajectories/index/indexFile';
import { buildIndex, indexHere, openTrajectory } from '../../src/trajectories/index/indexing';
import { scanInto, TrajectoryIndex, type Track } from '../../src/trajectories/index/trajectoryIndex';
import { readJournal, type JournalContents } from '../../src/trajectories/journal';
import { decisionShown } from '../../src/trajectories/timeline';
import { stepViews } from '../../src/trajectories/stepViews';
import { indexWorker } from '../support/bundled';
import { recordRun } from '../support/recordedRun';

let folder: string;
let file: string;
let recorded: JournalContents;
let bytes: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-index-'));
  file = path.join(folder, 'run.lac.jsonl');
  await recordRun(file, { tasks: ['MixedTrainLocal/goto/17', 'MixedTrainLocal/goto/18'], branch: true });
  recorded = await readJournal(fileSource(file));
  bytes = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function indexOf(content: Uint8Array): Promise<TrajectoryIndex> {
  const source = bufferSource('run.lac.jsonl', content);
  return new TrajectoryIndex(await scanInto(source, undefined, { offset: 0, lines: 0 }, {}), source);
}

function track(index: TrajectoryIndex, episode: 'e1' | 'e2', branch: 'b0' | 'b1' | 'b2'): Track {
  const found = index.track(episode, branch);
  if (found === undefined) throw new Error(`${episode} ${branch}`);
  return found;
}

const plain = (view: object): unknown => JSON.parse(JSON.stringify({ ...view, at: undefined, cost: undefined }));

describe('the index of a journal', () => {
  test('reads every step as the whole journal shows it', async () => {
    const index = await indexOf(bytes);
    expect(index.data.problemCount).toBe(0);
    expect(index.data).toMatchObject({ end: bytes.length, torn: 0, lines: recorded.lines });
    expect(index.tracks()).toHaveLength(4);
    for (const way of index.tracks()) {
      const timeline = recorded.episodes.find(({ id }) => id === way.episode.id);
      if (timeline === undefined) throw new Error('no episode');
      const views = stepViews(timeline, way.branch, (id) => recorded.calls.get(id));
      expect([...way.rows]).toHaveLength(views.length);
      for (const [step, view] of views.entries()) {
        const record = index.readStep(way, step);
        expect(plain(record.view)).toEqual(plain({ ...view, status: record.view.status }));
        expect(record.view.status).toBe(view.status);
        const entries = timeline.line(way.branch)[step].decisions;
        expect(record.decisions.map(({ events }) => events.map(({ event }) => event))).toEqual(
          entries.map(({ events }) => events),
        );
        if (way.episode.id === 'e1' && way.branch === 'b0') expect(record.view.cost).toEqual(view.cost);
      }
    }
  });

  test('finds calls and prompts without the journal in memory', async () => {
    const index = await indexOf(bytes);
    for (const [id, call] of recorded.calls) {
      expect(index.call(id)).toEqual(call);
      expect(index.prompt(call.request.prompt)).toEqual(recorded.segments.load(call.request.prompt));
    }
    for (const [id, line] of recorded.promptSets) expect(index.promptSet(id)).toEqual(line);
    expect(index.call('0'.repeat(64))).toBeUndefined();
  });

  test('decides all steps at any alpha from its columns as the engine does', async () => {
    const index = await indexOf(bytes);
    const way = track(index, 'e1', 'b0');
    const [timeline] = recorded.episodes;
    const nodes = timeline.line('b0');
    const steps = nodes.map((node, step) => {
      const entry = decisionShown(node, nodes.at(step + 1));
      const folded = entry === undefined ? null : foldDecision(entry.events);
      const none = { q: null, bound: 'none' } as const;
      const candidates = (folded?.candidates ?? []).map(({ logPrior, uses, value }) => {
        return { logPrior: logPrior ?? 0, uses: uses ?? 0, value: value ?? none };
      });
      return { candidates, fixed: null };
    });
    for (const alpha of [0, 0.5, 2, 1000, Infinity]) {
      const settings = { alpha, loopGuard: 0.5, tieRule: 'prior' } as const;
      expect([...index.choices(way, settings)]).toEqual([...chooseAll(decisionColumns(steps), settings)]);
    }
  });

  test.each([
    'Q < 0',
    'margin < 0.2 and reward == 0',
    'action ~ "turn*"',
    'loop',
    'any(steps, useless)',
    'Q@0 > Q',
    'cost.calls > 3',
  ])('filters by %s as the whole journal does', async (condition) => {
    const index = await indexOf(bytes);
    for (const [episode, branch] of [
      ['e1', 'b0'],
      ['e2', 'b0'],
    ] as const) {
      const timeline = recorded.episodes.find(({ id }) => id === episode);
      if (timeline === undefined) throw new Error(episode);
      const holds = compileCondition(condition);
      const views = stepViews(timeline, branch, (id) => recorded.calls.get(id));
      const wanted = views.slice(0, -1).flatMap((view, step) => (holds(view) === true ? [step] : []));
      const found: number[] = [];
      for await (const step of index.filter(track(index, episode, branch), condition)) found.push(step);
      if (!condition.startsWith('cost') || episode === 'e1') expect(found).toEqual(wanted);
    }
  });

  test('prints a message for every step of the past', async () => {
    const index = await indexOf(bytes);
    const printed: string[] = [];
    for await (const { text } of index.messages(track(index, 'e1', 'b0'), '{step}: {action} Q {Q}')) printed.push(text);
    expect(printed).toHaveLength(recorded.episodes[0].line('b0').length - 1);
    expect(printed[0]).toMatch(/^0: (turn|go|pick|drop|toggle).* Q -?\d/);
  });

  test('goes on from any line as if built at once, while the file grows', async () => {
    const whole = await indexOf(bytes);
    const growing = path.join(folder, 'growing.lac.jsonl');
    const seed = 20261122;
    for (let round = 1; round <= 12; round++) {
      const cut =
        bytes.indexOf(10) + 1 + Math.floor((bytes.length * ((seed * round) % 9973)) / 9973) * (round % 3 === 0 ? 0 : 1);
      writeFileSync(growing, bytes.subarray(0, Math.min(cut, bytes.length)));
      const source = fileSource(growing);
      const index = new TrajectoryIndex(await scanInto(source, undefined, { offset: 0, lines: 0 }, {}), source);
      appendFileSync(growing, bytes.subarray(Math.min(cut, bytes.length)));
      await index.extend();
      expect(await index.extend(), `seed ${seed}, round ${round}`).toBe(false);
      expect({ ...index.data, calls: 0, segments: 0 }).toEqual({ ...whole.data, calls: 0, segments: 0 });
      expect(index.data.calls.count).toBe(whole.data.calls.count);
      writeFileSync(growing, 'short');
      await expect(index.extend()).rejects.toMatchObject({ code: 'trajectory.changed' });
      await source.close();
    }
  });

  test('reports lines that do not fit and goes on', async () => {
    const lines = bytes.toString().split('\n');
    const step = lines.findIndex((line) => line.startsWith('{"type":"step"'));
    const mangled = [
      ...lines.slice(0, step),
      'no json',
      '{"type":"step","episode":"e9"}',
      '{"type":"later"}',
      `{"type":"event","episode":"${'e'.repeat(300_000)}","node":0,"decision":0,"event":{"type":"choice"}}`,
      ...lines.slice(step),
    ];
    const index = await indexOf(Buffer.from(mangled.join('\n')));
    expect(index.data.problemCount).toBe(3);
    expect(index.data.problems[0]).toMatch(`line ${step + 1}: the line is no JSON`);
    expect(index.data.nodes.step).toEqual((await indexOf(bytes)).data.nodes.step);
    await expect(indexOf(Buffer.from('{"a":1}\n'))).rejects.toMatchObject({ code: 'trajectory.foreign' });
    await expect(indexOf(Buffer.from(''))).rejects.toMatchObject({ code: 'trajectory.foreign' });
  });
});

describe('the worker', () => {
  test('indexes with progress, keeps the index, and takes it again while the file is the same', async () => {
    const worker = await indexWorker();
    const cacheFolder = path.join(folder, 'cache');
    const progress: number[] = [];
    const first = await buildIndex(file, { worker, cacheFolder, onProgress: (fraction) => progress.push(fraction) });
    expect(progress.at(-1)).toBe(1);
    expect(first).toEqual((await indexOf(bytes)).data);
    expect(readdirSync(cacheFolder)).toHaveLength(1);
    const again = await openTrajectory(file, { worker, cacheFolder });
    expect(again.data).toEqual(first);
    const copy = path.join(folder, 'copy.lac.jsonl');
    writeFileSync(copy, bytes);
    await indexHere({ file: copy, cacheFolder }, {});
    const other = Buffer.from(bytes);
    other.write('X', bytes.length - 200);
    writeFileSync(copy, other);
    utimesSync(copy, new Date(0), new Date(0));
    const changed = await indexHere({ file: copy, cacheFolder }, {});
    const fresh = await indexHere({ file: copy, cacheFolder: null }, {});
    expect(changed).toEqual(fresh);
  });

  test('builds an index again of which the kept one is cut off, empty or of another form', async () => {
    const cacheFolder = path.join(folder, 'damaged');
    const fresh = await indexHere({ file, cacheFolder }, {});
    const kept = cachePath(cacheFolder, file);
    const whole = readFileSync(kept);
    const other = Buffer.from(whole);
    other.fill(0xff, 0, 40);
    for (const damaged of [whole.subarray(0, -1), whole.subarray(0, 60), Buffer.alloc(0), other, bytes]) {
      writeFileSync(kept, damaged);
      expect(await indexHere({ file, cacheFolder }, {})).toEqual(fresh);
      expect(readFileSync(kept)).toEqual(whole);
    }
  });

  test('goes on without a cache where nothing can be written', async () => {
    const data = await indexHere({ file, cacheFolder: path.join(file, 'no-folder') }, {});
    expect(data.end).toBe(bytes.length);
  });

  test('fails with the code of what happened, and stops when it is told to', async () => {
    const worker = await indexWorker();
    const foreign = path.join(folder, 'foreign.jsonl');
    writeFileSync(foreign, '{"hello":1}\n');
    await expect(buildIndex(foreign, { worker, cacheFolder: null })).rejects.toMatchObject({
      code: 'trajectory.foreign',
    });
    await expect(buildIndex(path.join(folder, 'none'), { worker, cacheFolder: null })).rejects.toMatchObject({
      code: 'trajectory.unreadable',
    });
    const stop = new AbortController();
    const building = buildIndex(file, { worker, cacheFolder: null, signal: stop.signal });
    stop.abort();
    await expect(building).rejects.toMatchObject({ name: 'AbortError' });
  });
});
