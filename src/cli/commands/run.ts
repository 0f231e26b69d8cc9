import path from 'node:path';
import type { Command } from 'commander';
import { isAbort } from '../../errors/lacError';
import { variantOf } from '../../environments/variants';
import type { Task } from '../../environments/environment';
import type { Episode, Settings } from '../../episodes/episode';
import {
  describeModel,
  embeddedModelName,
  liveCalls,
  openEnvironment,
  parametersFor,
  resourcesFor,
  type OpenedEnvironment,
  type OpenedModel,
} from '../../episodes/launch';
import { PromptsInForce } from '../../episodes/promptsInForce';
import { recordedPromptSet } from '../../episodes/replay';
import { Run } from '../../episodes/run';
import type { ModelDescription } from '../../lac/languageModel';
import { parameterFlags } from '../../lac/parameterInput';
import type { Parameters } from '../../lac/parameters';
import { totalCost } from '../../models/calls/cost';
import type { RecordedModelCalls } from '../../models/calls/recordedCalls';
import type { PromptSet } from '../../prompts/promptSet';
import { fileSource } from '../../trajectories/byteSource';
import { readJournal, type JournalContents } from '../../trajectories/journal';
import { makeFolderOfJournal } from '../../trajectories/journalFile';
import type { Timeline } from '../../trajectories/timeline';
import { amount } from '../amount';
import type { CliContext } from '../context';
import { promptSetChosen, promptWarnings } from '../composition';
import {
  addBudgetOptions,
  addModelOptions,
  addParameterOptions,
  addTaskOptions,
  budgetOf,
  filePath,
  givenParameters,
  type BudgetOptions,
} from '../options';
import { chosenTasks } from '../tasks';
import { outcomeLine, stepLines } from '../stepText';
import { isGiven, refuseBeside, refuseWithout } from '../unusedFlags';

