import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isAbort, LacError, messageOf } from '../../../errors/lacError';
import type { ScoredToken } from '../../../lac/languageModel';
import type { EmbeddedModel } from '../embeddedModel';
import type { Completion } from '../questions';
import { Chunker, type Chunk } from './chunks';
import { HttpFault, isFields, readGenerateCall, type GenerateCall } from './generateRequest';

/** The Ollama whose behaviour this server shows. */
const VERSION = '0.30.0';
const MAX_BODY_BYTES = 16 * 1_048_576;
const NANOSECONDS = 1e6;

export interface ServerOptions {
  readonly model: EmbeddedModel;
  /** The name that clients ask for; `:latest` is understood where it has no tag. */
  readonly name: string;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Closes the server. */
  readonly signal?: AbortSignal;
}

export interface RunningServer {
  /** For example `http://127.0.0.1:11434`. */
  readonly url: string;
  /** Aborts what is under way and closes; the model stays open. */
  close(): Promise<void>;
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new HttpFault(413, 'http: request body too large');
    parts.push(part);
  }
  if (size === 0) throw new HttpFault(400, 'missing request body');
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new HttpFault(400, messageOf(error));
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

/** Ollama passes its engine's refusal on as a text that is JSON itself. */
function contextFault({ args }: LacError): HttpFault {
  const { promptTokens, contextLength } = args;
  const error = {
    code: 400,
    message: `request (${String(promptTokens)} tokens) exceeds the available context size (${String(contextLength)} tokens), try increasing it`,
    type: 'exceed_context_size_error',
    n_prompt_tokens: promptTokens,
    n_ctx: contextLength,
  };
  return new HttpFault(400, JSON.stringify({ error }));
}

function faultOf(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  if (error instanceof LacError && error.code === 'embedded.context-full') return contextFault(error);
  if (error instanceof LacError && error.code === 'embedded.request') return new HttpFault(400, error.message);
  return new HttpFault(500, messageOf(error));
}

class OllamaFace {
  private readonly name: string;
  private readonly started = new Date().toISOString();

  constructor(
    private readonly model: EmbeddedModel,
    name: string,
  ) {
    this.name = withTag(name);
  }

  async handle(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const route = `${reading ? 'GET' : (request.method ?? '')} ${pathname}`;
    switch (route) {
      case 'GET /':
        response.end('Ollama is running');
        return;
      case 'GET /api/version': {
        sendJson(response, 200, { version: VERSION });
        return;
      }
      case 'GET /api/tags': {
        sendJson(response, 200, { models: [{ ...this.entry(), modified_at: this.started }] });
        return;
      }
      case 'GET /api/ps': {
        sendJson(response, 200, { models: [this.loaded()] });
        return;
      }
      case 'POST /api/show': {
        this.show(await readBody(request), response);
        return;
      }
      case 'POST /api/generate':
        return this.generate(await readBody(request), response, signal);
      default:
        response.writeHead(404, { 'Content-Type': 'text/plain' });
        response.end('404 page not found');
    }
  }

  private details(): Record<string, unknown> {
    const { parameterSize, quantization } = this.model.description;
    return {
      parent_model: '',
      format: 'gguf',
      family: 'llama',
      families: ['llama'],
      parameter_size: parameterSize?.replace(' ', '').replace('k', 'K'),
      quantization_level: quantization,
    };
  }

  private entry(): Record<string, unknown> {
    const { digest, fileBytes } = this.model.facts;
    return { name: this.name, model: this.name, size: fileBytes, digest, details: this.details() };
  }

  private loaded(): Record<string, unknown> {
    const never = '2318-01-01T00:00:00Z';
    return { ...this.entry(), expires_at: never, size_vram: 0, context_length: this.model.facts.contextLength };
  }

  private refuseOther(model: string): void {
    if (model === '') throw new HttpFault(400, 'model is required');
    if (withTag(model) !== this.name) throw new HttpFault(404, `model '${model}' not found`);
  }

  private show(body: unknown, response: ServerResponse): void {
    const asked = isFields(body) ? (body['model'] ?? body['name'] ?? '') : '';
    this.refuseOther(typeof asked === 'string' ? asked : '');
    const { metadata, parameters } = this.model.facts;
    sendJson(response, 200, {
      modelfile: '',
      parameters: '',
      template: '{{ .Prompt }}',
      details: this.details(),
      model_info: { ...metadata, 'general.parameter_count': parameters },
      capabilities: ['completion'],
      modified_at: this.started,
    });
  }

