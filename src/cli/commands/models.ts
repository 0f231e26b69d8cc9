import type { Command } from 'commander';
import { LacError, messageOf } from '../../errors/lacError';
import { ollamaUrl } from '../../models/endpoints';
import { OllamaServer, type ListedModel } from '../../models/ollama/server';
import type { CliContext } from '../context';
import { folderPath, modelTag, serverUrl } from '../options';
import { printable } from '../terminal';
import { probe, type ProbeOptions } from './probe';

interface ModelsOptions {
  readonly url: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  lac models
  lac models --url http://gpu-box:11434 --json
  lac models pull qwen3:4b
  lac models probe ollama:qwen3:4b`;

const embeddedCan =
  'knows the transcripts of BabyAI-Text and nothing else: no server, no download, whole distributions';
const embeddedCannot =
  'for ALFWorld, WebShop or prompts of your own use a model of Ollama or of an OpenAI-compatible server';

/** `lac models`: what can be asked here, pulling more, and how a model takes to the critic's prompt. */
export function modelsCommand(program: Command, context: CliContext): void {
  const models = program.command('models').description('list the models that can be asked, pull or probe one');
  models
    .command('list', { isDefault: true })
    .description('the embedded model and those of an Ollama server')
    .option('--url <url>', 'address of the Ollama server', serverUrl, ollamaUrl)
    .option('--json', 'one JSON object')
    .addHelpText('after', examples)
    .allowExcessArguments()
    .action(async (options: ModelsOptions, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined)
        models.error(`error: '${printable(unknown)}' is none of: list, pull <tag>, probe <model>`);
      await list(context, options);
    });
  models
    .command('pull')
    .description('download a model to an Ollama server')
    .argument('<tag>', 'as Ollama names it, for example qwen3:4b', modelTag)
    .option('--url <url>', 'address of the Ollama server', serverUrl, ollamaUrl)
    .action((tag: string, options: ModelsOptions) => pull(context, tag, options));
  models
    .command('probe <model>')
    .description('how far a model expects a verdict where the critic reads it, with and without its chat template')
    .option('-e, --environment <id>', 'whose prompts', 'babyai-text')
    .option('--data <folder>', "folder of the environment's own data files", folderPath)
    .option('--json', 'one JSON object')
    .action((name: string, options: ProbeOptions) => probe(context, name, options));
}

/** A model or the reason why there is none. */
type Found<T> = { readonly found: T } | { readonly problem: string };

async function orProblem<T>(work: () => Promise<T>): Promise<Found<T>> {
  try {
    return { found: await work() };
  } catch (error) {
    if (error instanceof LacError) return { problem: messageOf(error) };
    throw error;
  }
}

async function list({ terminal, openEmbedded, signal }: CliContext, { url, json }: ModelsOptions): Promise<void> {
  const embedded = await orProblem(async () => {
    const model = await openEmbedded(null);
    await model.dispose();
    return { ...model.description, bytes: model.facts.fileBytes };
  });
  const served = await orProblem(() => new OllamaServer(url).list(signal));
  if (json === true) {
    terminal.line(JSON.stringify({ embedded, ollama: { url, ...served } }));
    return;
  }
  terminal.line(terminal.style('bold', 'embedded'));
  if ('found' in embedded) {
    const { parameterSize, quantization, contextLength, bytes } = embedded.found;
    terminal.line(`  ${parameterSize ?? '?'}, ${quantization ?? '?'}, ${size(bytes)}, context ${contextLength ?? '?'}`);
  } else {
    terminal.line(`  ${embedded.problem}`);
  }
  terminal.line(`  ${embeddedCan};`);
  terminal.line(`  ${embeddedCannot}`);
  terminal.line(terminal.style('bold', `Ollama at ${new OllamaServer(url).name}`));
  if ('problem' in served) {
    terminal.line(`  ${served.problem}`);
    return;
  }
  if (served.found.length === 0) terminal.line('  no model is there; pull one, for example: lac models pull qwen3:4b');
  for (const model of served.found) terminal.line(`  ${modelLine(model)}`);
}

function modelLine(model: ListedModel): string {
  const { name, parameterSize, quantization, contextLength, capabilities, remote, loaded } = model;
  const facts = [
    parameterSize,
    quantization,
    remote ? null : size(model.size),
    contextLength === null ? null : `context ${contextLength}`,
    capabilities.length === 0 ? null : capabilities.join(' '),
    loaded === null ? null : `in memory, ${Math.round(loaded.gpuShare * 100)} % on the GPU`,
    remote ? 'runs in a cloud and reports no log-probabilities: cannot be used here' : null,
    !remote && capabilities.length > 0 && !capabilities.includes('completion')
      ? 'writes no text: cannot be used'
      : null,
  ].filter((fact) => fact !== null);
  return printable(`ollama:${name}  ${facts.join(', ')}`);
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

async function pull({ terminal, signal }: CliContext, tag: string, { url }: ModelsOptions): Promise<void> {
  const server = new OllamaServer(url);
  let last = '';
  await server.pull(tag, signal, ({ status, completed, total }) => {
    const fraction = completed === null || total === null || total === 0 ? null : completed / total;
    const amount = fraction === null || total === null ? '' : ` ${size(completed ?? 0)} of ${size(total)}`;
    terminal.progress(fraction, printable(`${status}${amount}`));
    if (status !== last) terminal.stage(printable(status));
    last = status;
  });
  terminal.line(`${tag} is at ${server.name}; use it with: lac run -m ollama:${tag}`);
}
