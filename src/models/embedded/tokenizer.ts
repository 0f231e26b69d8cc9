import { LacError } from '../../errors/lacError';
import { bytesOfEntry, characterOfByte } from './byteAlphabet';
import type { GgufFile, GgufValue } from './gguf';
import { Phrases } from './phrases';

/**
 * GPT-2's pre-tokeniser as llama.cpp has it (`gpt-2` in `src/llama-vocab.cpp`): contractions, runs of letters, of
 * numbers and of other characters with at most one blank before them, and white space, whose last character goes with
 * what follows. White space is Unicode's property, not JavaScript's `\s`, which differs in U+0085 and U+FEFF.
 */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** What a vocabulary entry is for (`tokenizer.ggml.token_type`). */
const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

const MAX_CACHED_WORDS = 20_000;
const MAX_CACHED_LENGTH = 64;

const utf8 = new TextEncoder();

interface Vocabulary {
  readonly entries: readonly string[];
  readonly kinds: Float64Array | undefined;
  /** Merge of two adjacent pieces, by `left right`, to its rank: the smaller goes first. */
  readonly ranks: ReadonlyMap<string, number>;
}

/** A candidate merge of the piece at `left` with its right neighbour. */
interface Merge {
  readonly rank: number;
  readonly left: number;
  /** Length of the two pieces when the merge was found; differs once one of them has changed. */
  readonly length: number;
}

/** A binary heap of merges: lowest rank first, then leftmost. */
class MergeQueue {
  private readonly heap: Merge[] = [];

  private static before(a: Merge, b: Merge): boolean {
    return a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
  }

