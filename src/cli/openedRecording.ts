import { LacError } from '../errors/lacError';
import { beginsAsJournal } from '../trajectories/byteSource';
import { IndexedTimeline } from '../trajectories/index/indexedTimeline';
import { scanInto, TrajectoryIndex, type SearchOptions } from '../trajectories/index/trajectoryIndex';
import type { RecordedAnswers } from '../trajectories/journal';
import type { HeaderLine } from '../trajectories/schema';
import type { Timeline } from '../trajectories/timeline';
import type { CliContext } from './context';
import { noEpisode, openSource, readContents, standardInput } from './recordings';

/** A recording of which no more than an index is in memory where it is long. */
export interface OpenedRecording {
  readonly name: string;
  readonly header: HeaderLine;
  /** Ids of its episodes, in their order. */
  readonly ids: readonly string[];
  readonly answers: RecordedAnswers;
  /** What could not be read, and what its format could not say, for people. */
  readonly notes: readonly string[];
  /** undefined where there is no such episode. Throws `trajectory.changed`. */
  readonly timeline: (id: string) => Timeline | undefined;
  readonly close: () => Promise<void>;
}

/** A journal with more bytes is read step by step. */
const windowedFrom = 16 << 20;

/** Opens a recording of any format; the caller closes it. Throws `trajectory.*` and `exchange.*`. */
export async function openEpisodes(file: string, signal: AbortSignal): Promise<OpenedRecording> {
  const long = await openLongJournal(file, { signal });
  if (long !== null) return episodesOf(long);
  const source = await openSource(file);
  const contents = await readContents(source, signal).finally(() => source.close());
  const { header, episodes, problems } = contents;
  return {
    name: source.name,
    header,
    ids: episodes.map(({ id }) => id),
    answers: contents,
    notes: [...problems.map(({ message }) => message), ...(header.source?.losses ?? [])],
    timeline: (wanted) => episodes.find(({ id }) => id === wanted),
    close: () => Promise.resolve(),
  };
}

/** The same, with its notes on standard error. */
export async function openNoted({ terminal, signal }: CliContext, file: string): Promise<OpenedRecording> {
  const opened = await openEpisodes(file, signal);
  for (const note of opened.notes) terminal.note(note);
  return opened;
}

/** A journal that is read step by step. */
export interface LongJournal {
  readonly name: string;
  readonly index: TrajectoryIndex;
  /** What could not be read, for people. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a journal that is read step by step; null where a recording is none, or short. Throws `trajectory.*`. */
export async function openLongJournal(file: string, options: SearchOptions): Promise<LongJournal | null> {
  if (file === standardInput) return null;
  const source = await openSource(file);
  try {
    if ((await source.size()) > windowedFrom && (await beginsAsJournal(source))) {
      const { name } = source;
      const data = await scanInto(source, undefined, { offset: 0, lines: 0 }, options);
      const index = new TrajectoryIndex(data, source);
      return { name, index, problems: problemsOf(index, name), close: () => source.close() };
    }
  } catch (error) {
    await source.close();
    throw error;
  }
  await source.close();
  return null;
}

function episodesOf({ name, index, problems, close }: LongJournal): OpenedRecording {
  const { header, episodes } = index.data;
  return {
    name,
    header,
    ids: episodes.map(({ id }) => id),
    answers: index.answers(),
    notes: [...problems, ...(header.source?.losses ?? [])],
    timeline: (wanted) => {
      const episode = episodes.find(({ id }) => id === wanted);
      return episode === undefined ? undefined : IndexedTimeline.open(index, episode);
    },
    close,
  };
}

function problemsOf({ data: { problems, problemCount, torn } }: TrajectoryIndex, file: string): readonly string[] {
  const more = problemCount - problems.length;
  return [
    ...problems.map((problem) => `${file}, ${problem}`),
    ...(more > 0 ? [`${file}: ${more} more lines`] : []),
    ...(torn === 0 ? [] : [new LacError('trajectory.torn', { file, bytes: torn }).message]),
  ];
}

/** An episode of a recording, the first where none is named. Throws `trajectory.no-episode` and `debugger.no-episode`. */
export function episodeOf(recording: OpenedRecording, id: string | null): Timeline {
  const { name, ids } = recording;
  const timeline = recording.timeline(id ?? ids.at(0) ?? '');
  if (timeline === undefined) throw noEpisode(name, ids, id ?? undefined);
  return timeline;
}
