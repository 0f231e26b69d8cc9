import { createHash } from 'node:crypto';
import { defaultParameters, type Parameters } from '../lac/parameters';
import { branchId, episodeId } from '../trajectories/ids';
import {
  formatName,
  formatVersion,
  type ForeignRemainder,
  type JournalLine,
  type NodeState,
  type OpenFact,
} from '../trajectories/schema';
import type { Fields } from './fields';
import type { FormatId, Reading, RecordedLine } from './format';

/** One step of a foreign recording. null: the file does not say. */
export interface ForeignStep {
  /** Reasoning before the action, each piece on its own. */
  readonly thoughts: readonly string[];
  readonly action: string;
  readonly observation: string | null;
  readonly reward: number | null;
  /** What the file says of the step beyond this. */
  readonly rest: Fields;
}

export interface ForeignEpisode {
  /** Where it was played, in the file's words. */
  readonly environment: string;
  readonly id: string;
  readonly type: string;
  readonly goal: string;
  readonly observation: string;
  readonly steps: readonly ForeignStep[];
  readonly success: boolean | null;
  /** Reward of the whole episode. */
  readonly reward: number | null;
  readonly rest: Fields;
}

export interface ForeignRun {
  readonly format: FormatId;
  readonly version: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  readonly episodes: readonly ForeignEpisode[];
}

/** Said once for every import: what no foreign file has. */
const commonLosses = [
  'The file has no candidates, priors or values of actions: they are shown as unknown.',
  'The file has no states of its environment: the episode can be walked through, and continued only after its actions were replayed.',
];

const parameters: Parameters = { ...defaultParameters, method: 'react' };

/** A foreign run as lines of the native format; nothing is made up, what the file leaves open is marked. */
export function readingOf(run: ForeignRun, losses: readonly string[]): Reading {
  const all = [...losses, ...commonLosses];
  const environment = run.episodes.at(0)?.environment ?? 'unknown';
  const header: JournalLine = {
    type: 'header',
    format: formatName,
    version: formatVersion,
    engine: 'import',
    environment: { id: environment, version: 'unknown', sha256: null },
    model: {
      backend: 'unknown',
      name: run.model ?? 'unknown',
      digest: 'unknown',
      contextLength: null,
      capabilities: { distribution: 'none', top: 0, scores: 'none' },
      parameterSize: null,
      quantization: null,
    },
    parameters,
    source: { format: run.format, version: run.version, agent: run.agent, losses: all },
  };
  const lines = run.episodes.flatMap((episode, index) => episodeLines(episode, index + 1));
  return { format: run.format, lines: [header, ...lines].map(recorded), losses: all };
}

function recorded(line: JournalLine): RecordedLine {
  return { raw: { ...line }, line };
}

function episodeLines(given: ForeignEpisode, ordinal: number): JournalLine[] {
  const episode = episodeId(ordinal);
  const branch = branchId(0);
  const lines: JournalLine[] = [
    {
      type: 'episode',
      episode,
      task: { environment: given.environment, id: given.id, type: given.type, title: given.goal.slice(0, 200) },
      goal: given.goal,
      observation: given.observation,
      prompts: '',
      parameters,
      state: unknownState(episode, 0),
      ...foreign(given.rest),
    },
  ];
  let total = 0;
  given.steps.forEach((step, index) => {
    const node = index + 1;
    const last = node === given.steps.length;
    if (step.thoughts.length > 0) {
      const decision = { episode, node: index, decision: 0 };
      lines.push({ type: 'decision', ...decision, reason: 'step', prompts: '', parameters, added: [], resample: 0 });
      for (const text of step.thoughts)
        lines.push({ type: 'event', ...decision, event: { type: 'thought', text, calls: [] } });
    }
    const reward = step.reward ?? (last ? given.reward : null);
    total += reward ?? 0;
    const unknown: OpenFact[] = ['invalid', 'useless', 'cost'];
    if (step.observation === null) unknown.unshift('observation');
    if (reward === null) unknown.unshift('reward');
    lines.push({
      type: 'step',
      episode,
      branch,
      from: index,
      node,
      step: node,
      decision: step.thoughts.length > 0 ? 0 : null,
      by: 'choice',
      action: step.action,
      observation: step.observation ?? '',
      edited: null,
      reward: reward ?? 0,
      status: last && given.success !== null ? (given.success ? 'success' : 'failure') : 'running',
      invalid: false,
      useless: false,
      state: unknownState(episode, node),
      unknown,
      ...foreign(step.rest),
    });
  });
  if (given.success !== null) {
    lines.push({
      type: 'end',
      episode,
      branch,
      node: given.steps.length,
      reason: given.success ? 'success' : 'failure',
      success: given.success,
      steps: given.steps.length,
      reward: given.reward ?? total,
      ...(given.reward === null ? { unknown: ['reward'] } : {}),
    });
  }
  return lines;
}

/** No two states of a foreign recording are known to be equal, so each has a name of its own. */
function unknownState(episode: string, node: number): NodeState {
  const hash = createHash('sha256').update(`foreign ${episode} ${node}`).digest('hex').slice(0, 16);
  return { hash, picture: null, admissible: null, truth: null };
}

function foreign(rest: Fields): { readonly foreign?: ForeignRemainder } {
  return Object.keys(rest).length === 0 ? {} : { foreign: rest };
}