interface RunOptions extends BudgetOptions {
  readonly environment: string;
  readonly task: readonly string[];
  readonly set?: string;
  readonly first: number;
  readonly count?: number;
  readonly data?: string;
  readonly cache?: string;
  readonly variant?: string;
  readonly model: string;
  readonly prompts?: string;
  readonly promptSet?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
Examples:
  lac run                                          one BabyAI-Text task with the embedded model
  lac run -t MixedTestLocal/pickup/4 --alpha 5     another task, another weight of the critic
  lac run -m ollama:qwen3:4b --depth 4             the same with a model of your Ollama server
  lac run -s "MixedTestLocal/go to" --count 10 --out runs/ten.lac.jsonl
  lac run --resume runs/ten.lac.jsonl              goes on where a run was stopped`;

/** `lac run`: plays tasks and records every call. */
export function runCommand(program: Command, context: CliContext): void {
  const command = program.command('run').description('play tasks and record everything in a journal');
  addParameterOptions(addBudgetOptions(addModelOptions(addTaskOptions(command))))
    .option('-o, --out <file>', 'journal to write (default: .lac/runs/<environment>-<time>.lac.jsonl)', filePath)
    .option('--resume <file>', 'go on with a journal; tasks, parameters and prompts are taken from it', filePath)
    .option('--json', 'one JSON object for each episode instead of text')
    .option('-q, --quiet', 'only the outcome of each episode')
    .addHelpText('after', examples)
    .action(async (options: RunOptions, command: Command) => {
      refuseUnused(command, options);
      await (options.resume === undefined
        ? startRun(context, options, givenParameters({ ...options }))
        : resumeRun(context, { ...options, resume: options.resume }, command));
    });
}

/** What a resumed run keeps, whatever is asked for now. */
const kept = ['--out', '--environment', '--variant', ...parameterFlags().map(({ flag }) => `--${flag}`)];
const keptHint = 'A resumed run keeps what it was started with.';

function refuseUnused(command: Command, { task, resume, quiet }: RunOptions): void {
  if (resume !== undefined) refuseBeside(command, '--resume', kept, keptHint);
  if (resume !== undefined || task.length > 0) refuseWithout(command, '--set', ['--first', '--count']);
  refuseWithout(command, '--data', ['--cache']);
  if (quiet === true) refuseBeside(command, '--quiet', ['--json'], 'Each prints the outcomes in its own way.');
}

interface Stage {
  readonly opened: OpenedEnvironment;
  readonly model: OpenedModel;
  readonly calls: RecordedModelCalls;
  readonly run: Run;
  readonly set: PromptSet;
  readonly parameters: Parameters;
}

async function startRun(
  context: CliContext,
  options: RunOptions,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { signal, clock } = context;
  const resources = resourcesOf(context, options);
  const opened = await openEnvironment(options.environment, resources, signal);
  const tasks = await chosenTasks(opened.kind, resources, choiceOf(options), signal);
  const model = await context.models.open(options.model, signal);
  try {
    const description = describeModel(model);
    const { transcript } = description;
    if (transcript !== undefined && transcript !== opened.kind.id) {
      context.terminal.note(`The model ${description.name} knows ${transcript} alone; choose another with --model.`);
    }
    const parameters = parametersFor(opened.kind, description, given, 'command line');
    const set = promptSetChosen({ ...options, model: description });
    for (const warning of promptWarnings(set)) context.terminal.note(warning);
    const now = new Date(clock.now()).toISOString();
    const file = options.out ?? defaultFile(options.environment, now);
    makeFolderOfJournal(file);
    const identity = {
      engine: context.version,
      environment: opened.environment,
      model: description,
      parameters,
      tasks: tasks.map(({ id }) => id),
    };
    const run = Run.create(file, identity, now);
    const calls = liveCalls(model, run.callLog, budgetOf(options), clock);
    await playTasks(context, { opened, model, calls, run, set, parameters }, tasks, options);
  } finally {
    await closeModel(model);
  }
}

async function resumeRun(
  context: CliContext,
  options: RunOptions & { readonly resume: string },
  command: Command,
): Promise<void> {
  const before = await readJournal(fileSource(options.resume), { signal: context.signal });
  for (const problem of before.problems) context.terminal.note(problem.message);
  if (recordedPromptsOf(before) !== undefined) {
    refuseBeside(command, '--resume', ['--prompts', '--prompt-set'], keptHint);
  }
  const { environment, model: recordedModel, parameters } = before.header;
  const resources = resourcesOf(context, {
    ...options,
    environment: environment.id,
    ...variantOption(environment.version),
  });
  const wanted = isGiven(command, '--model') ? options.model : nameOf(recordedModel);
  const opened = await openEnvironment(environment.id, resources, context.signal);
  const model = await context.models.open(wanted, context.signal);
  try {
    const { run, recorded } = await Run.resume(options.resume);
    run.requireSame({ environment: opened.environment, model: describeModel(model) });
    const set = promptSetOf(recorded, describeModel(model), options);
    const calls = liveCalls(model, run.callLog, budgetOf(options), context.clock);
    const tasks = await remainingTasks(opened, recorded, resources, options, context.signal);
    await playTasks(context, { opened, model, calls, run, set, parameters }, tasks, options);
  } finally {
    await closeModel(model);
  }
}

/** The name by which the recorded model is opened again where the command line names none. */
function nameOf({ backend, name }: { readonly backend: string; readonly name: string }): string {
  return backend === 'embedded' ? embeddedModelName : `${backend}:${name}`;
}

/** The prompt set that a journal's last episode was played with, from the texts that it holds. */
function recordedPromptsOf(recorded: JournalContents): PromptSet | undefined {
  return recordedPromptSet(recorded, recorded.episodes.at(-1)?.prompts ?? '');
}

/** The same, or the one that the options name where the run was stopped before its first episode. */
function promptSetOf(recorded: JournalContents, model: ModelDescription, options: RunOptions): PromptSet {
  const { environment } = recorded.header;
  return recordedPromptsOf(recorded) ?? promptSetChosen({ ...options, environment: environment.id, model });
}

async function remainingTasks(
  opened: OpenedEnvironment,
  recorded: JournalContents,
  resources: ReturnType<typeof resourcesFor>,
  options: RunOptions,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  if (options.set !== undefined || options.task.length > 0) {
    return chosenTasks(opened.kind, resources, choiceOf(options), signal);
  }
  const ids = recorded.header.tasks ?? recorded.episodes.map(({ task }) => task.id);
  return ids.length > 0
    ? Promise.all(ids.map((id) => opened.task(id)))
    : chosenTasks(opened.kind, resources, choiceOf(options), signal);
}

function choiceOf({ task, set, first, count }: RunOptions) {
  return { tasks: task, set: set ?? null, first, count: count ?? null };
}

/** The variant that a recording was played in, as the command line would name it. */
function variantOption(rules: string): { readonly variant?: string } {
  const variant = variantOf(rules);
  return variant === null ? {} : { variant };
}

function resourcesOf(context: CliContext, { environment, data, cache, variant }: RunOptions) {
  const folders = { data: data ?? null, cache: cache ?? null, variant: variant ?? null };
  return resourcesFor(environment, context.assets, folders);
}

function defaultFile(environment: string, now: string): string {
  return path.join('.lac', 'runs', `${environment}-${now.replace(/[:.]/g, '-')}.lac.jsonl`);
}

async function closeModel(model: OpenedModel): Promise<void> {
  await Promise.all(model.endpoints.map((endpoint) => endpoint.model.dispose()));
}

/** Plays the tasks one after the other; those that the run holds already are gone on with, or skipped when they ended. */
async function playTasks(
  context: CliContext,
  stage: Stage,
  tasks: readonly Task[],
  options: RunOptions,
): Promise<void> {
  const { run, opened, calls } = stage;
  const { terminal, signal } = context;
  run.onTaken((warning) => terminal.note(warning.message));
  const recorded = new Map(run.timelines.map((timeline) => [timeline.task.id, timeline]));
  let successes = 0;
  let ended = 0;
  try {
    for (const [index, task] of tasks.entries()) {
      const settings: Settings = {
        parameters: stage.parameters,
        prompts: new PromptsInForce(stage.set, task.type, stage.model.wrap),
      };
      const ports = { environment: opened.environment, calls, state: { truth: opened.kind.id === 'babyai-text' } };
      const timeline = recorded.get(task.id);
      const episode =
        timeline === undefined
          ? await run.startEpisode(task, settings, ports, signal)
          : run.resumeEpisode(timeline, ports);
      terminal.progress(index / tasks.length, `${index + 1} of ${tasks.length}: ${task.title}`);
      await playEpisode(context, episode, settings, options);
      const end = tipOf(episode.timeline).end;
      ended++;
      if (end?.success === true) successes++;
    }
  } catch (error) {
    const left = isAbort(error) ? 'Stopped.' : '';
    const { file } = run;
    terminal.note(`${left} What was done is in ${file}; go on with: lac run --resume ${file}`.trim());
    throw error;
  } finally {
    await calls.idle();
    run.close();
    await opened.environment.dispose();
  }
  terminal.clearProgress();
  const cost = totalCost(calls.cost);
  const spent = `${amount(cost.calls, 'call')}, ${cost.reused} reused, ${amount(cost.promptTokens + cost.generatedTokens, 'token')}, ${cost.seconds.toFixed(1)} s of model time`;
  if (ended > 1) terminal.note(`${successes} of ${ended} tasks solved; ${spent}`);
  else terminal.note(spent);
  terminal.note(`recorded in ${run.file}`);
}

function tipOf(timeline: Timeline) {
  return timeline.tip('b0') ?? timeline.start;
}

async function playEpisode(
  context: CliContext,
  episode: Episode,
  settings: Settings,
  options: RunOptions,
): Promise<void> {
  const { terminal, signal } = context;
  const verbose = options.json !== true && options.quiet !== true;
  const { timeline } = episode;
  if (verbose) {
    terminal.line(terminal.style('bold', timeline.goal));
    terminal.line(terminal.style('dim', `${timeline.task.environment} · ${timeline.task.id}`));
  }
  for await (const event of episode.run(tipOf(timeline).id, settings, signal)) {
    if (event.type === 'decision-event' && event.event.type !== 'proposal') {
      const candidate = 'candidate' in event.event ? ` · candidate ${event.event.candidate + 1}` : '';
      terminal.progress(null, `step ${episode.node(event.node).step} · ${event.event.type}${candidate}`);
    }
    if (verbose && event.type === 'step') {
      const node = episode.node(event.node);
      const from = episode.node(node.arrival?.from ?? 0);
      for (const line of stepLines(terminal, from, node)) terminal.line(line);
    }
  }
  const end = tipOf(timeline).end;
  if (end === null) return;
  if (options.json === true) {
    const { task, goal, id } = timeline;
    const { reason, success, steps, reward } = end;
    terminal.line(
      JSON.stringify({ episode: id, task: task.id, type: task.type, goal, reason, success, steps, reward }),
    );
    return;
  }
  // A step is printed before it is known that it was the last one.
  const outcome = outcomeLine(terminal, end);
  terminal.line(options.quiet === true ? `${timeline.task.id}: ${outcome}` : outcome);
}
