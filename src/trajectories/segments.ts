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

/** What follows a segment: hardly ever more than one text. */
interface Followers {
  readonly text: string;
  readonly id: SegmentId;
  others: Map<string, SegmentId> | null;
}

/** The prompt texts of a journal as the tree in which they are stored. */
export class SegmentStore {
  private readonly segments = new Map<SegmentId, SegmentLine>();
  /** Ids by the segment before (null at the beginning) and the text, so that known text is not hashed again. */
  private readonly followers = new Map<SegmentId | null, Followers>();
  /** The prompt stored last and the id of each of its segments: the next one mostly begins alike. */
  private lastPrompt: PromptSegments = [];
  private readonly lastIds: SegmentId[] = [];

  /** Takes a recorded segment. */
  add(line: SegmentLine): void {
    this.segments.set(line.id, line);
  }

  /** The id of a prompt, and the lines to write for what was not stored yet. */
  store(prompt: PromptSegments): { readonly id: SegmentId; readonly added: readonly SegmentLine[] } {
    const { lastPrompt: last, lastIds: ids } = this;
    let shared = 0;
    while (shared < prompt.length && prompt[shared] === last[shared]) shared++;
    ids.length = shared;
    let after: SegmentId | null = ids.at(-1) ?? null;
    const added: SegmentLine[] = [];
    for (let i = shared; i < prompt.length; i++) {
      const text = prompt[i];
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
    this.lastPrompt = prompt;
    return after === null ? this.store(['']) : { id: after, added };
  }

  private idAfter(after: SegmentId | null, text: string): SegmentId {
    const known = this.followers.get(after);
    if (known?.text === text) return known.id;
    const other = known?.others?.get(text);
    if (other !== undefined) return other;
    const id = segmentId(after, text);
    if (known === undefined) this.followers.set(after, { text, id, others: null });
    else (known.others ??= new Map()).set(text, id);
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
