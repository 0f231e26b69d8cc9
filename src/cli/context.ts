import type { Assets, ModelSource } from '../episodes/launch';
import type { Clock } from '../models/clock';
import type { Terminal } from './terminal';

/** What every command works with. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly assets: Assets;
  readonly models: ModelSource;
  readonly clock: Clock;
  /** Version of this program. */
  readonly version: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
