import type { Assets, ModelSource, OpenedModel } from '../../episodes/launch';
import type { ModelEndpoint } from '../../models/calls/scheduler';
import type { Clock } from '../../models/clock';
import { EmbeddedModel } from '../../models/embedded/embeddedModel';
import { workerEngine } from '../../models/embedded/workerEngine';
import { openEndpoints, parseModelName, resolveModel } from '../../models/endpoints';
import type { Settings } from '../settings';
import type { Keys } from './keys';

/** How many of the embedded model's requests are computed together. */
const embeddedParallel = 6;

/** Opens models by name with the endpoints of the settings and the keys of the secret storage. */
export class ConfiguredModels implements ModelSource {
  constructor(
    private readonly assets: Assets,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly keys: Keys,
  ) {}

  async open(name: string, signal: AbortSignal): Promise<OpenedModel> {
    const specs = resolveModel(parseModelName(name), this.settings.endpoints);
    const endpoints = await openEndpoints(specs, {
      signal,
      clock: this.clock,
      variable: (variable) => process.env[variable],
      storedKey: (url) => this.keys.get(url),
      openEmbedded: () =>
        EmbeddedModel.open({ file: this.assets.embeddedModel, launch: workerEngine(this.assets.embeddedWorker) }),
    });
    return { endpoints: endpoints.map(withEmbeddedParallel), wrap: null };
  }
}

function withEmbeddedParallel(endpoint: ModelEndpoint): ModelEndpoint {
  return endpoint.model instanceof EmbeddedModel ? { ...endpoint, parallel: embeddedParallel } : endpoint;
}
