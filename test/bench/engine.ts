import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { alfworld } from '../../src/environments/alfworld/kind';
import { babyAiText } from '../../src/environments/babyai/kind';
import type { Environment, EnvironmentKind, Snapshot, Task } from '../../src/environments/environment';
import { webshop } from '../../src/environments/webshop/kind';
import { describeModel, liveCalls, parametersFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import type { LanguageModel } from '../../src/lac/languageModel';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import type { Markers } from '../../src/prompts/options';
import { openPromptSet } from '../../src/prompts/promptSet';
import { babyAiSentences } from '../support/babyAiWords';
import { WrittenModel, type NextToken } from '../support/writtenModel';
import { decisionColumns, chooseAll } from '../../src/lac/decisionColumns';
import { seededRandom } from '../../src/lac/random';
import { quantile } from '../../src/evaluation/statistics';
import type { Bench, Figure } from './figure';

/** CPU time of this process in milliseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Gives a model's answers again in the order in which they came, which costs nothing. */
class AnswersInOrder implements LanguageModel {
  readonly description;
  private readonly answers: Promise<never>[] = [];
  private place = 0;

  constructor(private readonly model: LanguageModel) {
    this.description = model.description;
  }
  /** From the first answer on. */
  rewind(): void {
    this.place = 0;
  }
  generate(...[request, options]: Parameters<LanguageModel['generate']>) {
    return this.inOrder(() => this.model.generate(request, options));
  }
  next(...[request, options]: Parameters<LanguageModel['next']>) {
    return this.inOrder(() => this.model.next(request, options));
  }
  score(...[request, options]: Parameters<LanguageModel['score']>) {
    return this.inOrder(() => this.model.score(request, options));
  }
  dispose(): Promise<void> {
    return this.model.dispose();
  }
  private inOrder<A>(ask: () => Promise<A>): Promise<A> {
    const place = this.place++;
    const known = this.answers[place] as Promise<A> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.answers[place] = answer as Promise<never>;
    return answer;
  }
}

/** An environment that says how long it was at work: it computes as it is called, and answers later. */
class TimedEnvironment implements Environment {
  readonly id;
  readonly data;
  /** Milliseconds of CPU time so far. */
  worked = 0;

  constructor(private readonly environment: Environment) {
    this.id = environment.id;
    this.data = environment.data;
  }
  reset(...[task, signal]: Parameters<Environment['reset']>) {
    return this.timed(() => this.environment.reset(task, signal));
  }
  parse(text: string) {
    return this.timed(() => this.environment.parse(text));
  }
  step(...[text, signal]: Parameters<Environment['step']>) {
    return this.timed(() => this.environment.step(text, signal));
  }
  admissible() {
    return this.timed(() => this.environment.admissible());
  }
  openings() {
    return this.timed(() => this.environment.openings?.() ?? []);
  }
  snapshot() {
    return this.timed(() => this.environment.snapshot());
  }
  restore(...[snapshot, signal]: [Snapshot, AbortSignal?]) {
    return this.timed(() => this.environment.restore(snapshot, signal));
  }
  truth(...[signal]: Parameters<Environment['truth']>) {
    return this.timed(() => this.environment.truth(signal));
  }
  picture() {
    return this.timed(() => this.environment.picture());
  }
  dispose() {
    return this.environment.dispose();
  }
  private timed<T>(work: () => T): T {
    const start = cpu();
    try {
      return work();
    } finally {
      this.worked += cpu() - start;
    }
  }
}

/** One environment's episode under given parameters, over the environment's defaults. */
interface Setting {
  readonly kind: EnvironmentKind;
  readonly given: Readonly<Record<string, string | number>>;
  readonly model: AnswersInOrder;
  readonly task: Task;
  readonly environment: TimedEnvironment;
}

/** Decisions of a round. */
const decisionsWanted = 20;

/** Rounds in which the program's code is still being compiled, and rounds that are measured. */
const warming = 20;
const measured = 10;

async function settingOf(kind: EnvironmentKind, given: Setting['given'], taskId?: string): Promise<Setting> {
  const resources = { assets: path.resolve('media/data', kind.id), dataFolder: null, cacheFolder: null };
  const signal = new AbortController().signal;
  const environment = new TimedEnvironment(await kind.open(resources, signal));
  const [set] = await kind.taskSets(resources, signal);
  const task = taskId === undefined ? set.at(0) : await kind.task(taskId, resources, signal);
  const model = new AnswersInOrder(new WrittenModel(sentencesFor(openPromptSet(kind.id).options.markers)));
  return { kind, given, model, task, environment };
}

/** What a model writes of BabyAI-Text, behind the markers of another prompt set. */
function sentencesFor({ action, observation, critic }: Markers): NextToken {
  const markers = [
    [critic, 'Critic:'],
    [action, 'Action:'],
    [observation, 'Observation:'],
  ] as const;
  return (prompt) => {
    const at = prompt.lastIndexOf('\n') + 1;
    const line = prompt.slice(at);
    const found = markers.find(([own]) => line.startsWith(own));
    return babyAiSentences(found === undefined ? prompt : prompt.slice(0, at) + found[1] + line.slice(found[0].length));
  };
}

async function playOnce(folder: string, { kind, given, model, task, environment }: Setting, round: number) {
  model.rewind();
  const signal = new AbortController().signal;
  const opened: OpenedModel = { endpoints: [{ name: 'written', model, parallel: 1 }], wrap: null };
  const parameters = parametersFor(kind, 'written', { ...given, horizon: decisionsWanted }, 'bench');
  const settings = { parameters, prompts: new PromptsInForce(openPromptSet(kind.id), task.type, null) };
  const identity = { engine: 'bench', environment, model: describeModel(opened), parameters };
  const run = Run.create(path.join(folder, `${round}.lac.jsonl`), identity, '2026-01-01T00:00:00Z');
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  const ports = { environment, calls, state: { truth: false } };
  const start = cpu();
  environment.worked = 0;
  const episode = await run.startEpisode(task, settings, ports, signal);
  let decisions = 0;
  for await (const event of episode.run(0, settings, signal)) if (event.type === 'decision') decisions++;
  run.close();
  const milliseconds = cpu() - start - environment.worked;
  const recorded = path.join(folder, `${round}.lac.jsonl`);
  const bare = bareRecording(recorded);
  rmSync(recorded);
  return { decisions, milliseconds, bare, environment: environment.worked, modelCalls: calls.cost };
}

/**
 * CPU time of writing a journal's lines as JSON, hashing each once and appending it, and of nothing else: what any engine
 * that records them needs at least. Its ratio to the overhead stays where a machine is slow or busy.
 */
function bareRecording(file: string): number {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const descriptor = openSync(`${file}.bare`, 'w');
  const start = cpu();
  for (const line of lines) {
    const text = JSON.stringify(line);
    createHash('sha256').update(text).digest('hex');
    writeSync(descriptor, `${text}\n`);
  }
  const milliseconds = cpu() - start;
  closeSync(descriptor);
  rmSync(`${file}.bare`);
  return milliseconds;
}

async function overhead(folder: string, name: string, setting: Setting, note: string): Promise<Figure> {
  const times: number[] = [];
  const apart: number[] = [];
  const bare: number[] = [];
  let asked = 0;
  let made = 0;
  let cold = 0;
  for (let round = 0; round < warming + measured; round++) {
    const {
      decisions,
      milliseconds,
      environment,
      modelCalls,
      bare: recording,
    } = await playOnce(folder, setting, round);
    // The first round has the model write its answers; from the second on it gives them again.
    if (round === 1) cold = milliseconds / decisions;
    if (round >= warming) {
      times.push(milliseconds / decisions);
      apart.push(environment / decisions);
      bare.push(recording / decisions);
    }
    asked = Object.values(modelCalls).reduce((sum, { calls }) => sum + calls, 0) / decisions;
    made = decisions;
  }
  await setting.environment.dispose();
  const value = quantile(times, 0.5) ?? 0;
  const least = quantile(bare, 0.5) ?? 0;
  return {
    name: `engine.overhead.${name}`,
    value,
    unit: 'ms CPU a decision',
    aim: { direction: 'at-most', value: 2 },
    note: `${(value / least).toFixed(1)} times as much as writing, hashing and appending the same lines alone (${least.toFixed(2)} ms); ${note}; the model answers from memory; journal included; the environment's ${(quantile(apart, 0.5) ?? 0).toFixed(2)} ms apart; ${asked.toFixed(0)} calls a decision, ${made} decisions a round, the last ${measured} rounds of ${warming + measured}; ${Math.min(...times).toFixed(1)} ms in the best, ${cold.toFixed(1)} ms in the second`,
  };
}

/** What a decision costs beside model and environment, journal included; and deciding recorded steps again. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-engine-'));
  const figures: Figure[] = [];
  const babyAi = (given: Setting['given']): Promise<Setting> => settingOf(babyAiText, given, 'MixedTrainLocal/goto/17');
  try {
    for (const method of ['lac', 'prior']) {
      figures.push(await overhead(folder, method, await babyAi({ method }), "BabyAI-Text's defaults"));
    }
    const embedded = { proposal: 'admissible', candidates: 6, depth: 1, loopGuard: 30 };
    figures.push(await overhead(folder, 'embedded', await babyAi(embedded), "the embedded model's defaults"));
    for (const kind of [alfworld, webshop]) {
      figures.push(await overhead(folder, kind.id, await settingOf(kind, {}), `${kind.title}'s defaults`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  figures.push(columnsFigure());
  return figures;
};

/** Recorded steps decided again from their columns. */
function columnsFigure(): Figure {
  const random = seededRandom(7);
  const steps = 10_000;
  const columns = decisionColumns(
    Array.from({ length: steps }, () => ({
      candidates: Array.from({ length: 5 }, () => ({
        logPrior: -random.next() * 4,
        uses: 0,
        value: { q: random.next() * 8 - 4, bound: 'exact' as const },
      })),
      fixed: null,
    })),
  );
  const into = new Int32Array(steps);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    chooseAll(columns, { alpha: i / 50, loopGuard: 0, tieRule: 'prior' }, into);
    times.push(performance.now() - start);
  }
  return {
    name: 'engine.redecide',
    value: quantile(times, 0.5) ?? 0,
    unit: `ms for ${steps} steps`,
    aim: { direction: 'at-most', value: 1 },
    note: 'five candidates each, median of 200 values of alpha',
  };
}
