import { createHash } from 'node:crypto';
import type { Called, CallHooks, CallPurpose, ModelCalls } from '../../src/lac/calls';
import { readLabels } from '../../src/lac/labels';
import type {
  AnswerTo,
  Generation,
  ModelAnswer,
  ModelCapabilities,
  ModelDescription,
  ModelRequest,
  ScoredToken,
  TokenProbability,
} from '../../src/lac/languageModel';
import { seededRandom, type Random } from '../../src/lac/random';
import type { Prompter, PromptRequest, RenderedPrompt, TranscriptStep } from '../../src/lac/transcript';

/** A next-token distribution, in no particular order. */
export type Distribution = readonly (readonly [token: string, probability: number])[];

/** The whole model: what comes after a text. */
export type Language = (text: string) => Distribution;

const verdictLead = 'This step is';

/** One line a step, each with a marker of one sign. */
export const plainPrompter: Prompter = {
  verdictLead,
  render(request: PromptRequest): RenderedPrompt {
    const { transcript } = request;
    const step = ({ thoughts, action, observation, reflection, reward }: TranscriptStep): string =>
      [
        ...thoughts.map((thought) => `> ${thought}\n< OK.\n`),
        `> ${action}\n`,
        observation === null ? '' : `< ${observation}\n`,
        reward === undefined ? '' : `$ ${reward}\n`,
        reflection === null ? '' : `# ${reflection}\n`,
      ].join('');
    const marker = {
      action: '>',
      observation: '<',
      reflection: '#',
      verdict: '#',
      probability: '%',
      reward: '$',
      subgoal: '@',
      satisfied: '&',
    }[request.slot];
    return {
      segments: [
        `! ${transcript.goal}\n< ${transcript.firstObservation}\n`,
        ...transcript.steps.map(step),
        ...transcript.thoughts.map((thought) => `> ${thought}\n< OK.\n`),
        ...request.imagined.map(step),
        ...(request.subgoals ?? []).map((goal) => `@ ${goal}\n`),
        marker + request.prefix,
      ].filter((segment) => segment !== ''),
    };
  },
};

/** Pseudo-random weights in (0, 1), the same for the same text. */
function weight(text: string, token: string): number {
  return (createHash('sha256').update(`${text}|${token}`).digest().readUInt32BE(0) + 1) / 2 ** 32;
}

function normalized(entries: readonly (readonly [string, number])[]): Distribution {
  const total = entries.reduce((sum, [, w]) => sum + w, 0);
  return entries.map(([token, w]) => [token, w / total]);
}

/**
 * A small language: up to three words a line for actions and observations, reflections that mostly end in a verdict, and
 * numbers where numbers are asked for. Every distribution depends on the whole text before it.
 */
export const language: Language = (text) => {
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const marker = line.charAt(0);
  const rest = line.slice(1);
  const words = rest.split(' ').filter((word) => word !== '');
  const random = (tokens: readonly string[]): Distribution =>
    normalized(tokens.map((token) => [token, weight(text, token) ** 3]));
  switch (marker) {
    case '>':
    case '<':
      if (words.length === 0) return random([' go', ' open', ' take', ' look']);
      return words.length >= 3 ? [['\n', 1]] : random([' door', ' key', ' ball', '\n']);
    case '#':
      if (rest === '') return random([' Seen.', ' Hm.', ` ${verdictLead}`]);
      if (rest.endsWith(verdictLead)) return random([' GOOD', ' BAD', ' UNKNOWN', ' here']);
      if (/(GOOD|BAD|UNKNOWN|here)$/u.test(rest)) return [['.', 1]];
      if (/(GOOD|BAD|UNKNOWN|here)\.$/u.test(rest)) return [['\n', 1]];
      return rest.endsWith('Hm.') ? random([` ${verdictLead}`, '\n']) : [[` ${verdictLead}`, 1]];
    case '%':
      return rest === '' ? random([' 0.2', ' 0.5', ' 0.9', ' maybe']) : [['\n', 1]];
    case '$':
      return rest === '' ? random([' 0', ' 1']) : [['\n', 1]];
    case '@':
      return rest === '' ? random([' find', ' reach', ' lift', ' carry', ' see']) : [['\n', 1]];
    case '&':
      return rest === '' ? random([' 0', ' 1', ' 2']) : [['\n', 1]];
    default:
      throw new Error(`no line of this language: ${line}`);
  }
};

export interface AskRecord {
  readonly purpose: CallPurpose;
  readonly request: ModelRequest;
  readonly prompt: string;
  readonly id: string;
  readonly reused: boolean;
}

export interface TinyOptions {
  readonly language?: Language;
  readonly parallel?: number;
  readonly capabilities?: Partial<ModelCapabilities>;
  /** Draws the order in which answers come; absent: at once. */
  readonly order?: Random;
  /** Called before each answer, with its number from 0. */
  readonly onAsk?: (count: number) => void;
}

/** A finite language model behind a call log by content: exact log-probabilities, answers in any order. */
export class TinyCalls implements ModelCalls {
  readonly asked: AskRecord[] = [];
  /** Calls under way. */
  underWay = 0;
  mostUnderWay = 0;
  readonly parallel: number;
  readonly model: ModelDescription;
  readonly #language: Language;
  readonly #order: Random | undefined;
  readonly #onAsk: (count: number) => void;
  readonly #log = new Map<string, ModelAnswer>();
  readonly #waiting: (() => void)[] = [];

