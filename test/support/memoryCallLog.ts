import type { CallId } from '../../src/lac/calls';
import type { ModelAnswer } from '../../src/lac/languageModel';
import type { CallLog, RecordedCall } from '../../src/models/calls/callLog';

/** A call log that lives as long as the process. */
export class MemoryCallLog implements CallLog {
  private readonly answers = new Map<CallId, ModelAnswer>();
  private readonly all: RecordedCall[] = [];

  /** Every call in the order in which it ended. */
  get calls(): readonly RecordedCall[] {
    return this.all;
  }

  get(id: CallId): ModelAnswer | undefined {
    return this.answers.get(id);
  }

  put(call: RecordedCall): void {
    this.all.push(call);
    if (call.status === 'complete') this.answers.set(call.id, call.answer);
  }
}
