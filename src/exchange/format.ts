import type { SearchOptions, TrajectoryIndex } from '../trajectories/index/trajectoryIndex';
import type { JournalContents } from '../trajectories/journal';
import type { JournalLine } from '../trajectories/schema';

/** A file as the reader got it. */
export interface ForeignFile {
  /** What to call it in messages: usually a path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What reading one file may cost; without them a hostile file could take all memory. */
export interface Limits {
  /** Bytes of a JSON document or of an unpacked member, and of all of them together. */
  readonly bytes: number;
  /** JSON values in one document. */
  readonly values: number;
  /** Nesting of objects and lists. */
  readonly depth: number;
}

/** Read in less than a second and 200 MB. */
export const defaultLimits: Limits = { bytes: 32 << 20, values: 1_000_000, depth: 200 };

/** What a foreign file became. */
export interface Reading {
  readonly format: FormatId;
  /** Lines of the native format, header first. */
  readonly lines: readonly RecordedLine[];
  /** What could not be carried over, for people; empty when nothing was lost. */
  readonly losses: readonly string[];
}

/** A line as it stood in the file, fields that this version does not know included. */
export type RawLine = Readonly<Record<string, unknown>>;

export interface RecordedLine {
  readonly raw: RawLine;
  /** null for a type that this version does not know. */
  readonly line: JournalLine | null;
}

/** A native recording for export: what it says, and its lines as they stand. */
export interface Recording {
  readonly name: string;
  readonly lines: readonly RecordedLine[];
  readonly contents: JournalContents;
}

export interface WrittenFile {
  /** File name without folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Writing {
  /** One file, or several where the format holds one trajectory a file. */
  readonly files: readonly WrittenFile[];
  readonly losses: readonly string[];
}

/** One file of a journal of any length, written as its steps are read. */
export interface StreamedWriting {
  /** The file's text. Throws `trajectory.changed` and the signal's reason. */
  readonly pieces: AsyncIterable<string>;
  /** As of a `Writing`; all of them are known once the pieces were taken. */
  readonly losses: () => readonly string[];
}

export interface WriteOptions {
  /** Name of the files without extension. */
  readonly stem: string;
  /** ATIF only: the version to write, `1.0` to `1.7`; the latest when absent. */
  readonly version?: string;
}

export type FormatId = 'lac' | 'atif' | 'conversations' | 'swe-agent' | 'inspect' | 'otlp' | 'csv' | 'html';

/** One exchange format: what it looks like, how it is read (where it can be) and written. */
export interface ExchangeFormat {
  readonly id: FormatId;
  /** For pickers. */
  readonly title: string;
  /** Extension of what is written, with its dot. */
  readonly extension: string;
  /** Whether a parsed JSON document is of this format; null where the format is only written or is no JSON. */
  readonly recognises: ((document: unknown) => boolean) | null;
  /** Reads documents that it recognised; null where the format is only written. */
  readonly read: ((file: string, documents: readonly unknown[]) => Reading) | null;
  readonly write: ((recording: Recording, options: WriteOptions) => Writing) | null;
  /** The same from a journal of any length, never more than a step of it in memory; absent where it is written at once. */
  readonly stream?: (index: TrajectoryIndex, options: SearchOptions) => StreamedWriting;
}
