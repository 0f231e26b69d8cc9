import path from 'node:path';
import type { LaunchConfiguration, ReplayConfiguration } from '../debugAdapter/configuration';
import type { AdapterHost, DocumentAddress, OpenedSession, SessionDocuments } from '../debugAdapter/host';
import {
  describeModel,
  liveCalls,
  openEnvironment,
  parametersFor,
  resourcesFor,
  type OpenedModel,
} from '../episodes/launch';
import { PromptsInForce } from '../episodes/promptsInForce';
import { Run } from '../episodes/run';
import { replayTimeline, startSession } from '../episodes/stepping/open';
import { unlimited, type BudgetLimits } from '../models/calls/budget';
import { fileOfPart, partNamed, partOfFile, type PartId } from '../prompts/parts';
import { makeFolderOfJournal } from '../trajectories/journalFile';
import type { BranchId } from '../trajectories/ids';
import { promptSetChosen } from './composition';
import type { CliContext } from './context';
import { episodeOf, openEpisodes } from './openedRecording';
import { chosenTasks } from './tasks';

/** Changes of more calls wait for a `decide` in the console: over streams nobody can be asked. */
const autoRunCalls = 20;

/** What the debug adapter works with on the command line: documents are given as text, prompt files by their path. */
export function debugHost(context: CliContext, budget: BudgetLimits = unlimited): AdapterHost {
  return {
    version: context.version,
    autoRunCalls,
    translate: (text) => text,
    launch: (configuration, progress, signal) => launch(context, budget, configuration, progress, signal),
    replay: (configuration) => replay(context, configuration),
    confirm: () => Promise.resolve(false),
  };
}

async function launch(
  context: CliContext,
  budget: BudgetLimits,
  configuration: LaunchConfiguration,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<OpenedSession> {
  const { clock, assets, version } = context;
  const { environment: id, model: modelName, prompts: folder } = configuration;
  const resources = resourcesFor(id, assets, { data: configuration.data, cache: null, variant: configuration.variant });
  progress(`opening ${id}`);
  const opened = await openEnvironment(id, resources, signal);
  let model: OpenedModel | null = null;
  try {
    const choice = { tasks: configuration.task === null ? [] : [configuration.task], set: null, first: 0, count: 1 };
    const [task] = await chosenTasks(opened.kind, resources, choice, signal);
    progress(`opening the model ${modelName}`);
    model = await context.models.open(modelName, signal);
    const description = describeModel(model);
    const parameters = parametersFor(opened.kind, description, configuration.parameters, 'launch configuration');
    const promptsNow = (wrap: OpenedModel['wrap']): PromptsInForce => {
      const set = promptSetChosen({
        environment: id,
        model: description,
        ...(folder === null ? {} : { prompts: folder }),
      });
      return new PromptsInForce(set, task.type, wrap);
    };
    const { wrap, endpoints } = model;
    const prompts = promptsNow(wrap);
    const now = new Date(clock.now()).toISOString();
    const file = configuration.trajectory ?? path.join('.lac', 'runs', `${id}-${now.replace(/[:.]/g, '-')}.lac.jsonl`);
    makeFolderOfJournal(file);
    const identity = { engine: version, environment: opened.environment, model: description, parameters };
    const run = Run.create(file, identity, now);
    const calls = liveCalls(model, run.callLog, budget, clock);
    const ports = { environment: opened.environment, calls, state: { truth: id === 'babyai-text' }, clock, wrap };
    const session = await startSession(run, task, { parameters, prompts }, ports, signal);
    return {
      session,
      documents: new CommandLineDocuments(folder, (part) => promptsInFile(session.settings.prompts, part)),
      notes: [`${task.environment} ${task.id} with the model ${modelName}; recorded in ${file}`],
      currentPrompts: () => Promise.resolve(promptsNow(wrap)),
      close: async () => {
        await calls.idle();
        try {
          run.close();
        } finally {
          await Promise.all(endpoints.map((endpoint) => endpoint.model.dispose()));
          await opened.environment.dispose();
        }
      },
    };
  } catch (error) {
    await Promise.all((model?.endpoints ?? []).map((endpoint) => endpoint.model.dispose()));
    await opened.environment.dispose();
    throw error;
  }
}

async function replay(
  { clock, signal }: CliContext,
  { trajectory, episode }: ReplayConfiguration,
): Promise<OpenedSession> {
  const recording = await openEpisodes(trajectory, signal);
  try {
    const { header, answers, notes, close } = recording;
    return {
      session: replayTimeline(episodeOf(recording, episode), header, answers, clock),
      documents: new CommandLineDocuments(null, () => false),
      notes: [`replaying ${trajectory}: no model is asked`, ...notes],
      currentPrompts: () => Promise.resolve(null),
      close,
    };
  } catch (error) {
    await recording.close();
    throw error;
  }
}

function promptsInFile(prompts: PromptsInForce, part: PartId): boolean {
  return prompts.set.parts.get(part)?.origin === 'file';
}

/** Prompt files by their path; built-in parts and transcripts as text. Their URIs are understood all the same. */
class CommandLineDocuments implements SessionDocuments {
  constructor(
    private readonly folder: string | null,
    private readonly inFile: (part: PartId) => boolean,
  ) {}

  prompt(part: PartId): DocumentAddress {
    const file = fileOfPart(part);
    if (this.folder === null || !this.inFile(part)) return { kind: 'text', name: file };
    return { kind: 'path', path: path.resolve(this.folder, file) };
  }

  transcript(branch: BranchId): DocumentAddress {
    return { kind: 'text', name: `${branch}.lac-transcript` };
  }

  partOf(name: string): PartId | null {
    const builtin = /^lac-prompt:\/+builtin\/[^/]+\/([^/]+?)(?:\.lac-prompt\.md)?$/u.exec(name);
    if (builtin !== null) return partNamed(builtin[1]);
    if (this.folder === null || path.dirname(path.resolve(name)) !== path.resolve(this.folder)) return null;
    return partOfFile(name);
  }

  branchOf(name: string): BranchId | null {
    const match = /^(?:lac-transcript:.*\/)?b(\d{1,9})\.lac-transcript$/u.exec(name);
    return match === null ? null : `b${Number(match[1])}`;
  }
}
