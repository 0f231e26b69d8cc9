import { LacError } from '../../errors/lacError';
import type { JournalLine } from '../../trajectories/schema';
import type { NodeEntry } from '../../trajectories/timeline';
import type { RawLine, Recording, WriteOptions, Writing } from '../format';
import { jsonFile, tracksOf, type Track } from '../recordedSteps';
import { newestMinor } from './read';

/** `e1:3`: where a step of ATIF stands in the recording. */
type Owner = string;

/**
 * One file for each branch. All of ours stands under a step's `extra.lac`: the native lines themselves, each with its
 * place in the recording, so that reading them back gives the recording line by line. A step belongs to the branch that
 * executed it; branches repeat what was before them with `is_copied_context`.
 */
export function writeAtif(recording: Recording, options: WriteOptions): Writing {
  const minor = minorOf(options.version);
  const tracks = tracksOf(recording);
  const owned = linesByOwner(recording);
  const losses: string[] = [];
  if (minor < 5 && tracks.some(({ branch }) => branch !== 'b0'))
    losses.push(`ATIF 1.${minor} cannot mark what a branch repeats of its parent (is_copied_context came with 1.5).`);
  const files = tracks.map((track) => {
    const name = tracks.length === 1 ? `${options.stem}.atif.json` : `${options.stem}.${track.name}.atif.json`;
    return jsonFile(name, trajectory(recording, track, owned, minor));
  });
  if (files.length > 1) losses.push(`ATIF holds one trajectory a file: import all ${files.length} files together.`);
  return { files, losses };
}

function minorOf(version: string | undefined): number {
  if (version === undefined) return newestMinor;
  const minor = /^1\.([0-7])$/.exec(version)?.[1];
  if (minor === undefined) {
    const supported = `1.0 to 1.${newestMinor}`;
    throw new LacError('exchange.version', { file: 'the export', format: 'ATIF', version, supported });
  }
  return Number(minor);
}

/** Every line of the recording, given to the step that it is about; what no step is about goes with the next line. */
function linesByOwner({ lines, contents }: Recording): ReadonlyMap<Owner, readonly (readonly [number, RawLine])[]> {
  const executed = new Map<string, Owner>();
  for (const timeline of contents.episodes) {
    for (const node of timeline.nodes) {
      if (node.arrival === null || node.arrival.decision === null) continue;
      const key = `${timeline.id}:${node.arrival.from}:${node.arrival.decision}`;
      if (!executed.has(key)) executed.set(key, `${timeline.id}:${node.id}`);
    }
  }
  const owned = new Map<Owner, (readonly [number, RawLine])[]>();
  const first: Owner = `${contents.episodes.at(0)?.id ?? 'e1'}:0`;
  let waiting: (readonly [number, RawLine])[] = [];
  let last = first;
  lines.forEach(({ raw, line }, index) => {
    waiting.push([index, raw]);
    const owner = line === null ? null : ownerOf(line, executed, contents.episodes);
    if (owner === null) return;
    owned.set(owner, [...(owned.get(owner) ?? []), ...waiting]);
    waiting = [];
    last = owner;
  });
  owned.set(last, [...(owned.get(last) ?? []), ...waiting]);
  return owned;
}

function ownerOf(
  line: JournalLine,
  executed: ReadonlyMap<string, Owner>,
  episodes: Recording['contents']['episodes'],
): Owner | null {
  const at = (episode: string, node: number): Owner | null => {
    const known = episodes.find(({ id }) => id === episode)?.node(node);
    return known === undefined ? null : `${episode}:${node}`;
  };
  switch (line.type) {
    case 'header':
    case 'segment':
    case 'prompts':
    case 'call':
      return null;
    case 'episode':
      return at(line.episode, 0);
    case 'decision':
    case 'event':
      return executed.get(`${line.episode}:${line.node}:${line.decision}`) ?? at(line.episode, line.node);
    case 'branch':
      return at(line.episode, line.from);
    case 'step':
    case 'reflection':
    case 'outcome':
    case 'end':
      return at(line.episode, line.node);
  }
}

type Owned = ReturnType<typeof linesByOwner>;

function trajectory(recording: Recording, track: Track, owned: Owned, minor: number): object {
  const { header } = recording.contents;
  const { timeline, nodes, views } = track;
  const first = {
    step_id: 1,
    source: 'user',
    message: `${timeline.goal}\n\n${timeline.start.observation}`,
    ...copied(track, timeline.start, minor),
    extra: { lac: lacExtra(recording, track, timeline.start, owned) },
  };
  const steps = nodes.slice(1).map((node, index) => agentStep(recording, track, node, index, owned, minor));
  const spent = views.flatMap(({ cost }) => cost ?? []);
  const sum = (pick: (cost: (typeof spent)[number]) => number): number =>
    spent.reduce((all, cost) => all + pick(cost), 0);
  const task = `${timeline.task.environment}/${timeline.task.id}`;
  return {
    schema_version: `ATIF-v1.${minor}`,
    session_id: task,
    ...(minor >= 7 ? { trajectory_id: `${task}/${timeline.id}/${track.branch}` } : {}),
    agent: { name: 'lac', version: header.engine, model_name: header.model.name },
    steps: [first, ...steps],
    final_metrics: {
      total_prompt_tokens: sum(({ promptTokens }) => promptTokens),
      total_completion_tokens: sum(({ generatedTokens }) => generatedTokens),
      total_steps: steps.length + 1,
    },
  };
}

function belongs(track: Track, node: NodeEntry): boolean {
  return node.branch === track.branch;
}

function copied(track: Track, node: NodeEntry, minor: number): object {
  return belongs(track, node) || minor < 5 ? {} : { is_copied_context: true };
}

/** What a step of ours says besides its lines: readable without knowing the native format. */
function lacExtra(recording: Recording, track: Track, node: NodeEntry, owned: Owned): object {
  const lines = belongs(track, node) ? (owned.get(`${track.timeline.id}:${node.id}`) ?? []) : [];
  return {
    episode: track.timeline.id,
    branch: node.branch,
    node: node.id,
    ...(node.id === 0 ? { count: recording.lines.length } : { reward: node.arrival?.reward, status: node.status }),
    lines,
  };
}

function agentStep(
  recording: Recording,
  track: Track,
  node: NodeEntry,
  index: number,
  owned: Owned,
  minor: number,
): object {
  const view = track.views[index];
  const thoughts = view.thoughts ?? [];
  const action = node.arrival?.action ?? '';
  const person = node.arrival?.by === 'person';
  const cost = view.cost;
  const calls = person ? 0 : cost === null ? null : cost.calls + cost.reused;
  const id = `call_${node.id}`;
  const observed = node.arrival?.unknown?.includes('observation') !== true;
  return {
    step_id: index + 2,
    source: 'agent',
    ...(person ? {} : { model_name: recording.contents.header.model.name }),
    message: '',
    ...(thoughts.length === 0 || calls === 0 ? {} : { reasoning_content: thoughts.join('\n') }),
    tool_calls: [{ tool_call_id: id, function_name: 'act', arguments: { action } }],
    ...(observed ? { observation: { results: [{ source_call_id: id, content: node.observation }] } } : {}),
    ...(cost === null || calls === 0
      ? {}
      : { metrics: { prompt_tokens: cost.promptTokens, completion_tokens: cost.generatedTokens } }),
    ...(minor >= 7 && calls !== null ? { llm_call_count: calls } : {}),
    ...copied(track, node, minor),
    extra: { lac: lacExtra(recording, track, node, owned) },
  };
}
