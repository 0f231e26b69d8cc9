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
 * A prompt's segments but the last, and the hash's state before and after each, so that the next prompt's shared beginning
 * is not hashed again.
 */
interface HashedChain {
  readonly texts: string[];
  readonly states: Hash[];
}

/**
 * Call ids are the SHA-256 of what determines the answer: the weights, the text of the prompt (however it was put together),
 * what is asked of it, options, seed and ordinal. Neither the server nor the purpose is part of it. Remembers the last prompt
 * by what precedes it, for prompts of one decision begin alike.
 */
export class CallIds {
  private readonly chains = new Map<string, HashedChain>();

  constructor(private readonly modelDigest: string) {}

  idOf(request: ModelRequest): CallId {
    // Canonical JSON has the prompt between the fields before and after it in the alphabet.
    const shell = canonicalJson({ model: this.modelDigest, request: { ...request, prompt: '' } });
    const at = shell.lastIndexOf(emptyPrompt) + emptyPrompt.length - 1;
    const hash = this.afterPrompt(shell.slice(0, at), request.prompt);
    return hash.update(shell.slice(at)).digest('hex');
  }

  /** The hash's state after the fields before the prompt and the prompt itself. */
  private afterPrompt(before: string, prompt: PromptSegments): Hash {
    // A character may be split between two segments; only whole it has its proper escape.
    const texts = prompt.some(endsSplit) ? [prompt.join('')] : prompt;
    let chain = this.chains.get(before);
    if (chain === undefined) {
      chain = { texts: [], states: [createHash('sha256').update(before)] };
      if (this.chains.size >= mostChains) this.chains.clear();
      this.chains.set(before, chain);
    }
    let shared = 0;
    while (shared < texts.length - 1 && texts[shared] === chain.texts[shared]) shared++;
    chain.texts.length = shared;
    chain.states.length = shared + 1;
    for (const text of texts.slice(shared, -1)) {
      chain.states.push(chain.states[chain.states.length - 1].copy().update(escaped(text)));
      chain.texts.push(text);
    }
    // The last segment is the slot, with which the next prompt hardly ever goes on.
    return chain.states[chain.states.length - 1].copy().update(escaped(texts.at(-1) ?? ''));
  }
}

const emptyPrompt = '"prompt":""';
const mostChains = 64;

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
