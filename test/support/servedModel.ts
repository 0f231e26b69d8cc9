import type { GenerateRequest } from '../../src/lac/languageModel';
import type { OllamaModel } from '../../src/models/ollama/ollamaModel';
import { openOllama } from '../../src/models/ollama/openOllama';
import type { OpenAiModel } from '../../src/models/openai/openAiModel';
import { openOpenAi } from '../../src/models/openai/openOpenAi';
import type { ScriptedOllama } from './scriptedOllama';
import type { ScriptedOpenAi } from './scriptedOpenAi';

/** A request for a short greedy line behind a prompt, its end scored. */
export function lineAfter(prompt: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    kind: 'generate',
    prompt: [prompt],
    maxTokens: 20,
    terminator: 'scored',
    temperature: 0,
    seed: null,
    ordinal: 0,
    top: 2,
    ...more,
  };
}

/** The model of a scripted Ollama, by its name or part of it; the server forgets what opening it asked. */
export async function modelOfOllama(server: ScriptedOllama, model = server.modelName): Promise<OllamaModel> {
  const opened = await openOllama({ url: server.url, model, context: 4096 }, new AbortController().signal);
  server.forget();
  return opened;
}

/** The model of a scripted OpenAI-compatible server, asked with a key; the server forgets what opening it asked. */
export async function modelOfOpenAi(server: ScriptedOpenAi, key: string | null = null): Promise<OpenAiModel> {
  const spec = { url: server.url, model: server.modelName, context: null, key, keySource: '$KEY' };
  const opened = await openOpenAi(spec, new AbortController().signal);
  server.forget();
  return opened;
}
