import { hash } from 'node:crypto';
import type { PromptSegments } from '../lac/languageModel';
import type { SegmentId, SegmentLine } from './schema';

/** The id of a segment that follows `after`. */
export function segmentId(after: SegmentId | null, text: string): SegmentId {
  return hash('sha256', `${after ?? ''}\u0000${text}`).slice(0, 16);
}

/** A place in the tree of segments, and what follows there: hardly ever more than one text. */
class Place {
  private only: Place | null = null;
  private others: Map<string, Place> | null = null;
  /** Whether the journal is known to hold this segment. */
  stored = false;

  /** `text` leads here; `id` is null at the beginning. */
  constructor(
    private readonly text: string,
    readonly id: SegmentId | null,
  ) {}

  /** The place behind a text, so that known text is not hashed again. */
  after(text: string): Place {
    if (this.only?.text === text) return this.only;
    const known = this.others?.get(text);
    if (known !== undefined) return known;
    const place = new Place(text, segmentId(this.id, text));
    if (this.only === null) this.only = place;
    else (this.others ??= new Map()).set(text, place);
    return place;
  }
}

/** The prompt texts of a journal as the tree in which they are stored. */
export class SegmentStore {
  private readonly segments = new Map<SegmentId, SegmentLine>();
  private readonly beginning = new Place('', null);
  /** The prompt stored last and the place behind each of its segments: the next one mostly begins alike. */
  private lastPrompt: PromptSegments = [];
  private readonly lastPlaces: Place[] = [];

  /** `recorded` finds segments of a journal that is not in memory. */
  constructor(private readonly recorded: (id: SegmentId) => SegmentLine | undefined = () => undefined) {}

  /** Takes a recorded segment. */
  add(line: SegmentLine): void {
    this.segments.set(line.id, line);
  }

  /** The id of a prompt, and the lines to write for what was not stored yet. */
  store(prompt: PromptSegments): { readonly id: SegmentId; readonly added: readonly SegmentLine[] } {
    const { lastPrompt: last, lastPlaces: places } = this;
    let shared = 0;
    while (shared < prompt.length && prompt[shared] === last[shared]) shared++;
    places.length = shared;
    let place = places.at(-1) ?? this.beginning;
    const added: SegmentLine[] = [];
    for (let i = shared; i < prompt.length; i++) {
      const text = prompt[i];
      if (text !== '' || place.id === null) {
        const after = place.id;
        place = place.after(text);
        const { id } = place;
        if (!place.stored && id !== null && this.find(id) === undefined) {
          const line: SegmentLine = { type: 'segment', id, after, text };
          this.segments.set(id, line);
          added.push(line);
        }
        place.stored = true;
      }
      places.push(place);
    }
    this.lastPrompt = prompt;
    return place.id === null ? this.store(['']) : { id: place.id, added };
  }

  /** The segments of a stored prompt in order; undefined when one of them is missing. */
  load(id: SegmentId): PromptSegments | undefined {
    const texts: string[] = [];
    const passed = new Set<SegmentId>();
    let next: SegmentId | null = id;
    while (next !== null) {
      const line = this.find(next);
      if (line === undefined || passed.has(next)) return undefined;
      passed.add(next);
      texts.push(line.text);
      next = line.after;
    }
    return texts.reverse();
  }

  private find(id: SegmentId): SegmentLine | undefined {
    return this.segments.get(id) ?? this.recorded(id);
  }
}
