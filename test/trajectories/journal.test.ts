import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { babyAiText } from '../../src/environments/babyai/kind';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { methods, type Method } from '../../src/lac/parameters';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { bufferSource, type ByteSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import { JournalFile, makeFolderOfJournal } from '../../src/trajectories/journalFile';
import { journalSchema } from '../../src/trajectories/journalSchema';
import { formatVersion, type JournalLine } from '../../src/trajectories/schema';
import { babyAiWords } from '../support/babyAiWords';
import { journalSchemaFile, journalSchemaText } from '../support/journalSchemaText';
import { WrittenModel } from '../support/writtenModel';
import { testSeed } from '../support/seed';

const resources = { assets: '', dataFolder: null, cacheFolder: null };
const signal = new AbortController().signal;
let folder: string;
let file: string;
let bytes: Buffer;

async function record(to: string, method: Method): Promise<void> {
  const environment = await babyAiText.open(resources);
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const opened: OpenedModel = {
    endpoints: [{ name: 'written', model: new WrittenModel(babyAiWords), parallel: 1 }],
    wrap: null,
  };
  const parameters = parametersFor(babyAiText, 'embedded', { horizon: 2, depth: 2, candidates: 3, method }, 'test');
  const settings = {
    parameters,
    prompts: new PromptsInForce(promptSetFor('babyai-text', 'embedded', []), task.type, null),
  };
  const identity = { engine: 'test', environment, model: describeModel(opened), parameters, tasks: [task.id] };
  const run = Run.create(to, identity, '2026-01-01T00:00:00Z');
  const ports = {
    environment,
    calls: liveCalls(opened, run.callLog, unlimited, systemClock),
    state: { truth: true },
  };
  const episode = await run.startEpisode(task, settings, ports, signal);
  await episode.tryOut(0, 'toggle', signal);
  const events = episode.run(0, settings, signal);
  while ((await events.next()).done !== true);
  await episode.act(0, { action: 'drop', by: 'person', decision: null, observation: 'You see nothing' }, signal);
  run.close();
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-journal-'));
  file = path.join(folder, 'run.lac.jsonl');
  await record(file, 'lac');
  bytes = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = (content: Buffer | string): ByteSource => bufferSource('run.lac.jsonl', Buffer.from(content));
const linesOf = (content: Buffer): string[] => content.toString('utf8').split('\n').slice(0, -1);

describe('a journal', () => {
  test('cut at any byte opens with everything before the cut', async () => {
    const seed = testSeed();
    const lines = linesOf(bytes);
    const first = Buffer.byteLength(lines[0]) + 1;
    for (let i = 0; i < 60; i++) {
      const cut = first + ((seed + i * 7919) % (bytes.length - first));
      const part = bytes.subarray(0, cut);
      const read = await readJournal(source(part));
      const whole = part.lastIndexOf(10) + 1;
      expect(read.end, `seed ${seed}, cut ${cut}`).toBe(whole);
      expect(read.lines).toBe(linesOf(part).length);
      const codes = read.problems.map(({ code }) => code);
      expect(codes, `seed ${seed}, cut ${cut}`).toEqual(whole === cut ? [] : ['trajectory.torn']);
    }
  });

  test('loses a torn last line when it is gone on with, and nothing else', async () => {
    const torn = path.join(folder, 'torn.lac.jsonl');
    writeFileSync(torn, Buffer.concat([bytes, Buffer.from('{"type":"step","epi')]));
    const { end } = await readJournal(bufferSource(torn, readFileSync(torn)));
    const journal = JournalFile.append(torn, end, []);
    journal.write({ type: 'segment', id: 'a', after: null, text: 'behind' });
    journal.close();
    const written = readFileSync(torn);
    expect(written.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(written.subarray(bytes.length).toString('utf8')).toBe(
      '{"type":"segment","id":"a","after":null,"text":"behind"}\n',
    );
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['no object', '[1, 2]'],
    ['a line without a type', '{"episode":"e1"}'],
    ['a field of the wrong type', '{"type":"end","episode":"e1","branch":"b0","node":"five"}'],
    [
      'an end of a node that is not there',
      '{"type":"end","episode":"e1","branch":"b0","node":999,"reason":"horizon","success":false,"steps":3,"reward":0}',
    ],
    [
      'an episode that did not begin',
      '{"type":"reflection","episode":"e9","node":0,"event":{"type":"reflection","text":"","says":null,"forced":false,"calls":[]}}',
    ],
    ['a second header', ''],
  ])('is read around %s', async (_, bad) => {
    const lines = linesOf(bytes);
    const intact = await readJournal(source(bytes));
    for (const place of [1, Math.floor(lines.length / 2), lines.length]) {
      const damaged = lines.toSpliced(place, 0, bad === '' ? lines[0] : bad);
      const read = await readJournal(source(`${damaged.join('\n')}\n`));
      expect(read.problems.map(({ code, args }) => [code, args['line']])).toEqual([['trajectory.line', place + 1]]);
      expect(read.episodes[0].nodes).toEqual(intact.episodes[0].nodes);
      expect([...read.calls.keys()]).toEqual([...intact.calls.keys()]);
    }
  });

  test('is read around bytes that are no UTF-8', async () => {
    const at = bytes.indexOf('\n{"type":"call"') + 20;
    const damaged = Buffer.from(bytes);
    damaged[at] = 0xff;
    const { problems } = await readJournal(source(damaged));
    expect(problems.at(0)?.message).toContain('UTF-8');
  });

  test('keeps fields and lines that this version does not know when it is gone on with', async () => {
    const later = path.join(folder, 'later.lac.jsonl');
    const lines = linesOf(bytes).map((line, i) => (i === 0 ? line : line.replace(/^\{/, '{"mood":"good",')));
    lines.splice(3, 0, '{"type":"weather","sun":true}');
    writeFileSync(later, `${lines.join('\n')}\n`);
    const { run, recorded } = await Run.resume(later);
    expect(recorded.problems).toEqual([]);
    expect(recorded.episodes[0].nodes).toHaveLength((await readJournal(source(bytes))).episodes[0].nodes.length);
    run.close();
    expect(readFileSync(later, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('of a later version is refused with both versions, and one that is there is not overwritten', async () => {
    const header = JSON.parse(linesOf(bytes)[0]) as object;
    const later = JSON.stringify({ ...header, version: formatVersion + 1 });
    await expect(readJournal(source(`${later}\n`))).rejects.toMatchObject({
      code: 'trajectory.version',
      args: { version: formatVersion + 1, supported: formatVersion },
    });
    await expect(record(file, 'prior')).rejects.toMatchObject({ code: 'trajectory.exists' });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('begins in an empty file that a killed process left', async () => {
    const empty = path.join(folder, 'empty.lac.jsonl');
    writeFileSync(empty, '');
    await record(empty, 'prior');
    expect((await readJournal(bufferSource(empty, readFileSync(empty)))).problems).toEqual([]);
  });
});

describe('a journal whose file is taken away while it is written', () => {
  const warned: [string, unknown][] = [];
  /** A journal that holds the recording's lines up to one, and the lines that come then. */
  function begun(name: string, count: number): { journal: JournalFile; place: string; rest: readonly JournalLine[] } {
    const lines = linesOf(bytes).map((line) => JSON.parse(line) as JournalLine);
    const place = path.join(mkdtempSync(path.join(folder, 'taken-')), 'runs', name);
    makeFolderOfJournal(place);
    const [header, ...others] = lines;
    if (header.type !== 'header') throw new Error('a recording begins with its header');
    const journal = JournalFile.create(place, header);
    warned.length = 0;
    journal.onTaken(({ code, args }) => warned.push([code, args['now']]));
    for (const line of others.slice(0, count)) journal.write(line);
    return { journal, place, rest: others.slice(count) };
  }
  const write = (journal: JournalFile, lines: readonly JournalLine[]): void => {
    for (const line of lines) journal.write(line);
    journal.close();
  };
  const whole = (place: string): boolean => readFileSync(place).equals(bytes);

  // The file is looked at once a second while it is written.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const later = (): void => {
    vi.advanceTimersByTime(1000);
  };

  test.each([
    ['its file', (place: string) => rmSync(place)],
    ['its folder', (place: string) => rmSync(path.dirname(place), { recursive: true })],
  ])('has everything in the same place again where %s is deleted', (_, remove) => {
    const { journal, place, rest } = begun('run.lac.jsonl', 40);
    remove(place);
    later();
    write(journal, rest);
    expect(whole(place)).toBe(true);
    expect(warned).toEqual([['trajectory.deleted', place]]);
  });

  test.each([
    ['replaced', (place: string) => renameSync(place, `${place}.old`)],
    ['emptied', () => undefined],
  ])('goes on beside a file that was %s, which it leaves as it is', (_, before) => {
    const { journal, place, rest } = begun('run.lac.jsonl', 40);
    const beside = place.replace('.lac.jsonl', '-3.lac.jsonl');
    writeFileSync(place.replace('.lac.jsonl', '-2.lac.jsonl'), 'another');
    before(place);
    writeFileSync(place, 'not ours');
    later();
    write(journal, rest);
    expect(whole(beside)).toBe(true);
    expect(readFileSync(place, 'utf8')).toBe('not ours');
    expect(warned).toEqual([['trajectory.overwritten', beside]]);
  });

  test('goes on beside a file that another program has written on', () => {
    const { journal, place, rest } = begun('run.jsonl', 40);
    appendFileSync(place, 'more\n');
    const found = readFileSync(place);
    later();
    write(journal, rest);
    expect(whole(place.replace('.jsonl', '-2.jsonl'))).toBe(true);
    expect(readFileSync(place).equals(found)).toBe(true);
  });

  test('is written again when it is looked after, and when it is closed, without a line that comes then', () => {
    const { journal, place, rest } = begun('run.lac.jsonl', 40);
    for (const line of rest) journal.write(line);
    journal.verify();
    expect(warned).toEqual([]);
    rmSync(place);
    journal.verify();
    expect(whole(place)).toBe(true);
    rmSync(place);
    journal.close();
    expect(whole(place)).toBe(true);
    expect(warned.map(([code]) => code)).toEqual(['trajectory.deleted', 'trajectory.deleted']);
  });

  test('has every line once it can be written again', () => {
    const { journal, place, rest } = begun('run.lac.jsonl', 40);
    const runs = path.dirname(place);
    rmSync(runs, { recursive: true });
    writeFileSync(runs, 'no folder');
    later();
    const at = rest.findIndex(({ type }) => type === 'call');
    for (const line of rest.slice(0, at)) journal.write(line);
    expect(() => journal.write(rest[at])).toThrow(expect.objectContaining({ code: 'trajectory.unwritable' }));
    rmSync(runs);
    write(journal, rest.slice(at + 1));
    expect(whole(place)).toBe(true);
  });

  test('has what it held before it was gone on with, lines of a later version included', async () => {
    const older = path.join(folder, 'gone-on.lac.jsonl');
    const lines = linesOf(bytes).toSpliced(3, 0, '{"type":"weather","sun":true}');
    writeFileSync(older, `${lines.join('\n')}\n`);
    const { run } = await Run.resume(older);
    run.onTaken(() => undefined);
    rmSync(older);
    run.close();
    expect(readFileSync(older, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });
});

describe('the schema of the format', () => {
  test('is the one that ships', () => {
    expect(
      readFileSync(journalSchemaFile, 'utf8'),
      'run: node scripts/run.mjs test/support/writeJournalSchema.ts',
    ).toBe(journalSchemaText());
  });

  test('accepts every line of every method, and no line that lacks a field', async () => {
    const validate = new Ajv2020({ strict: false }).compile(journalSchema);
    for (const method of methods) {
      const journal = path.join(folder, `${method}.lac.jsonl`);
      await record(journal, method);
      for (const line of linesOf(readFileSync(journal))) {
        expect(validate(JSON.parse(line)), `${method}: ${line.slice(0, 300)}`).toBe(true);
      }
    }
    for (const line of linesOf(bytes)) {
      const fields = JSON.parse(line) as Record<string, unknown>;
      const needed = Object.keys(fields).filter((key) => !['at', 'tasks', 'partial', 'error'].includes(key));
      const without = needed[needed.length - 1];
      expect(validate({ ...fields, [without]: undefined }), `${without} of ${String(fields['type'])}`).toBe(false);
    }
  });
});
