import type { OpenedModel } from '../../src/episodes/launch';
import { systemClock } from '../../src/models/clock';
import { openEndpoints, parseModelName, resolveModel } from '../../src/models/endpoints';
import type { ScriptedOllama } from './scriptedOllama';

/** The model of a scripted server, opened by its name as a person gives it. */
export async function openedOllama({ modelName, url }: ScriptedOllama): Promise<OpenedModel> {
  const endpoints = await openEndpoints(resolveModel(parseModelName(`ollama:${modelName}@${url}`), []), {
    signal: new AbortController().signal,
    clock: systemClock,
    variable: () => undefined,
    openEmbedded: () => Promise.reject(new Error('the model is a server')),
  });
  return { endpoints, wrap: null };
}
