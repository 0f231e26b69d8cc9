import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAbort, LacError } from '../errors/lacError';
import { type Episode, type Settings } from '../episodes/episode';
import { describeModel, liveCalls, parametersFor, type OpenedEnvironment, type OpenedModel } from '../episodes/launch';
import { PromptsInForce } from '../episodes/promptsInForce';
import { Run } from '../episodes/run';
import type { ModelDescription } from '../lac/languageModel';
import type { Parameters } from '../lac/parameters';
import { Budget, unlimited, type BudgetLimits } from '../models/calls/budget';
import type { Clock } from '../models/clock';
import type { PromptSet } from '../prompts/promptSet';
import { fileSource } from '../trajectories/byteSource';
import { readJournal, type JournalContents } from '../trajectories/journal';
import { makeFolderOfJournal } from '../trajectories/journalFile';
import type { Timeline } from '../trajectories/timeline';
import { journalAt, noteJournal } from './journalPlace';
import { judgeEpisode } from './judge';
import { measureEpisode, type EpisodeMeasures } from './measures';
import type { Cell, Given } from './plan';

/** What a campaign plays with. */
export interface CampaignPorts {
  readonly opened: OpenedEnvironment;
  /** Opens the model when something is left to play; asked more than once. */
  readonly model: () => Promise<OpenedModel>;
  readonly prompts: (model: ModelDescription) => PromptSet;
  /** Parameters common to all variants. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly engine: string;
  /** Where everything is kept. */
  readonly folder: string;
  /** Whether the planner is asked at recorded states and for every candidate. */
  readonly truth: boolean;
  /** Most that may be spent on model calls, all cells together; without limit where it is absent. */
  readonly budget?: BudgetLimits;
  /** Told that another program took a journal, and where it was written anew. */
  readonly onWarning?: (warning: LacError) => void;
}

export interface CampaignProgress {
  readonly cell: Cell;
  /** Tasks of the cell that are over, and how many of them were solved. */
  readonly over: number;
  readonly solved: number;
  readonly tasks: number;
  /** Steps of the task that is being played. */
  readonly steps: number;
}

/** Errors of a single task: it counts as not solved, and the campaign goes on. Anything else stops it, resumably. */
const taskErrors: ReadonlySet<string> = new Set([
  'lac.no-candidates',
  'lac.no-admissible',
  'model.prompt-too-long',
  'embedded.context-full',
]);

/** Counts up when what is measured changes. */
const measuresVersion = 1;

/** The measures of a cell beside its journal, so that an unchanged journal is not read again. */
interface KeptMeasures {
  readonly version: number;
  /** Bytes of the journal that was measured. */
  readonly journal: number;
  readonly truth: boolean;
  readonly tasks: readonly string[];
  readonly episodes: readonly EpisodeMeasures[];
}

/** Many episodes, cell by cell; whatever is recorded is not played again. */
export class Campaign {
  private readonly budget: Budget;

  constructor(private readonly ports: CampaignPorts) {
    this.budget = new Budget(ports.budget ?? unlimited);
  }

  /** The file that a cell is recorded in. */
  journalOf(cell: Cell): string {
    return journalAt(this.placeOf(cell));
  }

  private placeOf({ place }: Cell): string {
    return path.join(this.ports.folder, place);
  }

  /**
   * The measures of a cell that was played to its end before; undefined where something is left to play.
   */
  finished(cell: Cell): readonly EpisodeMeasures[] | undefined {
    const kept = this.kept(cell);
    if (kept === undefined) return undefined;
    const known = new Map(kept.episodes.map((episode) => [episode.task, episode]));
    const episodes = cell.group.tasks.map(({ id }) => known.get(id));
    return episodes.every((episode) => episode !== undefined) ? episodes : undefined;
  }

  /**
   * Plays what is left of a cell and measures it. Stops at a resumable point when the signal is aborted or a model fails.
   * Throws `evaluation.parameters` when the journal was recorded under other parameters.
   */
  async play(
    cell: Cell,
    signal: AbortSignal,
    onProgress: (progress: CampaignProgress) => void = () => undefined,
  ): Promise<readonly EpisodeMeasures[]> {
    const done = this.finished(cell);
    if (done !== undefined) return done;
    const failures = await this.record(cell, signal, onProgress);
    return this.measure(cell, failures, signal);
  }

