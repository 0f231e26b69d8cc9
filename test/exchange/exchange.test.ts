import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  exportRecording,
  formats,
  importFiles,
  readRecording,
  recordingOf,
  type ForeignFile,
  type Recording,
} from '../../src/exchange';
import { compileCondition } from '../../src/expressions';
import { fileSource } from '../../src/trajectories/byteSource';
import { scanInto, TrajectoryIndex } from '../../src/trajectories/index/trajectoryIndex';
import { stepViews } from '../../src/trajectories/stepViews';
import { atifSchema } from '../support/atifSchema';
import { recordRun } from '../support/recordedRun';

const recordings = path.resolve('test/exchange/recordings');
const sample = (name: string): ForeignFile => ({ name, bytes: readFileSync(path.join(recordings, name)) });

async function imported(...names: string[]): Promise<{ recording: Recording; losses: readonly string[] }> {
  const reading = importFiles(names.map(sample));
  const recording = await recordingOf('imported', reading.lines);
  expect(recording.contents.problems).toEqual([]);
  return { recording, losses: reading.losses };
}

const actions = (recording: Recording, episode = 0): string[] =>
  recording.contents.episodes[episode].line('b0').flatMap(({ arrival }) => arrival?.action ?? []);

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
const idsIn = (list: unknown, name: string): unknown[] =>
  Array.isArray(list) ? list.map((each) => fieldOf(each, name)) : [];

