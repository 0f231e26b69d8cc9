import type { CallId } from '../lac/calls';
import type { ModelAnswer } from '../lac/languageModel';
import type { CallLog, RecordedCall } from '../models/calls/callLog';
import type { JournalSink, RecordedAnswers } from './journal';
import type { CallLine } from './schema';
import type { SegmentStore } from './segments';

/** The call log that lives in a journal: each call is written as soon as it ends, its prompt's new segments before it. */
export class JournalCallLog implements CallLog {
  private readonly answers = new Map<CallId, ModelAnswer>();
  private readonly segments: SegmentStore;

  /** `recorded`: what the journal holds already. */
  constructor(
    private readonly sink: JournalSink,
    private readonly recorded: Pick<RecordedAnswers, 'calls' | 'segments'>,
  ) {
    this.segments = recorded.segments;
  }

  get(id: CallId): ModelAnswer | undefined {
    return this.answers.get(id) ?? this.recorded.calls.get(id)?.answer ?? undefined;
  }

  put(call: RecordedCall): void {
    const { id: prompt, added } = this.segments.store(call.request.prompt);
    for (const line of added) this.sink.write(line);
    this.sink.write(lineOf(call, prompt));
    if (call.status === 'complete') this.answers.set(call.id, call.answer);
  }
}

function lineOf(call: RecordedCall, prompt: string): CallLine {
  const { id, purpose, status } = call;
  const request = { ...call.request, prompt };
  const { startedAt, durationMs, waitedMs, attempts, server } = call.at;
  const at = { startedAt, durationMs, waitedMs, attempts, server, purpose };
  switch (call.status) {
    case 'complete':
      return { type: 'call', id, request, status, answer: call.answer, at };
    case 'cancelled':
      return { type: 'call', id, request, status, answer: null, partial: call.partial, at };
    case 'failed': {
      const error = { code: call.error.code, message: call.error.message };
      return { type: 'call', id, request, status, answer: null, partial: call.partial, error, at };
    }
  }
}