  /** Measures what a cell has recorded so far; nothing is played. Empty where nothing is recorded. */
  async measure(
    cell: Cell,
    failures: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<readonly EpisodeMeasures[]> {
    const file = this.journalOf(cell);
    if (!existsSync(file)) return [];
    const finished = this.finished(cell);
    if (finished !== undefined) return finished;
    const recorded = await readWhole(file, signal);
    const { opened, truth } = this.ports;
    const wanted = new Set(cell.group.tasks.map(({ id }) => id));
    const episodes: EpisodeMeasures[] = [];
    for (const timeline of recorded.episodes) {
      const failure = failures.get(timeline.task.id) ?? null;
      if (!wanted.has(timeline.task.id) || (tipOf(timeline).end === null && failure === null)) continue;
      const judgement = await judgeEpisode(timeline, opened.environment, truth, signal);
      const said = judgement.fidelity.length + judgement.candidates.length > 0 ? judgement : null;
      episodes.push(measureEpisode(timeline, (id) => recorded.calls.get(id), said, failure));
    }
    this.keep(cell, episodes);
    return episodes;
  }

  private keptFile(cell: Cell): string {
    return `${this.placeOf(cell)}.measures.json`;
  }

  private kept(cell: Cell): KeptMeasures | undefined {
    const [file, journal] = [this.keptFile(cell), this.journalOf(cell)];
    if (!existsSync(file) || !existsSync(journal)) return undefined;
    // Written by ourselves, whole, by renaming; another version is not used.
    const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptMeasures;
    const fresh = kept.version === measuresVersion && kept.journal === statSync(journal).size;
    return fresh && kept.truth === this.ports.truth ? kept : undefined;
  }

  private keep(cell: Cell, episodes: readonly EpisodeMeasures[]): void {
    const kept: KeptMeasures = {
      version: measuresVersion,
      journal: statSync(this.journalOf(cell)).size,
      truth: this.ports.truth,
      tasks: cell.group.tasks.map(({ id }) => id),
      episodes,
    };
    const file = this.keptFile(cell);
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file);
  }

  private parametersOf(model: ModelDescription, given: Given): Parameters {
    return parametersFor(this.ports.opened.kind, model, { ...this.ports.given, ...given }, 'command line');
  }

  /** Plays the tasks of a cell that have not ended. Returns the errors of tasks that could not be played to their end. */
  private async record(
    cell: Cell,
    signal: AbortSignal,
    onProgress: (progress: CampaignProgress) => void,
  ): Promise<ReadonlyMap<string, string>> {
    const { opened, clock, truth } = this.ports;
    const model = await this.ports.model();
    const description = describeModel(model);
    const parameters = this.parametersOf(description, cell.variant.given);
    const set = this.ports.prompts(description);
    const run = await this.openRun(cell, parameters, model);
    run.onTaken((warning) => {
      if (run.file !== null) noteJournal(this.placeOf(cell), run.file);
      this.ports.onWarning?.(warning);
    });
    const calls = liveCalls(model, run.callLog, this.budget, clock);
    const ports = { environment: opened.environment, calls, state: { truth } };
    const known = new Map(run.timelines.map((timeline) => [timeline.task.id, timeline]));
    const failures = new Map<string, string>();
    let solved = 0;
    try {
      for (const [over, task] of cell.group.tasks.entries()) {
        const prompts = new PromptsInForce(set, task.type, model.wrap);
        const settings: Settings = { parameters, prompts };
        const recorded = known.get(task.id);
        const report = (steps: number): void =>
          onProgress({ cell, over, solved, tasks: cell.group.tasks.length, steps });
        report(0);
        if (recorded !== undefined && tipOf(recorded).end !== null) {
          if (tipOf(recorded).end?.success === true) solved++;
          continue;
        }
        const episode =
          recorded === undefined
            ? await run.startEpisode(task, settings, ports, signal)
            : run.resumeEpisode(recorded, ports);
        const failure = await playToEnd(episode, settings, signal, report);
        if (failure !== null) failures.set(task.id, failure);
        else if (tipOf(episode.timeline).end?.success === true) solved++;
      }
    } finally {
      await calls.idle();
      run.close();
    }
    return failures;
  }

  private async openRun(cell: Cell, parameters: Parameters, model: OpenedModel): Promise<Run> {
    const { opened, clock, engine } = this.ports;
    const file = this.journalOf(cell);
    const identity = { engine, environment: opened.environment, model: describeModel(model), parameters };
    if (!existsSync(file) || statSync(file).size === 0) {
      makeFolderOfJournal(file);
      return Run.create(file, identity, new Date(clock.now()).toISOString());
    }
    const { run } = await Run.resume(file);
    run.requireSame(identity);
    if (JSON.stringify(run.header.parameters) !== JSON.stringify(parameters)) {
      run.close();
      throw new LacError('evaluation.parameters', { file });
    }
    return run;
  }
}

async function readWhole(file: string, signal: AbortSignal): Promise<JournalContents> {
  const source = fileSource(file);
  try {
    return await readJournal(source, { signal });
  } finally {
    await source.close();
  }
}

function tipOf(timeline: Timeline) {
  return timeline.tip('b0') ?? timeline.start;
}

/** null when the episode ended; the error's code when this task cannot be played on. */
async function playToEnd(
  episode: Episode,
  settings: Settings,
  signal: AbortSignal,
  onStep: (steps: number) => void,
): Promise<string | null> {
  try {
    for await (const event of episode.run(tipOf(episode.timeline).id, settings, signal)) {
      if (event.type === 'step') onStep(episode.node(event.node).step);
    }
    return null;
  } catch (error) {
    if (!isAbort(error) && error instanceof LacError && taskErrors.has(error.code)) return error.code;
    throw error;
  }
}
