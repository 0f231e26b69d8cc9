import type { Assets, ModelSource } from '../episodes/launch';
import type { Clock } from '../models/clock';
import type { EmbeddedModel } from '../models/embedded/embeddedModel';
import type { Terminal } from './terminal';

/** What every command works with. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly assets: Assets;
  readonly models: ModelSource;
  /** Opens the embedded model: the one that ships, or that of a file. */
  readonly openEmbedded: (file: string | null) => Promise<EmbeddedModel>;
  readonly clock: Clock;
  /** Version of this program. */
  readonly version: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
