import { LacError } from '../../errors/lacError';
import { checkLine } from '../../trajectories/lineCheck';
import { fieldsOf, isFields, listOf, nameOf, textOf, without, type Fields } from '../fields';
import { readingOf, type ForeignEpisode, type ForeignStep } from '../foreignEpisode';
import type { Reading, RecordedLine } from '../format';
import { goalIn, messageTexts, objectsOf, toolCallText } from '../messageTexts';

const versionPattern = /^ATIF-v(\d+)\.(\d+)$/;
/** The newest minor version that this reader was written for. */
export const newestMinor = 7;

export function isAtif(document: unknown): boolean {
  return isFields(document) && textOf(document['schema_version'])?.startsWith('ATIF-') === true;
}

/** Reads trajectories; those that this program wrote become again the lines that they were made from. */
export function readAtif(file: string, documents: readonly unknown[]): Reading {
  const losses = new Set<string>();
  const trajectories = documents.filter(isFields);
  const versions = trajectories.map((trajectory) => versionOf(file, trajectory, losses));
  const own = trajectories.flatMap((trajectory) => objectsOf(trajectory['steps']).flatMap(ownLines));
  if (own.length > 0) return nativeReading(own, trajectories);
  const episodes = trajectories.flatMap((trajectory) => episodesOf(trajectory, losses));
  if (episodes.length === 0) throw new LacError('exchange.empty', { file, format: 'an ATIF trajectory' });
  const agent = fieldsOf(trajectories.at(0)?.['agent']);
  const run = { version: versions.at(0) ?? null, agent: nameOf(agent['name']), model: nameOf(agent['model_name']) };
  return readingOf({ format: 'atif', ...run, episodes }, [...losses]);
}

function versionOf(file: string, trajectory: Fields, losses: Set<string>): string {
  const text = textOf(trajectory['schema_version']) ?? '';
  const match = versionPattern.exec(text);
  const [, major, minor] = match ?? [];
  if (major !== '1' || minor === undefined) {
    const version = text.slice(0, 40);
    throw new LacError('exchange.version', { file, format: 'ATIF', version, supported: `1.0 to 1.${newestMinor}` });
  }
  if (Number(minor) > newestMinor)
    losses.add(
      `ATIF 1.${minor} is newer than this reader (1.${newestMinor}): fields that came since are not understood.`,
    );
  if (!Array.isArray(trajectory['steps'])) {
    throw new LacError('exchange.malformed', { file, format: 'ATIF', place: 'steps', reason: 'it is no list' });
  }
  return `1.${minor}`;
}

interface OwnLine {
  readonly index: number;
  readonly line: RecordedLine;
}

/** The native lines that a step carries under `extra.lac.lines`, each with its place in the recording. */
function ownLines(step: Fields): OwnLine[] {
  return listOf(fieldsOf(fieldsOf(step['extra'])['lac'])['lines']).flatMap((entry) => {
    const [index, raw] = listOf(entry);
    if (typeof index !== 'number' || !isFields(raw)) return [];
    const checked = checkLine(raw);
    return [{ index, line: { raw, line: 'line' in checked ? checked.line : null } }];
  });
}

function nativeReading(own: readonly OwnLine[], trajectories: readonly Fields[]): Reading {
  const byIndex = new Map(own.map(({ index, line }) => [index, line]));
  const indexes = [...byIndex.keys()].sort((a, b) => a - b);
  const recorded = Math.max(
    0,
    ...trajectories.map((trajectory) => {
      const [first] = objectsOf(trajectory['steps']);
      const count = fieldsOf(fieldsOf(first?.['extra'])['lac'])['count'];
      return typeof count === 'number' ? count : 0;
    }),
  );
  const missing = recorded - indexes.length;
  const lines = indexes.flatMap((index) => byIndex.get(index) ?? []);
  const losses =
    missing > 0
      ? [
          `${missing} of the recording's ${recorded} lines stand in other files: import all files of the export together.`,
        ]
      : [];
  return { format: 'atif', lines, losses };
}

function episodesOf(trajectory: Fields, losses: Set<string>): ForeignEpisode[] {
  const subagents = objectsOf(trajectory['subagent_trajectories']);
  if (subagents.length > 0) losses.add('Trajectories of subagents become episodes of their own.');
  const all = [trajectory, ...subagents].map((each) => episodeOf(each, losses));
  return all.filter((episode) => episode !== null);
}

function text(content: unknown, losses: Set<string>): string {
  const { text: said, left } = messageTexts(content);
  for (const kind of left) losses.add(`Parts of the kind "${kind}" are left out: only text is carried over.`);
  return said;
}

interface OpenStep extends Omit<ForeignStep, 'observation'> {
  readonly observations: string[];
}

function episodeOf(trajectory: Fields, losses: Set<string>): ForeignEpisode | null {
  const before: string[] = [];
  const system: string[] = [];
  const steps: OpenStep[] = [];
  for (const step of objectsOf(trajectory['steps'])) {
    const said = text(step['message'], losses);
    if (step['source'] === 'agent') {
      steps.push(agentStep(step, said, losses));
      continue;
    }
    const observed = results(step, losses);
    const into = steps.at(-1)?.observations ?? (step['source'] === 'system' ? system : before);
    for (const each of [said, ...observed]) if (each !== '') into.push(each);
  }
  if (steps.length === 0) return null;
  const agent = fieldsOf(trajectory['agent']);
  const observation = before.at(-1) ?? system.at(-1) ?? '';
  return {
    environment: nameOf(agent['name']) ?? 'unknown',
    id: nameOf(trajectory['trajectory_id']) ?? nameOf(trajectory['session_id']) ?? 'trajectory',
    type: 'trajectory',
    goal: goalIn(before.at(0) ?? observation),
    observation,
    steps: steps.map(({ observations, ...step }) => ({
      ...step,
      observation: observations.length === 0 ? null : observations.join('\n'),
    })),
    success: null,
    reward: null,
    rest: {
      ...without(trajectory, ['steps', 'subagent_trajectories']),
      ...(system.length === 0 ? {} : { system }),
      ...(before.length > 1 ? { before: before.slice(0, -1) } : {}),
    },
  };
}

function agentStep(step: Fields, said: string, losses: Set<string>): OpenStep {
  const reasoning = textOf(step['reasoning_content'])?.trim() ?? '';
  const thoughts = reasoning === '' ? [] : [reasoning];
  const calls = objectsOf(step['tool_calls']).map((call) =>
    toolCallText(nameOf(call['function_name']) ?? 'tool', call['arguments']),
  );
  if (calls.length > 0 && said.trim() !== '') thoughts.push(said.trim());
  return {
    thoughts,
    action: calls.length > 0 ? calls.join('\n') : said.trim(),
    reward: null,
    observations: results(step, losses),
    rest: without(step, ['source', 'message', 'reasoning_content', 'tool_calls', 'observation', 'step_id']),
  };
}

function results(step: Fields, losses: Set<string>): string[] {
  return objectsOf(fieldsOf(step['observation'])['results']).map(({ content }) => text(content, losses));
}