  push(merge: Merge): void {
    const heap = this.heap;
    let at = heap.length;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !MergeQueue.before(merge, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = merge;
  }

  pop(): Merge | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const leftAt = 2 * at + 1;
      const left = heap[leftAt];
      if (left === undefined) break;
      const right = heap[leftAt + 1];
      const [child, childAt] =
        right !== undefined && MergeQueue.before(right, left) ? [right, leftAt + 1] : [left, leftAt];
      if (!MergeQueue.before(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
    return first;
  }
}

/** Byte-level BPE that gives the tokens llama.cpp gives, without parsing the text of special tokens. */
export class Tokenizer {
  /** Number of vocabulary entries. */
  readonly size: number;
  /** Begins every prompt where the model wants it; else undefined. */
  readonly begin: number | undefined;
  /** Tokens at which the model's text ends. */
  readonly ends: ReadonlySet<number>;

  private readonly ids = new Map<string, number>();
  private readonly bytes: readonly Uint8Array[];
  private readonly texts: readonly string[];
  /** The longest first. */
  private readonly userDefined: readonly { readonly entry: string; readonly id: number }[];
  private readonly phrases: Phrases;
  private readonly words = new Map<string, readonly number[]>();

  constructor(
    private readonly vocabulary: Vocabulary,
    special: { readonly begin: number | undefined; readonly ends: ReadonlySet<number> },
  ) {
    const { entries } = vocabulary;
    this.size = entries.length;
    this.begin = special.begin;
    this.ends = special.ends;
    entries.forEach((entry, id) => this.ids.set(entry, id));
    this.bytes = entries.map((entry, id) =>
      this.isControl(id) || this.kindOf(id) === USER_DEFINED ? utf8.encode(entry) : bytesOfEntry(entry),
    );
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.texts = this.bytes.map((bytes) => decoder.decode(bytes));
    this.userDefined = entries
      .map((entry, id) => ({ entry, id }))
      .filter(({ entry, id }) => this.kindOf(id) === USER_DEFINED && entry !== '')
      .sort((a, b) => utf8.encode(b.entry).length - utf8.encode(a.entry).length);
    this.phrases = new Phrases(this.userDefined.map(({ entry }) => entry));
  }

  /** True for control and unused entries, such as the end of a text; they stand for no text. */
  isControl(id: number): boolean {
    const kind = this.kindOf(id);
    return kind === CONTROL || kind === UNUSED;
  }

  /** UTF-8 bytes of one token; a control token's are those of its name. They may end inside a character. */
  bytesOf(id: number): Uint8Array {
    const bytes = this.bytes[id];
    if (bytes === undefined) throw new RangeError(`token ${id} of ${this.size}`);
    return bytes;
  }

  /** One token as text on its own, U+FFFD where its bytes are no whole characters. */
  textOf(id: number): string {
    const text = this.texts[id];
    if (text === undefined) throw new RangeError(`token ${id} of ${this.size}`);
    return text;
  }

  /** Tokens of a text; special tokens' names in it are plain text, and no begin token is added. */
  tokenize(text: string): number[] {
    const tokens: number[] = [];
    for (const part of this.splitAtUserDefined(text)) {
      if (typeof part === 'number') {
        tokens.push(part);
        continue;
      }
      for (const [word] of part.matchAll(WORDS)) {
        for (const token of this.tokensOfWord(word)) tokens.push(token);
      }
    }
    return tokens;
  }

  private kindOf(id: number): number {
    return this.vocabulary.kinds?.[id] ?? NORMAL;
  }

  /**
   * llama.cpp recognises user-defined tokens in plain text too, the longest first, each from left to right in what the
   * longer ones left. Taken characters are marked instead of cutting the text up, so that hundreds of phrases stay cheap.
   */
  private splitAtUserDefined(text: string): (string | number)[] {
    // Rank and start of each match in one number, so that sorting puts the longest phrases first.
    const matches: number[] = [];
    for (let start = 0; start < text.length; start++) {
      this.phrases.at(text, start, (rank) => matches.push(rank * text.length + start));
    }
    matches.sort((a, b) => a - b);
    const found: { readonly start: number; readonly end: number; readonly id: number }[] = [];
    const taken = new Uint8Array(text.length);
    for (const match of matches) {
      const start = match % text.length;
      const phrase = this.userDefined[(match - start) / text.length];
      if (phrase === undefined) continue;
      const end = start + phrase.entry.length;
      if (taken.subarray(start, end).includes(1)) continue;
      taken.fill(1, start, end);
      found.push({ start, end, id: phrase.id });
    }
    found.sort((a, b) => a.start - b.start);
    const parts: (string | number)[] = [];
    let at = 0;
    for (const { start, end, id } of found) {
      if (start > at) parts.push(text.slice(at, start));
      parts.push(id);
      at = end;
    }
    if (at < text.length) parts.push(text.slice(at));
    return parts;
  }

  private tokensOfWord(word: string): readonly number[] {
    const cached = this.words.get(word);
    if (cached !== undefined) return cached;
    const tokens = this.merge(Array.from(utf8.encode(word), (byte) => characterOfByte[byte] ?? ''));
    if (word.length <= MAX_CACHED_LENGTH) {
      if (this.words.size >= MAX_CACHED_WORDS) this.words.clear();
      this.words.set(word, tokens);
    }
    return tokens;
  }

  /** Joins pieces by the merges' ranks, over a linked list so that long words stay cheap. */
  private merge(pieces: string[]): readonly number[] {
    const next = pieces.map((_, i) => i + 1);
    const previous = pieces.map((_, i) => i - 1);
    const queue = new MergeQueue();
    const consider = (left: number): void => {
      const a = pieces[left];
      const b = pieces[next[left] ?? pieces.length];
      if (a === undefined || b === undefined) return;
      const rank = this.vocabulary.ranks.get(`${a} ${b}`);
      if (rank !== undefined) queue.push({ rank, left, length: a.length + b.length });
    };
    for (let i = 0; i + 1 < pieces.length; i++) consider(i);
    for (let merge = queue.pop(); merge !== undefined; merge = queue.pop()) {
      const { left, length, rank } = merge;
      const right = next[left] ?? pieces.length;
      const a = pieces[left];
      const b = pieces[right];
      if (a === undefined || b === undefined || a === '' || b === '' || a.length + b.length !== length) continue;
      if (this.vocabulary.ranks.get(`${a} ${b}`) !== rank) continue;
      pieces[left] = a + b;
      pieces[right] = '';
      const after = next[right] ?? pieces.length;
      next[left] = after;
      if (after < pieces.length) previous[after] = left;
      const before = previous[left] ?? -1;
      if (before >= 0) consider(before);
      consider(left);
    }
    const tokens: number[] = [];
    for (let at = 0; at < pieces.length; at = next[at] ?? pieces.length) {
      const piece = pieces[at] ?? '';
      const id = this.ids.get(piece);
      if (id !== undefined) {
        tokens.push(id);
        continue;
      }
      for (const character of piece) {
        const byte = this.ids.get(character);
        if (byte !== undefined) tokens.push(byte);
      }
    }
    return tokens;
  }
}

function tokenId(value: GgufValue | undefined, size: number, key: string, file: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= size) {
    throw new LacError('embedded.corrupt', { file, field: key, reason: `it is no token of the ${size}` });
  }
  return value;
}

/** Names of control tokens that end a text whatever the metadata says, as in llama.cpp. */
const END_NAMES: ReadonlySet<string> = new Set(['<|endoftext|>', '<|im_end|>', '<|eot_id|>', '<|end|>', '<|eos|>']);

/**
 * The tokeniser that a GGUF file describes.
 * @throws LacError `embedded.unsupported` for another kind of tokeniser, `embedded.corrupt` for missing or wrong parts.
 */
export function readTokenizer({ metadata }: GgufFile, file: string): Tokenizer {
  const demand = (key: string, expected: string): void => {
    const found = metadata.get(key);
    if (found === expected) return;
    throw new LacError('embedded.unsupported', {
      file,
      field: key,
      found: typeof found === 'string' ? `"${found}"` : found === undefined ? 'absent' : 'no text',
      supported: `"${expected}"`,
    });
  };
  demand('tokenizer.ggml.model', 'gpt2');
  demand('tokenizer.ggml.pre', 'gpt-2');

  const strings = (key: string): readonly string[] => {
    const value = metadata.get(key);
    if (typeof value === 'object' && !(value instanceof Float64Array)) return value;
    throw new LacError('embedded.corrupt', { file, field: key, reason: 'it is no list of texts' });
  };
  const entries = strings('tokenizer.ggml.tokens');
  const merges = strings('tokenizer.ggml.merges');
  if (entries.length === 0) {
    throw new LacError('embedded.corrupt', { file, field: 'tokenizer.ggml.tokens', reason: 'it is empty' });
  }
  const ranks = new Map<string, number>();
  merges.forEach((merge, rank) => {
    const blank = merge.indexOf(' ', 1);
    if (blank < 1 || blank === merge.length - 1) {
      throw new LacError('embedded.corrupt', {
        file,
        field: `tokenizer.ggml.merges[${rank}]`,
        reason: 'it is no pair of texts with a blank between them',
      });
    }
    if (!ranks.has(merge)) ranks.set(merge, rank);
  });

  const kinds = metadata.get('tokenizer.ggml.token_type');
  if (kinds !== undefined && !(kinds instanceof Float64Array && kinds.length === entries.length)) {
    throw new LacError('embedded.corrupt', {
      file,
      field: 'tokenizer.ggml.token_type',
      reason: `it is no list of ${entries.length} numbers`,
    });
  }
  const id = (key: string): number | undefined => tokenId(metadata.get(key), entries.length, key, file);
  const begin = id('tokenizer.ggml.bos_token_id');
  const ends = new Set<number>();
  for (const key of ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id']) {
    const end = id(key);
    if (end !== undefined) ends.add(end);
  }
  entries.forEach((entry, at) => {
    if (kinds?.[at] === CONTROL && END_NAMES.has(entry)) ends.add(at);
  });
  const addBegin = metadata.get('tokenizer.ggml.add_bos_token') === true;
  return new Tokenizer({ entries, kinds, ranks }, { begin: addBegin ? begin : undefined, ends });
}
