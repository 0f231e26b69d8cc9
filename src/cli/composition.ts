import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LacError, messageOf } from '../errors/lacError';
import { builtinSetFor, type Assets, type ModelSource, type NamedModel, type OpenedModel } from '../episodes/launch';
import type { ModelEndpoint } from '../models/calls/scheduler';
import type { Clock } from '../models/clock';
import { EmbeddedModel } from '../models/embedded/embeddedModel';
import { workerEngine } from '../models/embedded/workerEngine';
import { openEndpoints, parseModelName, resolveModel } from '../models/endpoints';
import { diagnosticMessage } from '../prompts/diagnostics';
import { promptFileSuffix } from '../prompts/parts';
import { openPromptSet, type PromptSet, type PromptSource } from '../prompts/promptSet';
import { requireSound } from '../prompts/render';
import { positionAt } from '../prompts/syntax';

/** How many of the embedded model's requests are computed together. */
const embeddedParallel = 6;

/** Finds what ships beside the program: `media/data` in the folder of the bundle or above it. */
export function findAssets(from: string): Assets {
  let folder = path.resolve(from);
  for (;;) {
    const data = path.join(folder, 'media', 'data');
    if (existsSync(data)) {
      return {
        data,
        embeddedModel: path.join(data, 'model', 'lac-babyai.gguf'),
        embeddedWorker: path.join(folder, 'dist', 'embeddedWorker.js'),
      };
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new LacError('cli.assets', { path: path.join(from, 'media', 'data') });
    folder = parent;
  }
}

/** Opens the embedded model in a worker; null is the one that ships. */
export function embeddedOpener(assets: Assets): (file: string | null) => Promise<EmbeddedModel> {
  const launch = workerEngine(assets.embeddedWorker);
  return (file) => EmbeddedModel.open({ file: file ?? assets.embeddedModel, launch });
}

/** Opens models by name; endpoints are those of the names themselves. */
export function modelSource(assets: Assets, clock: Clock, variables: NodeJS.ProcessEnv): ModelSource {
  const openEmbedded = (): Promise<EmbeddedModel> => embeddedOpener(assets)(null);
  return {
    open: async (name, signal): Promise<OpenedModel> => {
      const specs = resolveModel(parseModelName(name), []);
      const deps = { signal, clock, variable: (variable: string) => variables[variable], openEmbedded };
      const endpoints = await openEndpoints(specs, deps);
      return {
        endpoints: endpoints.map(withEmbeddedParallel),
        wrap: endpoints.at(0)?.model.description.chatWrap ?? null,
      };
    },
  };
}

/** The embedded model computes several requests together. */
function withEmbeddedParallel(endpoint: ModelEndpoint): ModelEndpoint {
  return endpoint.model instanceof EmbeddedModel ? { ...endpoint, parallel: embeddedParallel } : endpoint;
}

/** What a command says about its prompts. */
export interface PromptChoice {
  readonly environment: string;
  readonly model: NamedModel;
  readonly promptSet?: string;
  readonly prompts?: string;
}

/**
 * The prompt set that a command is to use, found sound before anything is recorded. Throws `cli.file`, `prompt.unknown-set`
 * and `prompt.malformed`.
 */
export function promptSetChosen({ environment, model, promptSet, prompts }: PromptChoice): PromptSet {
  const set = openPromptSet(promptSet ?? builtinSetFor(environment, model), promptFiles(prompts ?? null));
  requireSound(set);
  return set;
}

/** What the author of a sound prompt set should know, a line each, with its place. */
export function promptWarnings({ parts, diagnostics }: PromptSet): readonly string[] {
  return diagnostics.map((diagnostic) => {
    const { line, column } = positionAt(parts.get(diagnostic.part)?.syntax.text ?? '', diagnostic.span.start);
    return `${diagnostic.file}, line ${line}, column ${column}: ${diagnosticMessage(diagnostic)}`;
  });
}

/** The prompt files of a folder. Throws `cli.file`. */
function promptFiles(folder: string | null): readonly PromptSource[] {
  if (folder === null) return [];
  const names = orUnreadable(folder, () => readdirSync(folder)).filter((name) => name.endsWith(promptFileSuffix));
  return names.map((name) => {
    const file = path.join(folder, name);
    return { name, text: orUnreadable(file, () => readFileSync(file, 'utf8')) };
  });
}

function orUnreadable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new LacError('cli.file', { file, reason: messageOf(error), option: '--prompts' }, { cause: error });
  }
}