  private async generate(body: unknown, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const call = readGenerateCall(body, () => Math.floor(Math.random() * 0x7fffffff));
    this.refuseOther(call.model);
    const line = (fields: Record<string, unknown>): Record<string, unknown> => ({
      model: call.model,
      created_at: new Date().toISOString(),
      ...fields,
    });
    if (call.renderOnly) {
      sendJson(response, 200, line({ _debug_info: { rendered_template: call.prompt } }));
      return;
    }
    if (call.prompt === '') {
      const reason = call.unload ? 'unload' : 'load';
      sendJson(response, 200, line({ response: '', done: true, done_reason: reason }));
      return;
    }

    const begun = performance.now();
    let firstToken: number | undefined;
    const chunks: Chunk[] = [];
    const chunker = new Chunker(call.stops, { logprobs: call.logprobs, top: call.topLogprobs });
    const emit = (chunk: Chunk | undefined): void => {
      if (chunk === undefined) return;
      if (!call.stream) {
        chunks.push(chunk);
        return;
      }
      if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      const logprobs = chunk.logprobs.length > 0 ? { logprobs: chunk.logprobs } : {};
      response.write(`${JSON.stringify(line({ response: chunk.text, done: false, ...logprobs }))}\n`);
    };
    const completion = await this.complete(call, signal, (token) => {
      firstToken ??= performance.now();
      emit(chunker.take(token));
    });
    emit(chunker.rest());
    const ended = performance.now();
    const read = firstToken ?? ended;
    const facts = {
      done: true,
      done_reason: completion.end === 'length' ? 'length' : 'stop',
      total_duration: Math.round((ended - begun) * NANOSECONDS),
      load_duration: 0,
      prompt_eval_count: completion.usage.promptTokens,
      prompt_eval_duration: Math.round((read - begun) * NANOSECONDS),
      eval_count: completion.usage.generatedTokens,
      eval_duration: Math.round((ended - read) * NANOSECONDS),
    };
    if (call.stream) {
      if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      response.end(`${JSON.stringify(line({ response: '', ...facts }))}\n`);
      return;
    }
    const logprobs = chunks.flatMap((chunk) => chunk.logprobs);
    const text = chunks.map((chunk) => chunk.text).join('');
    sendJson(response, 200, line({ response: text, ...facts, ...(logprobs.length > 0 ? { logprobs } : {}) }));
  }

  private async complete(
    call: GenerateCall,
    signal: AbortSignal,
    onToken: (token: ScoredToken) => void,
  ): Promise<Pick<Completion, 'end' | 'usage'>> {
    const { prompt, sampling, stops, alternatives, contextLength, maxTokens } = call;
    if (maxTokens === 0) {
      const { usage } = await this.model.ask({ kind: 'next', prompt, labels: [] }, { signal });
      return { end: 'length', usage: { ...usage, generatedTokens: 0 } };
    }
    return this.model.ask(
      {
        kind: 'complete',
        prompt,
        maxTokens: maxTokens < 0 ? this.model.facts.contextLength : maxTokens,
        sampling,
        top: call.logprobs ? call.topLogprobs : 0,
        until: 'end',
        stops,
        alternatives,
        overflow: 'shorten',
        contextLength,
      },
      { signal, onToken },
    );
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new LacError('embedded.port', { host, port, reason: messageOf(error) }, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/**
 * Serves an embedded model as Ollama does (from 0.30 on): `/api/version`, `/api/tags`, `/api/show`, `/api/ps` and
 * `/api/generate`. A prompt that does not fit is always refused, never cut.
 * @throws LacError `embedded.port`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { model, name, host = '127.0.0.1', port, signal } = options;
  const face = new OllamaFace(model, name);
  const running = new Set<AbortController>();
  const server = createServer((request, response) => {
    const abort = new AbortController();
    running.add(abort);
    response.on('close', () => {
      abort.abort();
      running.delete(abort);
    });
    face.handle(request, response, abort.signal).catch((error: unknown) => {
      if (isAbort(error) && response.destroyed) return;
      const { status, message } = isAbort(error) ? new HttpFault(499, 'request canceled') : faultOf(error);
      if (response.headersSent) response.end(`${JSON.stringify({ error: message })}\n`);
      else sendJson(response, status, { error: message });
    });
  });
  await listen(server, host, port);
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  const close = async (): Promise<void> => {
    for (const abort of running) abort.abort();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  signal?.addEventListener('abort', () => void close());
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`, close };
}
