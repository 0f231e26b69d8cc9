import { createHash } from 'node:crypto';
import type { PromptSegments } from '../lac/languageModel';
import type { SegmentId, SegmentLine } from './schema';

/** The id of a segment that follows `after`. */
export function segmentId(after: SegmentId | null, text: string): SegmentId {
  return createHash('sha256')
    .update(`${after ?? ''}\u0000${text}`)
    .digest('hex')
    .slice(0, 16);
}

/** The prompt texts of a journal as the tree in which they are stored. */
export class SegmentStore {
  private readonly segments = new Map<SegmentId, SegmentLine>();
  /** Ids by the segment before (null at the beginning) and the text, so that known text is not hashed again. */
  private readonly followers = new Map<SegmentId | null, Map<string, SegmentId>>();
  /** The prompt stored last and the id of each of its segments: the next one mostly begins alike. */
  private last: { readonly prompt: PromptSegments; readonly ids: readonly SegmentId[] } = { prompt: [], ids: [] };

  /** Takes a recorded segment. */
  add(line: SegmentLine): void {
    this.segments.set(line.id, line);
  }

  /** The id of a prompt, and the lines to write for what was not stored yet. */
  store(prompt: PromptSegments): { readonly id: SegmentId; readonly added: readonly SegmentLine[] } {
    const { last } = this;
    let shared = 0;
    while (shared < prompt.length && prompt[shared] === last.prompt[shared]) shared++;
    const ids = last.ids.slice(0, shared);
    let after: SegmentId | null = ids.at(-1) ?? null;
    const added: SegmentLine[] = [];
    for (const text of prompt.slice(shared)) {
      if (text === '' && after !== null) {
        ids.push(after);
        continue;
      }
      const id: SegmentId = this.idAfter(after, text);
      if (!this.segments.has(id)) {
        const line: SegmentLine = { type: 'segment', id, after, text };
        this.segments.set(id, line);
        added.push(line);
      }
      ids.push(id);
      after = id;
    }
    this.last = { prompt, ids };
    return after === null ? this.store(['']) : { id: after, added };
  }

  private idAfter(after: SegmentId | null, text: string): SegmentId {
    let known = this.followers.get(after);
    if (known === undefined) {
      known = new Map();
      this.followers.set(after, known);
    }
    let id = known.get(text);
    if (id === undefined) {
      id = segmentId(after, text);
      known.set(text, id);
    }
    return id;
  }

  /** The segments of a stored prompt in order; undefined when one of them is missing. */
  load(id: SegmentId): PromptSegments | undefined {
    const texts: string[] = [];
    let next: SegmentId | null = id;
    while (next !== null) {
      const line = this.segments.get(next);
      if (line === undefined || texts.length > this.segments.size) return undefined;
      texts.push(line.text);
      next = line.after;
    }
    return texts.reverse();
  }
}
