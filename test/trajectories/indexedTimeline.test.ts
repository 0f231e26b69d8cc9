import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayIndexed, replaySession } from '../../src/episodes/stepping/open';
import { TranscriptText } from '../../src/episodes/stepping/transcriptText';
import { systemClock } from '../../src/models/clock';
import { compareTrajectories, promptPairs, type ComparedSide } from '../../src/trajectories/compare';
import { fileSource } from '../../src/trajectories/byteSource';
import { IndexedTimeline } from '../../src/trajectories/index/indexedTimeline';
import { scanInto, TrajectoryIndex } from '../../src/trajectories/index/trajectoryIndex';
import { readJournal, type JournalContents } from '../../src/trajectories/journal';
import { stepViews } from '../../src/trajectories/stepViews';
import { unknownStep, type StepView } from '../../src/expressions';
import type { NodeEntry, Timeline } from '../../src/trajectories/timeline';
import { recordRun } from '../support/recordedRun';

const examples = path.resolve('media/data/examples');
let folder: string;
let files: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-indexed-'));
  const branched = path.join(folder, 'branched.lac.jsonl');
  await recordRun(branched, { tasks: ['MixedTrainLocal/goto/17', 'MixedTrainLocal/goto/18'], branch: true });
  const names = readdirSync(examples).filter((name) => name.endsWith('.lac.jsonl'));
  files = [branched, ...names.map((name) => path.join(examples, name))];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Both {
  readonly whole: JournalContents;
  readonly index: TrajectoryIndex;
}

async function open(file: string): Promise<Both> {
  const source = fileSource(file);
  const index = new TrajectoryIndex(await scanInto(source, undefined, { offset: 0, lines: 0 }, {}), source);
  return { whole: await readJournal(source), index };
}

function indexed({ index }: Both, { id }: Timeline): IndexedTimeline {
  const episode = index.data.episodes.find((each) => each.id === id);
  if (episode === undefined) throw new Error(`there is no ${id}`);
  return IndexedTimeline.open(index, episode);
}

/** Everything that a node says, read field by field. */
function plain(node: NodeEntry): object {
  const { id, branch, step, arrival, observation, status, state, reflection, decisions, outcomes, children, end } =
    node;
  const { from, action, by, decision, reward, invalid, useless, edited, unknown } = arrival ?? {};
  const way = arrival === null ? null : { from, action, by, decision, reward, invalid, useless, edited, unknown };
  return { id, branch, step, way, observation, status, state, reflection, decisions, outcomes, children, end };
}

const facts = Object.keys({ ...unknownStep, step: 0 }) as readonly Exclude<keyof StepView, 'at'>[];

/** Everything that a step says, read fact by fact. */
function said(view: StepView | null): object | null {
  if (view === null) return null;
  const values = facts.map((fact): readonly [string, unknown] => [
    fact,
    fact === 'candidates' ? (view.candidates?.map((each) => ({ ...each })) ?? null) : view[fact],
  ]);
  return Object.fromEntries(values);
}