  constructor({ language: own = language, parallel = 1, capabilities = {}, order, onAsk }: TinyOptions = {}) {
    this.#language = own;
    this.#order = order;
    this.#onAsk = onAsk ?? (() => undefined);
    this.parallel = parallel;
    this.model = {
      backend: 'embedded',
      name: 'tiny',
      digest: 'tiny',
      contextLength: null,
      capabilities: { distribution: 'top', top: 20, scores: 'exact', ...capabilities },
      parameterSize: null,
      quantization: null,
    };
  }

  async ask<R extends ModelRequest>(request: R, purpose: CallPurpose, hooks: CallHooks): Promise<Called<AnswerTo<R>>> {
    hooks.signal.throwIfAborted();
    const prompt = request.prompt.join('');
    // A kind of proof that prompts never end in white space, as servers tokenise it in another way.
    if (/\s$/u.test(prompt)) throw new Error(`prompt ends in white space: ${JSON.stringify(prompt.slice(-20))}`);
    const id = createHash('sha256')
      .update(JSON.stringify({ ...request, prompt }))
      .digest('hex');
    const known = this.#log.get(id);
    this.#onAsk(this.asked.length);
    this.asked.push({ purpose, request, prompt, id, reused: known !== undefined });
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      if (this.#order !== undefined) await this.#turn(this.#order, hooks.signal);
      hooks.signal.throwIfAborted();
    } finally {
      this.underWay--;
    }
    const answer = known ?? this.#answer(request, prompt);
    this.#log.set(id, answer);
    return { call: id, answer: answer as AnswerTo<R>, reused: known !== undefined };
  }

  /** Waits until a drawn order lets this call answer; an abort is answered at once. */
  #turn(order: Random, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      setImmediate(() => {
        const [next] = this.#waiting.splice(Math.floor(order.next() * this.#waiting.length), 1);
        next();
      });
    });
  }

  #top(text: string): TokenProbability[] {
    return [...this.#language(text)]
      .map(([token, p]) => ({ token, logprob: Math.log(p) }))
      .sort((a, b) => b.logprob - a.logprob || (a.token < b.token ? -1 : 1));
  }

  #answer(request: ModelRequest, prompt: string): ModelAnswer {
    const usage = { promptTokens: 0, generatedTokens: 0 };
    const { distribution, top: shown } = this.model.capabilities;
    switch (request.kind) {
      case 'next': {
        const all = this.#top(prompt);
        const complete = distribution === 'full';
        const top = all.slice(0, shown);
        return { kind: 'next', labels: readLabels(complete ? all : top, request.labels, { complete }), top, usage };
      }
      case 'score': {
        const tokens: ScoredToken[] = [];
        let text = prompt;
        let rest = request.continuation;
        while (rest !== '') {
          const found = this.#top(text).find(({ token }) => rest.startsWith(token));
          // What the language cannot say is very unlikely, a character at a time.
          const { token, logprob } = found ?? { token: rest.charAt(0), logprob: -20 };
          tokens.push({ token, logprob, top: [] });
          text += token;
          rest = rest.slice(token.length);
        }
        const logprob = tokens.reduce((sum, token) => sum + (token.logprob ?? 0), 0);
        return { kind: 'score', tokens, logprob, score: 'exact', usage };
      }
      case 'generate': {
        const random = request.seed === null ? null : seededRandom(request.seed);
        const tokens: ScoredToken[] = [];
        let text = '';
        let end: Generation['end'] = 'length';
        while (tokens.length < request.maxTokens) {
          const all = this.#top(prompt + text);
          const { token, logprob } = random === null ? all[0] : draw(all, request.temperature, random);
          const cut = token.indexOf('\n');
          if (cut < 0 || request.terminator === 'scored') {
            tokens.push({ token, logprob, top: all.slice(0, request.top) });
          }
          if (cut >= 0) {
            text += token.slice(0, cut);
            end = 'newline';
            break;
          }
          text += token;
        }
        return { kind: 'generate', text, tokens, end, score: 'exact', usage };
      }
    }
  }
}

function draw(all: readonly TokenProbability[], temperature: number, random: Random): TokenProbability {
  const weights = all.map(({ logprob }) => Math.exp(logprob / temperature));
  let left = random.next() * weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < all.length; i++) {
    left -= weights[i];
    if (left < 0) return all[i];
  }
  return all[all.length - 1];
}

/** Every line that the language can write after a prompt, by its tokens. */
export function allDeviations(
  own: Language,
  prompt: string,
): { readonly line: string; readonly prefix: string; readonly logprob: number }[] {
  const found: { line: string; prefix: string; logprob: number }[] = [];
  const greedyToken = (text: string): string =>
    [...own(text)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0];
  const finish = (text: string): string => {
    let whole = text;
    while (!whole.includes('\n')) whole += greedyToken(prompt + whole);
    return whole;
  };
  const walk = (text: string, logprob: number): void => {
    if (text.includes('\n')) return;
    const best = greedyToken(prompt + text);
    for (const [token, p] of own(prompt + text)) {
      if (token !== best) {
        found.push({ line: finish(text + token), prefix: text + token, logprob: logprob + Math.log(p) });
      }
      walk(text + token, logprob + Math.log(p));
    }
  };
  found.push({ line: finish(''), prefix: '', logprob: 0 });
  walk('', 0);
  return found;
}
