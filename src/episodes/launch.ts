import path from 'node:path';
import type { Environment, EnvironmentKind, EnvironmentResources, Task } from '../environments/environment';
import { environmentKind } from '../environments/registry';
import { variantNamed } from '../environments/variants';
import type { ModelDescription } from '../lac/languageModel';
import { parseParameters } from '../lac/parameterInput';
import type { Parameters } from '../lac/parameters';
import { Budget, type BudgetLimits } from '../models/calls/budget';
import type { CallLog } from '../models/calls/callLog';
import { RecordedModelCalls, sameModel } from '../models/calls/recordedCalls';
import { Scheduler, type ModelEndpoint } from '../models/calls/scheduler';
import type { Clock } from '../models/clock';
import { openPromptSet, type PromptSet, type PromptSource } from '../prompts/promptSet';
import type { ChatWrap } from '../prompts/render';

/** Where the files that ship lie; tests, build and VSIX differ. */
export interface Assets {
  /** Folder of `media/data`. */
  readonly data: string;
  /** The embedded model's GGUF file. */
  readonly embeddedModel: string;
  /** The bundled worker that computes the embedded model. */
  readonly embeddedWorker: string;
}

/** A model that is ready to be asked. */
export interface OpenedModel {
  /** One or several endpoints that serve the same weights. */
  readonly endpoints: readonly ModelEndpoint[];
  /** The model's chat template around a user's turn; null where it has none or none is needed. */
  readonly wrap: ChatWrap | null;
}

/** Opens models by the names that people use: `embedded`, `ollama:qwen3:4b`. */
export interface ModelSource {
  open(name: string, signal: AbortSignal): Promise<OpenedModel>;
}

/** Name of the model that needs no server. */
export const embeddedModelName = 'embedded';

/** A model by what it says of itself, or by its name where it is not opened yet. */
export type NamedModel = string | Pick<ModelDescription, 'transcript'>;

/** How a model that knows one text alone is asked. */
interface KnownText {
  readonly environment: string;
  readonly promptSet: string;
  /** In force unless the user says otherwise. */
  readonly defaults: Readonly<Record<string, string | number>>;
}

/** By what a model calls its text. */
const knownTexts: ReadonlyMap<string | undefined, KnownText> = new Map([
  [
    'babyai-text',
    {
      environment: 'babyai-text',
      promptSet: 'babyai-text-embedded',
      // Measured with the model that ships (media/data/model/MODEL_CARD.md).
      defaults: { proposal: 'admissible', candidates: 6, depth: 1, alpha: 2, loopGuard: 30 },
    },
  ],
]);

function knownText(model: NamedModel): KnownText | undefined {
  if (typeof model !== 'string') return knownTexts.get(model.transcript);
  return model === embeddedModelName ? knownTexts.get('babyai-text') : undefined;
}

/** The parameters in force: the method's defaults, the environment's, the model's, then what the user set. */
export function parametersFor(
  kind: EnvironmentKind,
  model: NamedModel,
  given: Readonly<Record<string, unknown>>,
  source: string,
): Parameters {
  return parseParameters({ ...kind.defaults, ...knownText(model)?.defaults, ...given }, source);
}

/** The built-in prompt set that fits an environment and a model. */
export function builtinSetFor(environment: string, model: NamedModel): string {
  const known = knownText(model);
  return known?.environment === environment ? known.promptSet : environment;
}

/** The built-in set that suits environment and model, these files in the place of its parts. Throws `prompt.unknown-file`. */
export function promptSetFor(environment: string, model: NamedModel, files: readonly PromptSource[]): PromptSet {
  return openPromptSet(builtinSetFor(environment, model), files);
}

/** The resources of an environment: what ships, or the user's own folder. */
export function resourcesFor(
  environment: string,
  assets: Assets,
  folders: { readonly data: string | null; readonly cache: string | null; readonly variant?: string | null },
): EnvironmentResources {
  const { data: dataFolder, cache: cacheFolder, variant = null } = folders;
  return { assets: path.join(assets.data, environment), dataFolder, cacheFolder, variant };
}

export interface OpenedEnvironment {
  readonly kind: EnvironmentKind;
  readonly environment: Environment;
  readonly task: (id: string) => Promise<Task>;
}

/** Opens an environment by its id. Throws `environment.unknown`, `environment.unknown-variant`. */
export async function openEnvironment(
  id: string,
  resources: EnvironmentResources,
  signal: AbortSignal,
): Promise<OpenedEnvironment> {
  const kind = environmentKind(id);
  variantNamed(kind.title, kind.variants ?? {}, resources.variant);
  const environment = await kind.open(resources, signal);
  return { kind, environment, task: (task) => kind.task(task, resources, signal) };
}

/** A model's calls, recorded in a log. A budget that several runs share is given as it is, limits of one run alone. */
export function liveCalls(
  model: OpenedModel,
  log: CallLog,
  limits: BudgetLimits | Budget,
  clock: Clock,
): RecordedModelCalls {
  const scheduler = new Scheduler(model.endpoints);
  const budget = limits instanceof Budget ? limits : new Budget(limits);
  return new RecordedModelCalls({ mode: 'live', scheduler, budget }, log, clock);
}

/** Answers from the log alone: a call that is not in it is `model.not-recorded`. */
export function recordedCalls(model: ModelDescription, log: CallLog, clock: Clock): RecordedModelCalls {
  return new RecordedModelCalls({ mode: 'replay', model }, log, clock);
}

/** What all of a model's endpoints serve. Throws `model.endpoints-differ`. */
export function describeModel(model: OpenedModel): ModelDescription {
  return sameModel(model.endpoints);
}