let folder: string;
let native: Recording;
let branched: Recording;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-exchange-'));
  const [plain, forked] = [path.join(folder, 'plain.lac.jsonl'), path.join(folder, 'forked.lac.jsonl')];
  await recordRun(plain);
  await recordRun(forked, { tasks: ['MixedTrainLocal/goto/17', 'MixedTrainLocal/goto/18'], branch: true });
  native = await readRecording(fileSource(plain));
  branched = await readRecording(fileSource(forked));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('imports', () => {
  test('ATIF 1.7 with reasoning, tool calls, images and subagents', async () => {
    const { recording, losses } = await imported('atif-1.7.json');
    expect(recording.contents.header.source).toMatchObject({ format: 'atif', version: '1.7', agent: 'terminus' });
    expect(recording.contents.header.model).toMatchObject({ backend: 'unknown', name: 'example/model-1' });
    expect(actions(recording)).toEqual([
      'bash {"command":"wc -l notes.txt"}',
      'bash {"command":"echo 12 > count.txt"}',
      'Yes, count.txt holds 12.',
    ]);
    const [episode, helper] = recording.contents.episodes;
    expect(episode.goal).toBe('count the lines of notes.txt and write the number to count.txt');
    expect(episode.nodes[1].observation).toBe('12 notes.txt');
    expect(episode.nodes[2].observation).toBe('\nAre you done?');
    expect(helper.line('b0')).toHaveLength(2);
    const [first] = stepViews(episode, 'b0', () => undefined);
    expect(first.thoughts).toEqual(['The file may be missing.', 'I look at the file first.']);
    expect([first.reward, first.invalid, first.candidates, first.method, first.cost]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    const step = recording.lines.find(({ line }) => line?.type === 'step')?.raw;
    expect(step?.['foreign']).toMatchObject({ metrics: { logprobs: [-0.1, -0.4] }, timestamp: '2026-03-01T10:00:05Z' });
    expect(losses.some((loss) => loss.includes('"image"'))).toBe(true);
  });

  test('ATIF 1.2, whose system steps observe', async () => {
    const { recording } = await imported('atif-1.2.json');
    expect(actions(recording)).toEqual(['hello']);
    expect(recording.contents.episodes[0].nodes[1].observation).toBe('The session ended.');
  });

  test('AgentTraj-L, without its acknowledgement, the last outcome open', async () => {
    const { recording } = await imported('agenttraj.json');
    const [household, grid] = recording.contents.episodes;
    expect(household.task).toMatchObject({ environment: 'alfworld', id: 'alfworld_17' });
    expect(household.goal).toBe('put a pencil in shelf.');
    expect(actions(recording)).toEqual(['go to desk 1', 'take pencil 2 from desk 1']);
    const views = stepViews(household, 'b0', () => undefined);
    expect(views[0].thoughts).toEqual(['Pencils lie on desks.']);
    expect(compileCondition('known(Q) or known(reward)')(views[0])).toBe(false);
    expect(grid.goal).toBe('go to the red ball');
    expect(stepViews(grid, 'b0', () => undefined)[0].outcome).toBeNull();
  });

  test("ETO's expert trajectories, of a shop with a reward and of a household with its game", async () => {
    const { recording } = await imported('eto.json');
    const [episode, household] = recording.contents.episodes;
    expect(episode.task.id).toBe('5');
    expect(household.task).toMatchObject({ environment: 'alfworld', id: '6' });
    expect(household.goal).toBe('put a mug in desk.');
    expect(actions(recording)).toEqual(['search[blue mug]', 'click[B000]']);
    expect(episode.goal).toBe('Find me a blue mug under 20 dollars');
    // The file does not call it a success or a failure.
    expect(episode.nodes.at(-1)?.end).toBeNull();
    const views = stepViews(episode, 'b0', () => undefined);
    expect([views[0].reward, views[1].reward]).toEqual([null, 0.75]);
  });

  test('a run of ETO, without the worked example that its agent was shown', async () => {
    const { recording, losses } = await imported('eto-run.json');
    const [episode] = recording.contents.episodes;
    expect(episode.task).toMatchObject({ environment: 'alfworld', id: 'trial_T20190909_000000_000001' });
    expect(episode.goal).toBe('put a mug in desk.');
    expect(actions(recording)).toEqual(['take mug 1 from shelf 1', 'put mug 1 in/on desk 1']);
    expect(episode.nodes.at(-1)?.end).toMatchObject({ success: true, reward: 1 });
    const kept = recording.lines.find(({ line }) => line?.type === 'episode')?.raw['foreign'];
    expect(JSON.stringify(kept)).toContain('examine bed 1');
    expect(losses.join()).toContain('worked example');
  });

  test("ETO's pairs, each way as an episode of its own", async () => {
    const { recording } = await imported('eto-preference.json');
    const { episodes } = recording.contents;
    expect(episodes.map(({ task }) => task.id)).toEqual(['41, chosen', '41, rejected']);
    const acted = episodes.map((episode) => episode.line('b0').map((node) => node.arrival?.action));
    expect(acted).toEqual([
      [undefined, 'search[red cup]', 'click[B7]'],
      [undefined, 'click[Buy Now]'],
    ]);
  });

  test('SWE-agent and mini-SWE-agent', async () => {
    const { recording } = await imported('sample.traj');
    expect(actions(recording)).toEqual(['ls -a', 'submit']);
    expect(recording.contents.episodes[0].start.observation).toContain('add() subtracts');
    expect(recording.contents.episodes[0].nodes.at(-1)?.end).toBeNull();
    const mini = await imported('mini.traj.json');
    expect(actions(mini.recording)).toEqual(['pytest -x', 'echo COMPLETE']);
    expect(stepViews(mini.recording.contents.episodes[0], 'b0', () => undefined)[0].thoughts).toEqual(['I run it.']);
  });

  test.each(['inspect.json', 'sample.eval'])('Inspect: %s', async (name) => {
    const { recording, losses } = await imported(name);
    expect(recording.contents.header.model.name).toBe('example/model-3');
    expect(actions(recording)).toEqual(['reverse {"word":"lamp"}', 'pmal']);
    const [right, wrong] = recording.contents.episodes;
    expect(right.nodes[1].observation).toBe('pmal (from the attachment)');
    expect(right.nodes.at(-1)?.end).toMatchObject({ success: true, reward: 1 });
    expect(wrong.nodes.at(-1)?.end).toMatchObject({ success: false });
    expect(losses.some((loss) => loss.includes('several scores'))).toBe(true);
  });

  test.each(['inspect-0.3.285.eval', 'inspect-0.3.285.json'])('what Inspect itself wrote: %s', async (name) => {
    const { recording, losses } = await imported(name);
    expect(recording.contents.header.model.name).toBe('mockllm/model');
    const lamp = recording.contents.episodes.find(({ task }) => task.id === 'lamp');
    const door = recording.contents.episodes.find(({ task }) => task.id === '2');
    expect(lamp?.goal).toBe('Reverse the word lamp.');
    expect(lamp?.line('b0').flatMap(({ arrival }) => arrival?.action ?? [])).toEqual([
      'reverse {"word":"lamp"}',
      'ANSWER: pmal',
    ]);
    expect(lamp?.nodes[1].observation).toBe('pmal');
    expect(lamp?.nodes.at(-1)?.end).toMatchObject({ success: true, reward: 1 });
    expect(door?.nodes.at(-1)?.end).toMatchObject({ success: false, reward: 0 });
    expect(losses.some((loss) => loss.includes('several scores'))).toBe(true);
  });

  test.each(['text', 'tools'])('what mini-SWE-agent itself wrote, actions as %s', async (form) => {
    const { recording } = await imported(`mini-swe-agent-2.4.6-${form}.traj.json`);
    const commands = ['cat add.py', "sed -i 's/a - b/a + b/' add.py"];
    const done = 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && cat add.py';
    const told = [...commands, done].map((command) =>
      form === 'text' ? command : `bash ${JSON.stringify({ command })}`,
    );
    expect(actions(recording)).toEqual(told);
    const [episode] = recording.contents.episodes;
    expect(episode.goal).toContain('make add() add');
    expect(episode.nodes[1].observation).toContain('return a - b');
    const views = stepViews(episode, 'b0', () => undefined);
    expect(views[1].thoughts?.join()).toContain('The sign is wrong.');
  });

  test('what SWE-agent itself wrote', async () => {
    const { recording } = await imported('sweagent-0.0.1.traj');
    expect(actions(recording)).toEqual(['ls -a', 'edit 2:2\n    return a + b\nend_of_edit', 'submit']);
    const [episode] = recording.contents.episodes;
    expect(episode.start.observation).toContain('add() subtracts');
    expect(episode.nodes[1].observation).toContain('add.py');
  });

  test.each(['1.7', '1.8'])('what Harbor itself wrote, ATIF %s', async (version) => {
    const { recording, losses } = await imported(`harbor-0.25.0-atif-${version}.json`);
    expect(recording.contents.header.source).toMatchObject({ format: 'atif', version, agent: 'terminus-2' });
    expect(actions(recording)).toEqual(['bash {"command":"wc -l notes.txt"}', 'notes.txt has 12 lines.']);
    expect(recording.contents.episodes[0].nodes[1].observation).toBe('12 notes.txt');
    expect(losses.some((loss) => loss.includes('newer'))).toBe(version === '1.8');
  });

  test('JSON Lines of conversations, and several files together', () => {
    const records = JSON.parse(readFileSync(path.join(recordings, 'agenttraj.json'), 'utf8')) as unknown[];
    const bytes = Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'));
    const reading = importFiles([{ name: 'lines.jsonl', bytes }, sample('eto.json')]);
    expect(reading.lines.filter(({ line }) => line?.type === 'episode')).toHaveLength(4);
  });

  test('what is imported can be exported in every format', async () => {
    for (const name of ['atif-1.7.json', 'agenttraj.json', 'sample.traj', 'sample.eval']) {
      const { recording } = await imported(name);
      for (const { id } of formats) {
        const { files } = exportRecording(recording, id, { stem: 'x' });
        expect(files.every(({ bytes }) => bytes.length > 100)).toBe(true);
      }
    }
  });
});

describe('ATIF', () => {
  const strip = (recording: Recording | { lines: Recording['lines'] }): string[] =>
    recording.lines.map(({ raw }) => JSON.stringify({ ...raw, at: undefined }));

  test.each(['1.0', '1.4', '1.5', '1.6', '1.7'])('gives a recording back line by line (version %s)', (version) => {
    for (const recording of [native, branched]) {
      const { files } = exportRecording(recording, 'atif', { stem: 'x', version });
      const back = importFiles(files);
      expect(back.losses).toEqual([]);
      expect(strip(back)).toEqual(strip(recording));
    }
  });

  test('keeps fields and lines that this version does not know', async () => {
    const lines = native.lines.map(({ raw, line }) => ({ raw: { ...raw, later: { x: 1 } }, line }));
    const strange = { raw: { type: 'remark', text: 'from a later version' }, line: null };
    const recording = await recordingOf('x', [...lines, strange]);
    const back = importFiles(exportRecording(recording, 'atif', { stem: 'x' }).files);
    expect(strip(back)).toEqual(strip(recording));
  });

  test('has only the fields of the schema, step ids from 1, and branches that repeat by is_copied_context', () => {
    const { files } = exportRecording(branched, 'atif', { stem: 'x' });
    expect(files.map(({ name }) => name)).toEqual([
      'x.e1.b0.atif.json',
      'x.e1.b1.atif.json',
      'x.e1.b2.atif.json',
      'x.e2.atif.json',
    ]);
    const root = ['schema_version', 'session_id', 'trajectory_id', 'agent', 'steps', 'final_metrics'];
    const step = [
      ...['step_id', 'timestamp', 'source', 'model_name', 'reasoning_effort', 'message', 'reasoning_content'],
      ...['tool_calls', 'observation', 'metrics', 'llm_call_count', 'is_copied_context', 'extra'],
    ];
    for (const { bytes } of files) {
      const document = JSON.parse(Buffer.from(bytes).toString()) as { steps: Record<string, unknown>[] };
      expect(Object.keys(document).filter((key) => !root.includes(key))).toEqual([]);
      document.steps.forEach((entry, index) => {
        expect(entry['step_id']).toBe(index + 1);
        expect(Object.keys(entry).filter((key) => !step.includes(key))).toEqual([]);
        if (entry['source'] === 'agent') return;
        for (const key of ['model_name', 'reasoning_content', 'tool_calls', 'metrics'])
          expect(entry).not.toHaveProperty(key);
      });
    }
    const fork = JSON.parse(Buffer.from(files[1].bytes).toString()) as { steps: Record<string, unknown>[] };
    expect(fork.steps.map((entry) => entry['is_copied_context'] ?? false)).toEqual([true, true, false, false]);
  });

  test.each([0, 4, 5, 6, 7])(
    'is valid under a schema of version 1.%s, which refuses keys that it does not know',
    (minor) => {
      const valid = new Ajv({ strict: false }).compile(atifSchema(minor));
      for (const recording of [native, branched]) {
        for (const { bytes } of exportRecording(recording, 'atif', { stem: 'x', version: `1.${minor}` }).files) {
          const document = JSON.parse(Buffer.from(bytes).toString()) as { steps: Record<string, unknown>[] };
          expect(valid(document), JSON.stringify(valid.errors)).toBe(true);
          expect(valid({ ...document, lac: {} })).toBe(false);
          expect(valid({ ...document, steps: document.steps.map((step) => ({ ...step, lac: {} })) })).toBe(false);
          const calls = new Set(document.steps.flatMap((step) => idsIn(step['tool_calls'], 'tool_call_id')));
          for (const { observation } of document.steps) {
            for (const id of idsIn(fieldOf(observation, 'results'), 'source_call_id')) expect(calls).toContain(id);
          }
        }
      }
    },
  );

  test('has the schema that what Harbor wrote is valid under', () => {
    const document: unknown = JSON.parse(readFileSync(path.join(recordings, 'harbor-0.25.0-atif-1.7.json'), 'utf8'));
    const valid = new Ajv({ strict: false }).compile(atifSchema(7));
    expect(valid(document), JSON.stringify(valid.errors)).toBe(true);
  });

  test('says when a file of an export is missing', () => {
    const { files } = exportRecording(branched, 'atif', { stem: 'x' });
    expect(importFiles(files.slice(0, 1)).losses[0]).toMatch(/import all files/);
  });
});

describe('round trips of the other formats keep actions and observations', () => {
  test.each(['conversations', 'swe-agent', 'inspect'])('%s', async (format) => {
    const { files, losses } = exportRecording(native, format, { stem: 'x' });
    expect(losses.length).toBeGreaterThan(0);
    const back = await recordingOf('x', importFiles(files).lines);
    expect(actions(back)).toEqual(actions(native));
    const observations = (recording: Recording): string[] =>
      recording.contents.episodes[0]
        .line('b0')
        .slice(1)
        .map(({ observation }) => observation);
    expect(observations(back)).toEqual(observations(native));
  });
});

describe('exports', () => {
  test('OTLP: unique span ids, parents that exist, GenAI attributes', () => {
    const [{ bytes }] = exportRecording(branched, 'otlp', { stem: 'x' }).files;
    const document = JSON.parse(Buffer.from(bytes).toString()) as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    const { spans } = document.resourceSpans[0].scopeSpans[0];
    const ids = new Set(spans.map((span) => `${String(span['traceId'])} ${String(span['spanId'])}`));
    expect(ids.size).toBe(spans.length);
    for (const span of spans) {
      expect(span['traceId']).toMatch(/^[0-9a-f]{32}$/);
      expect(span['spanId']).toMatch(/^[0-9a-f]{16}$/);
      expect(BigInt(String(span['endTimeUnixNano'])) >= BigInt(String(span['startTimeUnixNano']))).toBe(true);
      const parent = span['parentSpanId'];
      if (typeof parent === 'string') expect(ids.has(`${String(span['traceId'])} ${parent}`)).toBe(true);
    }
    const names = new Set(spans.map((span) => String(span['name']).split(' ')[0]));
    expect(names).toEqual(new Set(['invoke_agent', 'step', 'text_completion', 'execute_tool']));
    const text = JSON.stringify(spans);
    for (const key of ['gen_ai.usage.input_tokens', 'gen_ai.tool.call.result', 'gen_ai.request.model'])
      expect(text).toContain(key);
  });

  test('CSV: one row a step, quoted, formulas disarmed', async () => {
    const { recording } = await imported('agenttraj.json');
    const lines = recording.lines.map(({ raw, line }) =>
      line?.type === 'step' ? { raw: { ...raw, action: '=HYPERLINK("x")' }, line: { ...line } } : { raw, line },
    );
    const hostile = await recordingOf('x', lines);
    const text = Buffer.from(exportRecording(hostile, 'csv', { stem: 'x' }).files[0].bytes).toString();
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    const native2 = Buffer.from(exportRecording(native, 'csv', { stem: 'x' }).files[0].bytes).toString();
    expect(native2.split('\r\n').filter((row) => /^e1,/.test(row))).toHaveLength(actions(native).length);
  });

  const streamed = formats.flatMap(({ id, stream }) => (stream === undefined ? [] : [{ id, stream }]));
  test.each(streamed)('$id: read step by step through the index, the same file', async ({ id: format, stream }) => {
    for (const name of ['plain', 'forked']) {
      const source = fileSource(path.join(folder, `${name}.lac.jsonl`));
      const index = new TrajectoryIndex(await scanInto(source, undefined, { offset: 0, lines: 0 }, {}), source);
      const text: string[] = [];
      const progress: number[] = [];
      const { pieces, losses } = stream(index, { onProgress: (fraction) => progress.push(fraction) });
      for await (const piece of pieces) text.push(piece);
      await source.close();
      const whole = exportRecording(name === 'plain' ? native : branched, format, { stem: 'x' });
      expect(text.join('')).toBe(Buffer.from(whole.files[0].bytes).toString());
      expect(losses()).toEqual(whole.losses);
      expect(progress.at(-1)).toBe(1);
    }
  });

  test('HTML: no script, nothing from elsewhere, text inert, a strict policy whose hash is right', () => {
    const text = Buffer.from(
      exportRecording(branched, 'html', { stem: '<script>alert(1)</script>' }).files[0].bytes,
    ).toString();
    expect(text).not.toMatch(/<script|javascript:|https?:|\son\w+=|<img|<link|<iframe|url\(/i);
    expect(text).toContain('You see &lt;b&gt;nothing&lt;/b&gt;');
    expect(text).toContain("default-src 'none'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect(text).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });
});
