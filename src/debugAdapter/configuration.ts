import { LacError } from '../errors/lacError';

/** What `launch` asks for. */
export interface LaunchConfiguration {
  readonly environment: string;
  /** null takes the environment's first task. */
  readonly task: string | null;
  /** A way of playing other than the paper's, one of the environment's `variants`; null for the paper's. */
  readonly variant: string | null;
  readonly model: string;
  /** Parameters of the method, as given; `method` of the configuration is among them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Folder of prompt files, or null. */
  readonly prompts: string | null;
  /** File to record in; null chooses one. */
  readonly trajectory: string | null;
  /** Folder of the environment's own data, or null. */
  readonly data: string | null;
  readonly stopOnEntry: boolean;
  /** Runs to the end without stopping, as "Run Without Debugging" asks. */
  readonly noDebug: boolean;
}

/** What a replay asks for. */
export interface ReplayConfiguration {
  /** The recording. */
  readonly trajectory: string;
  /** `e1`, `e2`, ...; null takes the first. */
  readonly episode: string | null;
  readonly stopOnEntry: boolean;
  readonly noDebug: boolean;
}

export type Configuration =
  | { readonly kind: 'launch'; readonly launch: LaunchConfiguration }
  | { readonly kind: 'replay'; readonly replay: ReplayConfiguration };

/** Fields that every client may add and that mean nothing here. */
const clientFields = new Set([
  'type',
  'name',
  'request',
  'noDebug',
  'preLaunchTask',
  'postDebugTask',
  'presentation',
  'internalConsoleOptions',
  'debugServer',
  'serverReadyAction',
  'suppressMultipleSessionWarning',
  'linux',
  'osx',
  'windows',
]);

const launchFields = [
  'environment',
  'task',
  'variant',
  'model',
  'method',
  'parameters',
  'prompts',
  'trajectory',
  'data',
  'stopOnEntry',
] as const;
const replayFields = ['mode', 'trajectory', 'episode', 'stopOnEntry'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the arguments of `launch` or `attach`. VS Code knows these two requests only, so a replay comes as
 * `"request": "launch"` with `"mode": "replay"` (into which the extension turns `"request": "replay"`), or as `attach`.
 * Throws `debugger.field`, `debugger.unknown-field`.
 */
export function readConfiguration(request: 'launch' | 'attach', given: unknown): Configuration {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new LacError('debugger.field', { field: 'configuration', expected: 'an object' });
  }
  const fields: Fields = { ...given };
  const mode = fields['mode'];
  if (mode !== undefined && mode !== 'launch' && mode !== 'replay') {
    throw new LacError('debugger.field', { field: 'mode', expected: '"launch" or "replay"' });
  }
  const replays = request === 'attach' || mode === 'replay' || fields['request'] === 'replay';
  const common = { stopOnEntry: truth(fields, 'stopOnEntry', true), noDebug: truth(fields, 'noDebug', false) };
  if (replays) {
    requireKnown(fields, replayFields);
    const trajectory = text(fields, 'trajectory');
    if (trajectory === null) {
      throw new LacError('debugger.field', { field: 'trajectory', expected: 'the file of a recording (*.lac.jsonl)' });
    }
    return { kind: 'replay', replay: { trajectory, episode: text(fields, 'episode'), ...common } };
  }
  requireKnown(fields, ['mode', ...launchFields]);
  const parameters = fields['parameters'] ?? {};
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw new LacError('debugger.field', { field: 'parameters', expected: 'an object such as { "alpha": 2 }' });
  }
  const method = text(fields, 'method');
  return {
    kind: 'launch',
    launch: {
      environment: text(fields, 'environment') ?? 'babyai-text',
      task: text(fields, 'task'),
      variant: text(fields, 'variant'),
      model: text(fields, 'model') ?? 'embedded',
      parameters: { ...parameters, ...(method === null ? {} : { method }) },
      prompts: text(fields, 'prompts'),
      trajectory: text(fields, 'trajectory'),
      data: text(fields, 'data'),
      ...common,
    },
  };
}

function text(fields: Fields, field: string): string | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.trim() === '') {
    throw new LacError('debugger.field', { field, expected: 'a text that is not empty' });
  }
  return value;
}

function truth(fields: Fields, field: string, preset: boolean): boolean {
  const value = fields[field] ?? preset;
  if (typeof value !== 'boolean') throw new LacError('debugger.field', { field, expected: 'true or false' });
  return value;
}

function requireKnown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find(
    (field) => !known.includes(field) && !clientFields.has(field) && !field.startsWith('__'),
  );
  if (unknown !== undefined) {
    throw new LacError('debugger.unknown-field', { field: unknown.slice(0, 60), known: known.join(', ') });
  }
}