describe('an episode of which only an index is in memory', () => {
  test('says of every node what the whole journal says', async () => {
    for (const file of files) {
      const both = await open(file);
      for (const timeline of both.whole.episodes) {
        const other = indexed(both, timeline);
        expect(other.nodes.map(plain)).toEqual(timeline.nodes.map(plain));
        expect(other.branches).toEqual(timeline.branches);
        for (const { id } of timeline.branches) {
          expect(other.line(id).map((node) => node.id)).toEqual(timeline.line(id).map((node) => node.id));
          expect(other.tip(id)?.id).toBe(timeline.tip(id)?.id);
        }
        for (const { id } of timeline.nodes) {
          const told = other.transcript(id);
          expect({ ...told, steps: told.steps.map((step) => ({ ...step })) }).toEqual(timeline.transcript(id));
        }
      }
    }
  });

  test('shows its steps to expressions as the whole journal does', async () => {
    for (const file of files) {
      const both = await open(file);
      const { calls } = both.index.answers();
      for (const timeline of both.whole.episodes) {
        const other = indexed(both, timeline);
        for (const { id } of timeline.branches) {
          const views = stepViews(timeline, id, (call) => both.whole.calls.get(call));
          const read = stepViews(other, id, (call) => calls.get(call));
          // Another branch's calls are reused by where they stand in the file.
          const shown = (view: StepView): object => ({ ...said(view), ...(id === 'b0' ? {} : { cost: null }) });
          expect(read.map(shown)).toEqual(views.map(shown));
          expect(said(read[1]?.at(0) ?? null)).toEqual(said(views[1]?.at(0) ?? null));
        }
      }
    }
  });

  test('is debugged as the whole journal is, forwards and backwards', async () => {
    for (const file of files.slice(0, 4)) {
      const both = await open(file);
      const sessions = [
        replaySession(both.whole, file, null, systemClock),
        replayIndexed(both.index, file, null, systemClock),
      ];
      const told: string[][] = [[], []];
      for (const [which, session] of sessions.entries()) {
        const tell = (): void => {
          const { cursor, node, lastStop } = session;
          const view = session.view();
          const shown = [view?.action, view?.candidates?.map(({ q }) => q), view?.cost?.calls];
          told[which].push(JSON.stringify([cursor.inside?.phase, node.id, node.observation, lastStop, shown]));
        };
        for (const move of ['next', 'stepIn', 'stepIn', 'stepOut', 'next', 'stepBack', 'stepBack'] as const) {
          await session[move]();
          tell();
        }
        await session.probe({ parameters: { alpha: 0 } });
        tell();
        await session.continue();
        tell();
        await session.reverseContinue();
        tell();
      }
      expect(told[1]).toEqual(told[0]);
    }
  });

  test('is a transcript of a line a step, which says that it is short and why', async () => {
    for (const file of files) {
      const both = await open(file);
      for (const timeline of both.whole.episodes) {
        const whole = new TranscriptText(timeline, 'b0');
        const long = new TranscriptText(indexed(both, timeline), 'b0');
        const steps = ({ lines }: TranscriptText): readonly string[] =>
          lines.flatMap(({ kind, text }) => (kind === 'step' || kind === 'end' ? [text] : []));
        expect(steps(long)).toEqual(steps(whole));
        expect(long.lines[long.lineOfStep(1)].text).toBe(whole.lines[whole.lineOfStep(1)].text);
        expect(long.lines.some(({ kind }) => kind === 'reflection')).toBe(false);
        expect(long.text).toMatch(/^# Short form, .*too long.*\nGoal: /);
        expect(whole.text).toMatch(/^Goal: /);
        expect([long.folds.at(0)?.start, whole.folds.at(0)?.start]).toEqual([1, 0]);
      }
    }
  });

  test('is compared with the whole journal as equal', async () => {
    for (const file of files) {
      const both = await open(file);
      const [timeline] = both.whole.episodes;
      const whole = { contents: both.whole, timeline, branch: 'b0' } as const;
      const read = { contents: both.index.answers(), timeline: indexed(both, timeline), branch: 'b0' } as const;
      const found = await compareTrajectories(whole, read);
      expect(found).toMatchObject({ equal: true, setup: [], first: null });
      expect(found.right).toEqual(found.left);
      expect(promptPairs(whole, read, 1).every(({ left, right }) => left !== null && left === right)).toBe(true);
    }
  });

  test('differs from another one in what the whole journals differ in', async () => {
    const changed = path.join(folder, 'changed.lac.jsonl');
    await recordRun(changed, { branch: true, parameters: { alpha: 50 } });
    const all = await Promise.all([...files, changed].map(open));
    const sides = all.flatMap((both) => {
      const [timeline] = both.whole.episodes;
      const read = indexed(both, timeline);
      return timeline.branches.map(({ id: branch }) => ({
        whole: { contents: both.whole, timeline, branch },
        read: { contents: both.index.answers(), timeline: read, branch },
      }));
    });
    const [first] = sides;
    for (const other of sides) {
      const expected = await compareTrajectories(first.whole, other.whole);
      const found = await compareTrajectories(first.read, other.read);
      expect(found.steps.map(({ differs }) => differs)).toEqual(expected.steps.map(({ differs }) => differs));
      const { equal, setup, first: at, parted, left } = found;
      expect({ equal, setup, at, parted, left }).toEqual({
        equal: expected.equal,
        setup: expected.setup,
        at: expected.first,
        parted: expected.parted,
        left: expected.left,
      });
    }
    expect(sides.length).toBeGreaterThan(files.length + 2);
  });

  test('is compared though its lines are written in another form', async () => {
    const [, file] = files;
    const other = path.join(folder, 'spaced.lac.jsonl');
    const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    // Events say their number first, and nothing stands where this program writes it.
    const turned = lines.map((line) => {
      const { type, ...rest } = JSON.parse(line) as Record<string, unknown>;
      return type === 'event' ? JSON.stringify({ ...rest, type }) : line;
    });
    writeFileSync(other, [header, ...turned, ''].join('\n'));
    const [one, again] = await Promise.all([open(file), open(other)]);
    const side = (both: Both): ComparedSide => {
      const timeline = indexed(both, both.whole.episodes[0]);
      return { contents: both.index.answers(), timeline, branch: 'b0' };
    };
    const found = await compareTrajectories(side(one), side(again));
    expect(found.equal).toBe(true);
    expect(found.right).toEqual(found.left);
  });

  test('keeps what is decided on top of it', async () => {
    const both = await open(files[0]);
    const other = indexed(both, both.whole.episodes[0]);
    const [{ decisions }] = both.whole.episodes[0].nodes;
    const [first] = decisions;
    const { index: before, events, reason, prompts, parameters, added, resample } = first;
    const rest = { reason, prompts, parameters, added, resample };
    const place = { episode: other.id, node: 0, decision: decisions.length };
    expect(other.apply({ type: 'event', ...place, event: events[0] })).toMatch(/has not begun/);
    expect(other.apply({ type: 'decision', ...rest, ...place, decision: before })).toMatch(/out of order/);
    expect(other.apply({ type: 'decision', ...rest, ...place })).toBeUndefined();
    for (const event of events) expect(other.apply({ type: 'event', ...place, event })).toBeUndefined();
    expect(other.start.decisions).toHaveLength(decisions.length + 1);
    expect(other.start.decisions.at(-1)).toEqual({ ...first, index: decisions.length });
  });
});
