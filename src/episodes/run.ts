import { LacError } from '../errors/lacError';
import type { Environment, Task } from '../environments/environment';
import type { ModelDescription } from '../lac/languageModel';
import type { Parameters } from '../lac/parameters';
import { fileSource } from '../trajectories/byteSource';
import { episodeId, type EpisodeId } from '../trajectories/ids';
import { MemoryJournal, readJournal, type JournalContents } from '../trajectories/journal';
import { JournalFile } from '../trajectories/journalFile';
import { JournalCallLog } from '../trajectories/journalCallLog';
import { formatName, formatVersion, type HeaderLine } from '../trajectories/schema';
import { SegmentStore } from '../trajectories/segments';
import type { Timeline } from '../trajectories/timeline';
import { CallShelf } from './callShelf';
import { Episode, type EpisodePorts, type Settings } from './episode';

/** What stands at the head of a run's journal. */
export interface RunIdentity {
  readonly engine: string;
  readonly environment: Pick<Environment, 'id' | 'data'>;
  readonly model: ModelDescription;
  readonly parameters: Parameters;
  /** Ids of the tasks that the run is asked for, in order, where they are known beforehand. */
  readonly tasks?: readonly string[];
}

/** The first line of a run that begins now. */
export function headerOf(
  { engine, environment, model, parameters, tasks }: RunIdentity,
  startedAt: string,
): HeaderLine {
  return {
    type: 'header',
    format: formatName,
    version: formatVersion,
    engine,
    environment: { id: environment.id, ...environment.data },
    model,
    parameters,
    ...(tasks === undefined ? {} : { tasks }),
    at: { startedAt },
  };
}

/**
 * A run: one journal with one or more episodes. It owns the journal's call log, so that whatever was asked once in the
 * run is never asked again.
 */
export class Run {
  private readonly knownPrompts = new Set<string>();
  private readonly timelineList: Timeline[] = [];

  private constructor(
    readonly header: HeaderLine,
    private readonly journal: JournalFile | MemoryJournal,
    /** Every call of the run, prompts included; whatever is written passes here. */
    readonly shelf: CallShelf,
    readonly callLog: JournalCallLog,
    recorded: JournalContents | null,
  ) {
    for (const id of recorded?.promptSets.keys() ?? []) this.knownPrompts.add(id);
    this.timelineList.push(...(recorded?.episodes ?? []));
  }

  /** Begins a journal at a path, or in memory (null). `now` is ISO 8601. Throws `trajectory.exists`. */
  static create(path: string | null, identity: RunIdentity, now: string): Run {
    const header = headerOf(identity, now);
    const journal = path === null ? new MemoryJournal() : JournalFile.create(path, header);
    if (path === null) journal.write(header);
    // One store of segments for both: whoever writes them knows them already.
    const nothing = { calls: new Map(), segments: new SegmentStore(), promptSets: new Map() };
    const shelf = new CallShelf(journal, nothing);
    return new Run(header, journal, shelf, new JournalCallLog(shelf, nothing), null);
  }

  /** Opens a journal to go on with it; a torn last line is cut off. */
  static async resume(path: string): Promise<{ readonly run: Run; readonly recorded: JournalContents }> {
    const source = fileSource(path);
    let recorded: JournalContents;
    const lines: object[] = [];
    try {
      recorded = await readJournal(source, { onLine: (line) => lines.push(line) });
    } finally {
      await source.close();
    }
    const journal = JournalFile.append(path, recorded.end, lines);
    const shelf = new CallShelf(journal, recorded);
    const log = new JournalCallLog(shelf, recorded);
    return { run: new Run(recorded.header, journal, shelf, log, recorded), recorded };
  }

  /**
   * Throws `episode.model-differs` or `episode.environment-differs` when what is at hand is not what the run was recorded
   * with.
   */
  requireSame({ environment, model }: Pick<RunIdentity, 'environment' | 'model'>): void {
    const recorded = this.header;
    if (recorded.model.digest !== model.digest) {
      throw new LacError('episode.model-differs', {
        recorded: `${recorded.model.name} (${recorded.model.digest.slice(0, 12)})`,
        now: `${model.name} (${model.digest.slice(0, 12)})`,
      });
    }
    const now = { id: environment.id, ...environment.data };
    const same = (['id', 'version', 'sha256'] as const).every((key) => recorded.environment[key] === now[key]);
    if (!same) {
      throw new LacError('episode.environment-differs', {
        recorded: named(recorded.environment),
        now: named(now),
      });
    }
  }

  get timelines(): readonly Timeline[] {
    return this.timelineList;
  }

  async startEpisode(
    task: Task,
    settings: Settings,
    ports: Omit<EpisodePorts, 'sink'>,
    signal: AbortSignal,
  ): Promise<Episode> {
    const id: EpisodeId = episodeId(this.timelineList.length + 1);
    const episode = await Episode.start(id, task, settings, { ...ports, sink: this.shelf }, this.knownPrompts, signal);
    this.timelineList.push(episode.timeline);
    return episode;
  }

  /** Goes on with a recorded episode of this run. */
  resumeEpisode(timeline: Timeline, ports: Omit<EpisodePorts, 'sink'>): Episode {
    return Episode.resume(timeline, { ...ports, sink: this.shelf }, this.knownPrompts);
  }

  /** Where the run is recorded now; null in memory. */
  get file(): string | null {
    return this.journal instanceof JournalFile ? this.journal.path : null;
  }

  /** Has somebody told that the journal was deleted or overwritten, and where it was written anew. */
  onTaken(listener: (warning: LacError) => void): void {
    if (this.journal instanceof JournalFile) this.journal.onTaken(listener);
  }

  /** Looks whether the journal is as it was written; else writes it anew. Throws `trajectory.unwritable`. */
  verify(): void {
    if (this.journal instanceof JournalFile) this.journal.verify();
  }

  close(): void {
    if (this.journal instanceof JournalFile) this.journal.close();
  }
}

/** Rules and, where the environment has data files, which ones. */
function named({ id, version, sha256 }: HeaderLine['environment']): string {
  return sha256 === null ? `${id} ${version}` : `${id} ${version} (data ${sha256.slice(0, 12)})`;
}
