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

/**
 * A prompt's segments but the last, and the hash's state after some of them, so that the next prompt's shared beginning is
 * not hashed again.
 */
interface HashedChain {
  texts: PromptSegments;
  /** By number of segments, ascending; the first is the state before the prompt. */
  readonly states: { readonly segments: number; readonly hash: Hash }[];
}

/** What stands around the prompt in the canonical JSON of a call. */
interface Shell {
  readonly before: string;
  readonly after: string;
}

/**
 * Call ids are the SHA-256 of what determines the answer: the weights, the text of the prompt (however it was put together),
 * what is asked of it, options, seed and ordinal. Neither the server nor the purpose is part of it. Remembers the last prompt
 * by what precedes it, for prompts of one decision begin alike.
 */
export class CallIds {
  private readonly shells = new Map<string, Shell>();
  private readonly chains = new Map<string, HashedChain>();

  constructor(private readonly modelDigest: string) {}

  idOf(request: ModelRequest): CallId {
    const { before, after } = this.shellOf(request);
    return this.afterPrompt(before, request.prompt).update(after).digest('hex');
  }

  private shellOf(request: ModelRequest): Shell {
    const asked = { ...request, prompt: '' };
    const key = JSON.stringify(asked);
    let shell = this.shells.get(key);
    if (shell === undefined) {
      // Canonical JSON has the prompt between the fields before and after it in the alphabet.
      const text = canonicalJson({ model: this.modelDigest, request: asked });
      const at = text.lastIndexOf(emptyPrompt) + emptyPrompt.length - 1;
      shell = { before: text.slice(0, at), after: text.slice(at) };
      if (this.shells.size >= mostShells) this.shells.clear();
      this.shells.set(key, shell);
    }
    return shell;
  }

  /** The hash's state after the fields before the prompt and the prompt itself. */
  private afterPrompt(before: string, prompt: PromptSegments): Hash {
    let chain = this.chains.get(before);
    if (chain === undefined) {
      chain = { texts: [], states: [{ segments: 0, hash: createHash('sha256').update(before) }] };
      if (this.chains.size >= mostChains) this.chains.clear();
      this.chains.set(before, chain);
    }
    let shared = 0;
    // The last segment is the slot, with which the next prompt hardly ever goes on.
    const kept = prompt.length - 1;
    while (shared < kept && prompt[shared] === chain.texts[shared]) shared++;
    // A character may be split between two segments; only whole it has its proper escape.
    const split = prompt.some((text, i) => i >= shared && endsSplit(text));
    if (split) return chain.states[0].hash.copy().update(escaped(prompt.join('')));
    const { states } = chain;
    while (states[states.length - 1].segments > shared) states.pop();
    // Where prompts part they often part again, and where this one ends the next may go on.
    this.keep(states, prompt, shared);
    this.keep(states, prompt, kept);
    chain.texts = prompt;
    return states[states.length - 1].hash.copy().update(escaped(prompt[kept] ?? ''));
  }

  /** Sees to it that the last state is that after so many segments. */
  private keep(states: HashedChain['states'], prompt: PromptSegments, segments: number): void {
    const last = states[states.length - 1];
    if (last.segments >= segments) return;
    const hash = last.hash.copy();
    hash.update(escaped(prompt.slice(last.segments, segments).join('')));
    states.push({ segments, hash });
  }
}

const emptyPrompt = '"prompt":""';
const mostChains = 64;
const mostShells = 256;

/** A text as it stands in JSON, without the quotation marks. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Whether a text ends in the first half of a character that takes two code units. */
function endsSplit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/** The id of one call; see `CallIds`. */
export function callId(modelDigest: string, request: ModelRequest): CallId {
  return new CallIds(modelDigest).idOf(request);
}
