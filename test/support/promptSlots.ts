import type {
  CallOptions,
  GenerateRequest,
  LanguageModel,
  ModelAnswer,
  ModelDescription,
  ModelRequest,
  NextRequest,
  ScoreRequest,
} from '../../src/lac/languageModel';

/** Words with the blank before them, and line ends: near enough to tokens to count prefixes. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/ ?[^\s]+|\s/g) ?? [];
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** Every text that was ever evaluated or written: a cache without end, in which nothing is evaluated twice. */
export class PromptTrie {
  private readonly root: Branches = new Map();

  /** Adds a text; returns how many of its words were new. */
  add(words: readonly string[]): number {
    let node = this.root;
    let added = 0;
    for (const word of words) {
      let next = node.get(word);
      if (next === undefined) {
        next = new Map();
        node.set(word, next);
        added++;
      }
      node = next;
    }
    return added;
  }
}

type Branches = Map<string, Branches>;

/** Words, summed over requests. */
export interface SlotCounts {
  readonly sent: number;
  /** Prompt words that were evaluated, in all slots. */
  readonly evaluated: number;
  /** Words that the model wrote, or was made to write. */
  readonly written: number;
  /** Words that were new to a cache without end, evaluated or written. */
  readonly trie: number;
}

interface Slot {
  words: readonly string[];
  busy: boolean;
  usedAt: number;
}

/** A call as a server sees it. */
export interface SeenCall {
  readonly prompt: string;
  readonly output: string;
}

/**
 * A model behind a server with slots that each keep their last prompt and output, as llama-server does: a request goes to
 * the free slot that holds most of its prompt, and evaluates the rest. Counts what is evaluated, beside what a cache
 * without end would have left to evaluate.
 */
export class SlottedModel implements LanguageModel {
  readonly description: ModelDescription;
  private readonly counted = { sent: 0, evaluated: 0, written: 0, trie: 0 };
  private readonly slots: readonly Slot[];
  private readonly trie = new PromptTrie();
  private clock = 0;

  constructor(
    private readonly model: LanguageModel,
    slots: number,
  ) {
    this.description = model.description;
    this.slots = Array.from({ length: slots }, () => ({ words: [], busy: false, usedAt: 0 }));
  }

  /** What was counted so far. */
  get counts(): SlotCounts {
    return { ...this.counted };
  }

  generate(request: GenerateRequest, options: CallOptions) {
    return this.through(request, () => this.model.generate(request, options));
  }

  next(request: NextRequest, options: CallOptions) {
    return this.through(request, () => this.model.next(request, options));
  }

  score(request: ScoreRequest, options: CallOptions) {
    return this.through(request, () => this.model.score(request, options));
  }

  dispose(): Promise<void> {
    return this.model.dispose();
  }

  private async through<A extends ModelAnswer>(request: ModelRequest, ask: () => Promise<A>): Promise<A> {
    const prompt = request.prompt.join('');
    const words = wordsOf(prompt);
    const free = this.slots.filter((slot) => !slot.busy);
    if (free.length === 0) throw new Error('more requests at once than the server has slots');
    const slot = free.reduce((best, other) => {
      const more = commonLength(words, other.words) - commonLength(words, best.words);
      return more > 0 || (more === 0 && other.usedAt < best.usedAt) ? other : best;
    });
    this.counted.sent += words.length;
    this.counted.evaluated += words.length - commonLength(words, slot.words);
    this.counted.trie += this.trie.add(words);
    slot.busy = true;
    slot.usedAt = ++this.clock;
    slot.words = words;
    try {
      const answer = await ask();
      slot.words = wordsOf(prompt + outputOf(request, answer));
      const written = this.trie.add(slot.words);
      // A token that is only read was computed with the prompt's last one.
      if (request.kind !== 'next') this.counted.written += slot.words.length - words.length;
      this.counted.trie += written;
      return answer;
    } finally {
      slot.busy = false;
    }
  }
}

/** What one slot evaluates of prompts in a given order. */
export function evaluatedInOrder(calls: readonly SeenCall[]): number {
  let held: readonly string[] = [];
  let evaluated = 0;
  for (const { prompt, output } of calls) {
    const words = wordsOf(prompt);
    evaluated += words.length - commonLength(words, held);
    held = wordsOf(prompt + output);
  }
  return evaluated;
}

/** What a call leaves behind its prompt in the slot: the line that was written, the token that was read, the text that was scored. */
export function outputOf(request: ModelRequest, answer: ModelAnswer): string {
  if (request.kind === 'score') return request.continuation;
  switch (answer.kind) {
    case 'generate':
      return answer.text;
    case 'next':
      return answer.top.at(0)?.token ?? '';
    case 'score':
      return '';
  }
}
