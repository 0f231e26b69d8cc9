import type { Ollama } from 'ollama';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import type { ChatWrap } from '../../lac/languageModel';
import { ConnectionFailure, publicUrl, UnexpectedAnswer } from '../http/send';
import { knownTranscript } from '../knownTranscript';
import { StreamComplaint, toModelError, type FailedCallContext } from '../serverFailure';
import { ollamaClient } from './client';
import { field, listField, numberField, textField } from '../wireFields';

/** A model as an Ollama server lists it. */
export interface ListedModel {
  readonly name: string;
  readonly digest: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly parameterSize: string | null;
  readonly quantization: string | null;
  /** `completion`, `thinking`, `vision`, ...; empty where the server does not say. */
  readonly capabilities: readonly string[];
  /** Most tokens that the model was trained for. */
  readonly contextLength: number | null;
  /** The one text that the model knows; undefined for models of any text. */
  readonly transcript: string | undefined;
  /** True where the server only passes requests on to a cloud; such models report no log-probabilities. */
  readonly remote: boolean;
  /** null when it is not in memory now. */
  readonly loaded: LoadedModel | null;
}

export interface LoadedModel {
  /** Share of the model that is in the GPU's memory, 0 to 1. */
  readonly gpuShare: number;
  /** Context that it was loaded with. */
  readonly contextLength: number | null;
}

export interface PullProgress {
  /** What the server is doing, in its words. */
  readonly status: string;
  /** Bytes of the part that is being downloaded; null where the server does not say. */
  readonly completed: number | null;
  readonly total: number | null;
}

/** `qwen3` means `qwen3:latest`. */
export function fullName(model: string): string {
  return /:[^/]+$/.test(model) ? model : `${model}:latest`;
}

/** Everything of an Ollama server but its answers to prompts. */
export class OllamaServer {
  /** Without credentials. */
  readonly name: string;

  constructor(
    private readonly url: string,
    /** For a server behind a gate, sent as a bearer token and nowhere written down; null where none is needed. */
    private readonly key: string | null = null,
    /** For the message when access is denied: where the key comes from. */
    private readonly keySource = 'write user and password into the url, or name a variable in "keyVariable"',
  ) {
    this.name = publicUrl(url);
  }

  /** Runs one request; what it throws is for the user. */
  async request<T>(
    model: string,
    signal: AbortSignal,
    ask: (client: Ollama) => Promise<T>,
    details: { readonly tokens?: () => number; readonly context?: number } = {},
  ): Promise<T> {
    try {
      return await ask(ollamaClient(this.url, this.key, signal));
    } catch (error) {
      const call: FailedCallContext = {
        url: this.name,
        model,
        backend: 'ollama',
        tokens: details.tokens?.() ?? 0,
        context: details.context ?? null,
        key: this.keySource,
        known: async () => (await this.tags(signal)).map((entry) => textField(entry, 'name') ?? ''),
      };
      throw await toModelError(error, call);
    }
  }

  async version(signal: AbortSignal): Promise<string> {
    const answer = await this.request('', signal, (client) => client.version());
    const version = textField(answer, 'version');
    if (version === null) throw this.unexpected('a version', answer);
    return version;
  }

  private async tags(signal: AbortSignal): Promise<readonly unknown[]> {
    return listField(await this.request('', signal, (client) => client.list()), 'models');
  }

  /** The models that are there, with what the server tells of each. */
  async list(signal: AbortSignal): Promise<readonly ListedModel[]> {
    const [tags, loaded] = [await this.tags(signal), await this.loaded(signal)];
    const models: ListedModel[] = [];
    for (const entry of tags) {
      const name = textField(entry, 'name') ?? textField(entry, 'model');
      if (name === null) continue;
      models.push(await this.describe(name, entry, loaded.get(name) ?? null, signal));
    }
    return models;
  }

  /** One model; throws `model.not-pulled` when it is not there. */
  async find(model: string, signal: AbortSignal): Promise<ListedModel> {
    const tags = await this.tags(signal);
    const wanted = fullName(model);
    const entry = tags.find((tag) => textField(tag, 'name') === wanted || textField(tag, 'model') === wanted);
    if (entry === undefined) {
      const known = tags.map((tag) => textField(tag, 'name') ?? '').join(', ');
      throw new LacError('model.not-pulled', { url: this.name, model, known: known === '' ? '(none)' : known });
    }
    return this.describe(wanted, entry, (await this.loaded(signal)).get(wanted) ?? null, signal);
  }

