import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { babyAiText } from '../../src/environments/babyai/kind';
import { describeModel, liveCalls, parametersFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import type { LanguageModel } from '../../src/lac/languageModel';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { openPromptSet } from '../../src/prompts/promptSet';
import { babyAiSentences } from '../support/babyAiWords';
import { WrittenModel } from '../support/writtenModel';
import { decisionColumns, chooseAll } from '../../src/lac/decisionColumns';
import { seededRandom } from '../../src/lac/random';
import { quantile } from '../../src/evaluation/statistics';
import type { Bench, Figure } from './figure';

const resources = { assets: '', dataFolder: null, cacheFolder: null };

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

async function playOnce(folder: string, model: LanguageModel, method: string, round: number) {
  const signal = new AbortController().signal;
  const environment = await babyAiText.open(resources);
  const opened: OpenedModel = {
    endpoints: [{ name: 'written', model, parallel: 1 }],
    wrap: null,
  };
  const parameters = parametersFor(babyAiText, 'written', { horizon: 20, depth: 4, candidates: 5, method }, 'bench');
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const settings = { parameters, prompts: new PromptsInForce(openPromptSet('babyai-text'), task.type, null) };
  const identity = { engine: 'bench', environment, model: describeModel(opened), parameters };
  const run = Run.create(path.join(folder, `${method}${round}.lac.jsonl`), identity, '2026-01-01T00:00:00Z');
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  const ports = { environment, calls, state: { truth: false } };
  const start = cpu();
  const episode = await run.startEpisode(task, settings, ports, signal);
  let decisions = 0;
  for await (const event of episode.run(0, settings, signal)) if (event.type === 'decision') decisions++;
  run.close();
  return { decisions, milliseconds: cpu() - start, modelCalls: calls.cost };
}

/** What a decision costs beside model and environment, journal included; and deciding recorded steps again. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-engine-'));
  const figures: Figure[] = [];
  try {
    for (const method of ['lac', 'prior']) {
      const model = new AnswersInOrder(new WrittenModel(babyAiSentences));
      const times: number[] = [];
      let asked = 0;
      for (let round = 0; round < 12; round++) {
        model.rewind();
        const { decisions, milliseconds, modelCalls } = await playOnce(folder, model, method, round);
        if (round >= 2) times.push(milliseconds / decisions);
        asked = Object.values(modelCalls).reduce((sum, { calls }) => sum + calls, 0) / decisions;
      }
      figures.push({
        name: `engine.overhead.${method}`,
        value: quantile(times, 0.5) ?? 0,
        unit: 'ms CPU a decision',
        aim: { direction: 'at-most', value: 2 },
        note: `the model answers from memory; environment (microseconds) and journal included; ${asked.toFixed(0)} calls a decision, 20 decisions`,
      });
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
