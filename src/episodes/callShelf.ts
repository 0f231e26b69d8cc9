import type { CallId } from '../lac/calls';
import type { PromptSegments } from '../lac/languageModel';
import type { JournalSink, RecordedAnswers } from '../trajectories/journal';
import type { CallLine, JournalLine, PromptsLine } from '../trajectories/schema';
import type { SegmentStore } from '../trajectories/segments';

/** Passes a journal's lines on and keeps its calls, so that whoever debugs can open any of them. */
export class CallShelf implements JournalSink {
  private readonly calls = new Map<CallId, CallLine>();
  private readonly segments: SegmentStore;
  private readonly sets: Map<string, PromptsLine>;

  /** `recorded`: what the journal holds already. */
  constructor(
    private readonly journal: JournalSink,
    private readonly recorded: RecordedAnswers,
  ) {
    this.segments = recorded.segments;
    this.sets = new Map(recorded.promptSets);
  }

  write(line: JournalLine): void {
    // A segment is in the store before its line comes.
    if (line.type === 'call') this.calls.set(line.id, line);
    else if (line.type === 'prompts') this.sets.set(line.id, line);
    this.journal.write(line);
  }

  /** A call by its id; of one that was repeated, the last. */
  call(id: CallId): CallLine | undefined {
    return this.calls.get(id) ?? this.recorded.calls.get(id);
  }

  /** The prompt of a call, segment by segment; undefined where the recording lacks it. */
  prompt(id: CallId): PromptSegments | undefined {
    const line = this.call(id);
    return line === undefined ? undefined : this.segments.load(line.request.prompt);
  }

  /** The prompt sets that the journal holds, by id. */
  get promptSets(): ReadonlyMap<string, PromptsLine> {
    return this.sets;
  }
}