  private async describe(
    name: string,
    tag: unknown,
    loaded: LoadedModel | null,
    signal: AbortSignal,
  ): Promise<ListedModel> {
    const shown = await this.request(name, signal, (client) => client.show({ model: name }));
    const info = field(shown, 'model_info');
    const architecture = textField(info, 'general.architecture');
    const details = field(shown, 'details') ?? field(tag, 'details');
    const said = (key: string): string | null => textField(details, key) ?? textField(field(tag, 'details'), key);
    return {
      name,
      digest: textField(tag, 'digest') ?? '',
      size: numberField(tag, 'size') ?? 0,
      parameterSize: said('parameter_size'),
      quantization: said('quantization_level'),
      capabilities: listField(shown, 'capabilities').filter((entry) => typeof entry === 'string'),
      contextLength: numberField(info, `${architecture ?? ''}.context_length`),
      transcript: knownTranscript(info),
      remote:
        textField(tag, 'remote_host') !== null || textField(shown, 'remote_host') !== null || /[:-]cloud$/.test(name),
      loaded,
    };
  }

  /** The models in memory now, by name. */
  async loaded(signal: AbortSignal): Promise<ReadonlyMap<string, LoadedModel>> {
    const answer = await this.request('', signal, (client) => client.ps());
    return new Map(
      listField(answer, 'models').flatMap((entry): [string, LoadedModel][] => {
        const name = textField(entry, 'name');
        const size = numberField(entry, 'size') ?? 0;
        if (name === null) return [];
        const gpuShare = size === 0 ? 0 : (numberField(entry, 'size_vram') ?? 0) / size;
        return [[name, { gpuShare, contextLength: numberField(entry, 'context_length') }]];
      }),
    );
  }

  /** Downloads a model to the server. Cancelling closes the connection; a later pull goes on where this one stopped. */
  async pull(model: string, signal: AbortSignal, onProgress: (progress: PullProgress) => void): Promise<void> {
    const failed = (reason: string, cause?: unknown): LacError =>
      new LacError('model.pull-failed', { url: this.name, model, reason }, { cause });
    await this.request(model, signal, async (client) => {
      const stream = await client.pull({ model, stream: true });
      try {
        for await (const part of stream) {
          onProgress({
            status: textField(part, 'status') ?? '',
            completed: numberField(part, 'completed'),
            total: numberField(part, 'total'),
          });
        }
      } catch (error) {
        if (isAbort(error) || error instanceof UnexpectedAnswer) throw error;
        if (error instanceof ConnectionFailure) throw failed(error.reason, error);
        throw failed(messageOf(error), error);
      }
    });
  }

  /**
   * The model's own chat template, rendered around a sentinel. Undefined where the server cannot show it or the template
   * drops the user's message.
   */
  async chatWrap(model: string, context: number, signal: AbortSignal): Promise<ChatWrap | undefined> {
    const sentinel = 'LAC-PROMPT-HERE';
    const answer = await this.request(model, signal, (client) => {
      // `_debug_render_only` renders and generates nothing; a server that does not know it generates one token.
      const request = {
        model,
        prompt: sentinel,
        stream: false as const,
        think: false,
        options: { num_ctx: context, num_predict: 1 },
        _debug_render_only: true,
      };
      return client.generate(request);
    });
    const rendered = textField(field(answer, '_debug_info'), 'rendered_template');
    const at = rendered?.indexOf(sentinel) ?? -1;
    if (rendered === null || at === -1) return undefined;
    // The tokenizer adds the beginning of text by itself; written out it would stand there twice.
    const before = rendered.slice(0, at).replace(/^(?:<s>|<bos>|<\|begin_of_text\|>|<｜begin▁of▁sentence｜>)/, '');
    const after = rendered.slice(at + sentinel.length);
    return before === '' && after === '' ? undefined : { before, after };
  }

  private unexpected(expected: string, found: unknown): LacError {
    return new LacError('model.bad-answer', {
      url: this.name,
      expected,
      found: JSON.stringify(found).slice(0, 200),
    });
  }
}

/** What the package throws for a line `{"error": ..}` in a stream, and for a stream without an end. */
export function streamFailure(error: unknown): 'no-end' | StreamComplaint | undefined {
  if (!(error instanceof Error) || error.constructor !== Error) return undefined;
  return error.message.startsWith('Did not receive done') ? 'no-end' : new StreamComplaint(error.message);
}
