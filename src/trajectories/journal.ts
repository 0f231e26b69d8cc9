import type { CallId } from '../lac/calls';
import { LacError } from '../errors/lacError';
import type { ByteSource } from './byteSource';
import { checkLine } from './lineCheck';
import { lineProblem, parseLine, scanLines, type LinePlace } from './lines';
import { SegmentStore } from './segments';
import {
  formatName,
  formatVersion,
  type CallLine,
  type HeaderLine,
  type JournalLine,
  type PromptsLine,
} from './schema';
import { Timeline } from './timeline';

/** Takes a journal's lines in order: a file, or memory. */
export interface JournalSink {
  write(line: JournalLine): void;
}

/** A journal in memory, for tests and for sessions that are not recorded. */
export class MemoryJournal implements JournalSink {
  readonly lines: JournalLine[] = [];

  write(line: JournalLine): void {
    this.lines.push(line);
  }
}

/** What a journal's decisions rest on, in memory or not. */
export interface RecordedAnswers {
  readonly segments: SegmentStore;
  readonly promptSets: ReadonlyMap<string, PromptsLine>;
  /** Complete calls by id. */
  readonly calls: { get(id: CallId): CallLine | undefined };
}

/** Everything a journal holds, calls and prompts included. */
export interface JournalContents extends RecordedAnswers {
  readonly header: HeaderLine;
  readonly calls: ReadonlyMap<CallId, CallLine>;
  /** Calls that were cancelled or failed. */
  readonly incomplete: readonly CallLine[];
  readonly episodes: readonly Timeline[];
  /** Offset behind the last complete line, and how many lines there are. */
  readonly end: number;
  readonly lines: number;
  /** Lines that were left out and why, a torn last line included. Types unknown to this version are no problem. */
  readonly problems: readonly LacError[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  /** Takes every line that can be read, in order: those too whose type this version does not know. */
  readonly onLine?: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Reads a whole journal into memory. Throws `trajectory.foreign` or `trajectory.version` for what is no journal of a
 * known version; single bad lines are reported in `problems`.
 */
export async function readJournal(source: ByteSource, options: ReadOptions = {}): Promise<JournalContents> {
  const reader = new JournalReader(source.name, options.onLine);
  const scan = await scanLines(source, (bytes, place) => reader.take(bytes, place), {
    ...options,
    onTooLong: (place) => reader.tooLong(place),
  });
  return reader.finish(scan.end, scan.lines, scan.torn);
}

class JournalReader {
  private header: HeaderLine | undefined;
  private readonly segments = new SegmentStore();
  private readonly promptSets = new Map<string, PromptsLine>();
  private readonly calls = new Map<CallId, CallLine>();
  private readonly incomplete: CallLine[] = [];
  private readonly episodes = new Map<string, Timeline>();
  private readonly problems: LacError[] = [];

  constructor(
    private readonly name: string,
    private readonly onLine: ReadOptions['onLine'],
  ) {}

  tooLong(place: LinePlace): void {
    this.problems.push(
      new LacError('trajectory.line-too-long', { file: this.name, line: place.number, limit: place.length }),
    );
  }

  take(bytes: Uint8Array, place: LinePlace): void {
    if (bytes.length === 0) return;
    const parsed = parseLine(bytes);
    if ('reason' in parsed) {
      if (this.header === undefined) throw this.foreign(parsed.reason);
      this.problem(place, parsed.reason);
      return;
    }
    const checked = checkLine(parsed.value);
    if ('unknown' in checked) {
      if (this.header === undefined) throw this.foreign('the first line is no header');
      this.onLine?.(parsed.value);
      return;
    }
    if (this.header === undefined) {
      this.header = this.readHeader(parsed.value, checked);
      this.onLine?.(parsed.value);
      return;
    }
    if ('reason' in checked) {
      this.problem(place, checked.reason);
      return;
    }
    this.onLine?.(parsed.value);
    this.apply(checked.line, place);
  }

  finish(end: number, lines: number, torn: number): JournalContents {
    if (this.header === undefined) throw this.foreign(torn > 0 ? 'the first line is not complete' : 'it is empty');
    if (torn > 0) this.problems.push(new LacError('trajectory.torn', { file: this.name, bytes: torn }));
    return {
      header: this.header,
      segments: this.segments,
      promptSets: this.promptSets,
      calls: this.calls,
      incomplete: this.incomplete,
      episodes: [...this.episodes.values()],
      end,
      lines,
      problems: this.problems,
    };
  }

  private readHeader(
    value: Readonly<Record<string, unknown>>,
    checked: { readonly line: JournalLine } | { readonly reason: string },
  ): HeaderLine {
    if (value['type'] === 'header' && value['format'] === formatName) {
      const version = value['version'];
      if (typeof version === 'number' && version > formatVersion) {
        throw new LacError('trajectory.version', { file: this.name, version, supported: formatVersion });
      }
    }
    if ('reason' in checked) throw this.foreign(checked.reason);
    if (checked.line.type !== 'header') throw this.foreign('the first line is no header');
    return checked.line;
  }

  private apply(line: JournalLine, place: LinePlace): void {
    switch (line.type) {
      case 'header':
        this.problem(place, 'a second header');
        return;
      case 'segment':
        this.segments.add(line);
        return;
      case 'prompts':
        this.promptSets.set(line.id, line);
        return;
      case 'call':
        if (line.status === 'complete' && line.answer !== null) this.calls.set(line.id, line);
        else this.incomplete.push(line);
        return;
      case 'episode':
        if (this.episodes.has(line.episode)) this.problem(place, `episode ${line.episode} begins twice`);
        else this.episodes.set(line.episode, new Timeline(line));
        return;
      case 'decision':
      case 'event':
      case 'step':
      case 'reflection':
      case 'branch':
      case 'outcome':
      case 'end': {
        const episode = this.episodes.get(line.episode);
        const problem = episode === undefined ? `episode ${line.episode} has not begun` : episode.apply(line);
        if (problem !== undefined) this.problem(place, problem);
      }
    }
  }

  private problem(place: LinePlace, reason: string): void {
    this.problems.push(lineProblem(this.name, place, reason));
  }

  private foreign(reason: string): LacError {
    return new LacError('trajectory.foreign', { file: this.name, reason });
  }
}
