import type { Command } from 'commander';
import { startServer } from '../../models/embedded/server/server';
import type { CliContext } from '../context';
import { filePath, modelTag, nonEmpty, wholeNumber } from '../options';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly name: string;
  readonly file?: string;
}

const examples = `
It answers /api/version, /api/tags, /api/show, /api/ps and /api/generate. Ctrl-C stops it.

Examples:
  lac serve
  lac run -m ollama:lac-babyai@http://127.0.0.1:11435
  curl http://127.0.0.1:11435/api/generate -d '{"model": "lac-babyai", "prompt": "Goal: go to the red ball\\n", "raw": true}'`;

/** `lac serve`: the embedded model behind Ollama's interface. */
export function serveCommand(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description("serve the embedded model with Ollama's interface, for this program and others")
    .option('-p, --port <n>', '0 takes any that is free', wholeNumber(0, 65_535), 11435)
    .option('--host <address>', 'address to listen at', nonEmpty('an address, for example 127.0.0.1'), '127.0.0.1')
    .option('--name <name>', 'name under which the model is served', modelTag, 'lac-babyai')
    .option('--file <gguf>', 'another model file of the Llama architecture', filePath)
    .addHelpText('after', examples)
    .action(async ({ port, host, name, file }: ServeOptions) => {
      const { terminal, signal } = context;
      const model = await context.openEmbedded(file ?? null);
      try {
        const server = await startServer({ model, name, host, port });
        const { parameterSize, quantization, contextLength } = model.description;
        terminal.line(`${name} (${parameterSize ?? '?'}, ${quantization ?? '?'}) at ${server.url}`);
        terminal.note(
          `context of ${contextLength ?? '?'} tokens; use it with: lac run -m ollama:${name}@${server.url}`,
        );
        await aborted(signal);
        await server.close();
      } finally {
        await model.dispose();
      }
    });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
