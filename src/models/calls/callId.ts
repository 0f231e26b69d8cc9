import { createHash, type Hash } from 'node:crypto';
import type { CallId } from '../../lac/calls';
import type { ModelRequest, PromptSegments } from '../../lac/languageModel';

/** JSON with sorted keys and no white space, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields: Readonly<Record<string, unknown>> = { ...value };
    let text = '';
    for (const key of Object.keys(fields).sort()) {
      const field = fields[key];
      if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
    }
    return `{${text}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON`);
  return JSON.stringify(value);
}

/** The prompt that was hashed last, and the hash's state where earlier ones parted from theirs: there they often part again. */
interface HashedChain {
  prompt: PromptSegments;
  /** By number of segments, ascending; the first is the state before the prompt. A state is copied, never gone on with. */
  readonly states: { readonly segments: number; readonly hash: Hash }[];
}

/** What stands around the prompt in the canonical JSON of calls that ask the same of their prompts. */
interface Shell {
  readonly asked: ModelRequest;
  readonly before: string;
  readonly after: string;
}

/**
 * Call ids are the SHA-256 of what determines the answer: the weights, the text of the prompt (however it was put together),
 * what is asked of it, options, seed and ordinal. Neither the server nor the purpose is part of it. Remembers the last prompt
 * by what precedes it, for prompts of one decision begin alike.
 */
export class CallIds {
  /** Those used last, the latest first. */
  private readonly shells: Shell[] = [];
  private readonly chains = new Map<string, HashedChain>();

  constructor(private readonly modelDigest: string) {}

  idOf(request: ModelRequest): CallId {
    const { before, after } = this.shellOf(request);
    return this.hashed(before, request.prompt, after);
  }

  private shellOf(request: ModelRequest): Shell {
    const { shells } = this;
    const place = shells.findIndex(({ asked }) => askSame(asked, request));
    if (place === 0) return shells[0];
    const shell = place > 0 ? shells[place] : this.newShell(request);
    if (place > 0) shells.splice(place, 1);
    else if (shells.length >= mostShells) shells.pop();
    shells.unshift(shell);
    return shell;
  }

  private newShell(request: ModelRequest): Shell {
    // Canonical JSON has the prompt between the fields before and after it in the alphabet.
    const text = canonicalJson({ model: this.modelDigest, request: { ...request, prompt: '' } });
    const at = text.lastIndexOf(emptyPrompt) + emptyPrompt.length - 1;
    return { asked: { ...request, prompt: [] }, before: text.slice(0, at), after: text.slice(at) };
  }

  /** The hash of the fields before the prompt, the prompt itself and the fields after it. */
  private hashed(before: string, prompt: PromptSegments, after: string): CallId {
    let chain = this.chains.get(before);
    if (chain === undefined) {
      chain = { prompt: [], states: [{ segments: 0, hash: createHash('sha256').update(before) }] };
      if (this.chains.size >= mostChains) this.chains.clear();
      this.chains.set(before, chain);
    }
    const { states } = chain;
    let shared = 0;
    // The last segment is the slot, with which the next prompt hardly ever goes on.
    const most = prompt.length - 1;
    while (shared < most && prompt[shared] === chain.prompt[shared]) shared++;
    // A character may be split between two segments; only whole it has its proper escape.
    if (splitsCharacter(prompt, shared)) return ended(states[0].hash, prompt.join(''), after);
    while (states[states.length - 1].segments > shared) states.pop();
    let { segments, hash } = states[states.length - 1];
    if (segments < shared) {
      hash = hash.copy().update(escaped(joined(prompt, segments, shared)));
      segments = shared;
      states.push({ segments, hash });
    }
    chain.prompt = prompt;
    return ended(hash, joined(prompt, segments, prompt.length), after);
  }
}

const emptyPrompt = '"prompt":""';
const mostChains = 64;
const mostShells = 16;

/** A text as it stands in JSON, without the quotation marks. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The segments from one place to before another as one text. */
function joined(prompt: PromptSegments, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += prompt[i];
  return text;
}

/** The digest when a state goes on with a prompt's rest and what follows the prompt. */
function ended(state: Hash, rest: string, after: string): CallId {
  return state
    .copy()
    .update(escaped(rest) + after)
    .digest('hex');
}

/** Whether a segment from there on ends in the first half of a character that takes two code units. */
function splitsCharacter(prompt: PromptSegments, from: number): boolean {
  for (let i = from; i < prompt.length; i++) {
    const last = prompt[i].charCodeAt(prompt[i].length - 1);
    if (last >= 0xd800 && last <= 0xdbff) return true;
  }
  return false;
}

/** Whether two requests differ in nothing but their prompts; a list is the same only as the same object. */
function askSame<R extends ModelRequest>(a: R, b: R): boolean {
  for (const field in a) if (field !== 'prompt' && a[field] !== b[field]) return false;
  for (const field in b) if (!(field in a)) return false;
  return true;
}
