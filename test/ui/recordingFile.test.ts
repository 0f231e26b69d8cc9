import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaySession } from '../../src/episodes/stepping/open';
import { bufferSource, fileSource } from '../../src/trajectories/byteSource';
import { systemClock } from '../../src/models/clock';
import {
  readRecordingFile,
  requireReadable,
  requireWhole,
  wholeJournalLimit,
  wholeReadLimit,
} from '../../src/ui/trajectories/recordingFile';
import {
  checkMessage,
  completionsIn,
  matchingSteps,
  nextMatch,
  printedSteps,
} from '../../src/ui/trajectories/stepSearch';

const recordings = path.resolve(__dirname, '../exchange/recordings');
const foreign = ['agenttraj.json', 'atif-1.2.json', 'atif-1.7.json', 'eto.json', 'mini.traj.json', 'sample.eval'];

async function opened(name: string) {
  const source = fileSource(path.join(recordings, name));
  const recording = await readRecordingFile(source).finally(() => source.close());
  return { recording, session: replaySession(recording.contents, name, null, systemClock) };
}

describe('a recording file', () => {
  it.each(foreign)('of another format is walked step by step, and its losses are known: %s', async (name) => {
    const { recording, session } = await opened(name);
    expect(recording.losses.length).toBeGreaterThan(0);
    const views = session.stepViews();
    expect(views.length).toBeGreaterThan(1);
    await session.next();
    expect(session.node.step).toBe(1);
    await session.stepBack();
    expect(session.node.step).toBe(0);
    await session.close();
  });

  it('of no known format is refused with its name', async () => {
    const source = bufferSource('notes.json', Buffer.from('{"a": 1}\n'));
    await expect(readRecordingFile(source)).rejects.toMatchObject({ code: 'exchange.unknown-format' });
  });

  it('with the name of a journal is told what is wrong with it as a journal', async () => {
    const bytes = readFileSync(path.join(recordings, 'atif-1.7.json'));
    const source = bufferSource('a.lac.jsonl', bytes);
    await expect(readRecordingFile(source)).rejects.toMatchObject({ code: 'trajectory.foreign' });
    await expect(readRecordingFile(bufferSource('b.lac.jsonl', new Uint8Array()))).rejects.toMatchObject({
      code: 'trajectory.foreign',
    });
  });

  it('is read whole up to a limit that is said', () => {
    requireReadable('big.json', wholeReadLimit);
    expect(() => requireReadable('big.json', wholeReadLimit + 1)).toThrow(/big\.json has 51 MB.*50 MB/);
  });
});

describe('a journal that has to be held whole', () => {
  it('is refused above a limit, with the way out', () => {
    requireWhole('run.lac.jsonl', wholeJournalLimit);
    expect(() => requireWhole('run.lac.jsonl', wholeJournalLimit + 1)).toThrow(/257 MB.*256 MB.*lac export/);
  });
});

describe('a search through steps', () => {
  it('finds the steps where a condition holds, in both directions', async () => {
    const { session } = await opened('mini.traj.json');
    const views = session.stepViews();
    const all = matchingSteps(views, 'step >= 0');
    expect(all).toEqual(views.map((_, step) => step));
    expect(nextMatch(all, 0, 'forward')).toBe(1);
    expect(nextMatch(all, 1, 'backward')).toBe(0);
    expect(nextMatch(all, views.length - 1, 'forward')).toBeUndefined();
    expect(nextMatch(all, 0, 'backward')).toBeUndefined();
    expect(() => matchingSteps(views, 'step >=')).toThrow(/column/);
    expect(() => matchingSteps(views, 'step')).toThrow(/condition/);
    await session.close();
  });

  it('offers what could be written next in a message: inside braces, or in one expression', () => {
    const labels = (text: string): readonly string[] => completionsIn(text, ['turn left']).map(({ label }) => label);
    expect(labels('at {ste')).toEqual(['step']);
    expect(labels('ste')).toEqual(['step']);
    expect(labels('at {step} ste')).toEqual([]);
    const [value] = completionsIn('does {Q("', ['turn left']);
    expect(value).toMatchObject({ label: 'turn left', replace: { start: 9, end: 9 } });
  });

  it('prints a message, or one expression, for every step', async () => {
    const { session } = await opened('mini.traj.json');
    const views = session.stepViews();
    expect(printedSteps(views, 'at {step}')).toEqual(views.map((_, step) => `${step}\tat ${step}`));
    expect(printedSteps(views, 'step')).toEqual(views.map((_, step) => `${step}\t${step}`));
    expect(() => checkMessage('at {ste}')).toThrow(/"ste" .*column 5/);
    expect(() => checkMessage('ste')).toThrow(/"ste" .*column 1/);
    expect(() => checkMessage('Q >')).toThrow(/column 4/);
    await session.close();
  });
});
