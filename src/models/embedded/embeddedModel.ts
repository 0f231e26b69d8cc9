import type {
  CallOptions,
  GenerateRequest,
  Generation,
  LanguageModel,
  ModelDescription,
  NextDistribution,
  NextRequest,
  Score,
  ScoredToken,
  ScoreRequest,
} from '../../lac/languageModel';
import { knownTranscript } from '../knownTranscript';
import type {
  AnswerToQuestion,
  AskOptions,
  Completion,
  EngineLauncher,
  EngineSettings,
  ModelFacts,
  Question,
  RunningEngine,
} from './questions';

export interface EmbeddedModelOptions {
  /** A GGUF file. */
  readonly file: string;
  /** Where the model runs: `workerEngine(path)`, or `inProcess(kernel)` in benchmarks and tests. */
  readonly launch: EngineLauncher;
  /** As the user names it. */
  readonly name?: string;
  /** Upper bound of the context in tokens; else the file's, as far as memory allows. */
  readonly contextLength?: number;
  /** `auto` by default: WebAssembly where it runs, else JavaScript; both give equal bits. */
  readonly kernel?: EngineSettings['kernel'];
}

/** `2.9 M` for 2,851,000. */
function sizeText(parameters: number): string {
  const [unit, name] = parameters >= 1e9 ? [1e9, 'B'] : parameters >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  const size = parameters / unit;
  return `${size >= 10 ? Math.round(size) : Number(size.toFixed(1))} ${name}`;
}

/** One number from a seed and an ordinal, so that repeated samples of one prompt draw differently. */
function seedOf({ seed, ordinal }: GenerateRequest): number {
  return (Math.imul(seed ?? 0, 0x9e3779b1) ^ Math.imul(ordinal + 1, 0x85ebca6b)) >>> 0;
}

function lineOf(tokens: readonly ScoredToken[]): string {
  const text = tokens.map(({ token }) => token).join('');
  const newline = text.indexOf('\n');
  return newline < 0 ? text : text.slice(0, newline);
}

function generationOf(request: GenerateRequest, { tokens, end, usage }: Completion): Generation {
  const dropNewline = end === 'newline' && request.terminator === 'unscored';
  return {
    kind: 'generate',
    text: lineOf(tokens),
    tokens: dropNewline ? tokens.slice(0, -1) : tokens,
    end: end === 'stop' ? 'newline' : end,
    score: 'exact',
    usage,
  };
}

/**
 * The model that runs inside the product: whole distributions and exact scores, from a GGUF file, in a worker.
 * Answers depend on the request alone, never on what else is asked at the time.
 */
export class EmbeddedModel implements LanguageModel {
  readonly description: ModelDescription;
  readonly facts: ModelFacts;

  private constructor(
    private readonly engine: RunningEngine,
    name: string,
  ) {
    this.facts = engine.facts;
    const { digest, contextLength, parameters, quantization, metadata } = engine.facts;
    const transcript = knownTranscript(metadata);
    this.description = {
      backend: 'embedded',
      name,
      digest,
      contextLength,
      capabilities: { distribution: 'full', top: 20, scores: 'exact' },
      parameterSize: sizeText(parameters),
      quantization,
      ...(transcript !== undefined && { transcript }),
    };
  }

  /**
   * Loads the file.
   * @throws LacError `embedded.missing`, `.unreadable`, `.too-large`, `.not-gguf`, `.corrupt`, `.unsupported`,
   * `.memory` or `.stopped`.
   */
  static async open(options: EmbeddedModelOptions): Promise<EmbeddedModel> {
    const { file, launch, name = 'embedded', contextLength = null, kernel = 'auto' } = options;
    return new EmbeddedModel(await launch({ file, contextLength, kernel }), name);
  }

  async generate(request: GenerateRequest, { signal, onToken }: CallOptions): Promise<Generation> {
    const completion = await this.engine.ask(
      {
        kind: 'complete',
        prompt: request.prompt.join(''),
        maxTokens: request.maxTokens,
        sampling: { temperature: request.temperature, seed: seedOf(request), topK: 0, topP: 1, minP: 0 },
        top: request.top,
        until: 'newline',
        stops: [],
        alternatives: null,
        overflow: 'refuse',
        contextLength: null,
      },
      { signal, onToken },
    );
    return generationOf(request, completion);
  }

  next(request: NextRequest, { signal }: CallOptions): Promise<NextDistribution> {
    return this.engine.ask({ kind: 'next', prompt: request.prompt.join(''), labels: request.labels }, { signal });
  }

  score(request: ScoreRequest, { signal }: CallOptions): Promise<Score> {
    const { prompt, continuation } = request;
    return this.engine.ask({ kind: 'score', prompt: prompt.join(''), continuation }, { signal });
  }

  /** Asks in the engine's own terms, which are wider than the port's: any sampling, any end, alternatives. */
  ask<Q extends Question>(question: Q, options: AskOptions): Promise<AnswerToQuestion<Q>> {
    return this.engine.ask(question, options);
  }

  dispose(): Promise<void> {
    return this.engine.dispose();
  }
}
