import { readFileSync } from 'node:fs';
import { Episode } from '../src/environments/babyai/episode';
import { generateLevel, type LevelName, type MixedKind } from '../src/environments/babyai/levels';
import { EmbeddedModel } from '../src/models/embedded/embeddedModel';
import { inProcess } from '../src/models/embedded/engine';
import { copyEpisode } from './data/episodes';
import { observationOf, offeredActions, Player, type Method } from './data/player';
import { remainingActions } from './data/remaining';
import { horizon } from './data/windows';

/**
 * Closed-loop success of a model file while it is being trained.
 * `node scripts/run.mjs training/evaluate.ts <gguf> <tasks> <types,...|all> <methods,...|all> [level]`
 */

const guard = 30;
const base: readonly Method[] = [
  { name: 'prior', reflects: false, critic: false, prior: 1, alpha: 0, guard: 0 },
  { name: 'reflection', reflects: true, critic: false, prior: 1, alpha: 0, guard: 0 },
  { name: 'critic-only', reflects: true, critic: true, prior: 0, alpha: 1, guard: 0 },
  { name: 'lac', reflects: true, critic: true, prior: 1, alpha: 2, guard: 0 },
];
const methods: readonly Method[] = [...base, ...base.map((m) => ({ ...m, name: `${m.name}+guard`, guard }))];

interface Type {
  readonly name: string;
  readonly kind: MixedKind;
  readonly accepts: (goal: string) => boolean;
}

const types: readonly Type[] = [
  { name: 'go-to', kind: 'goto', accepts: () => true },
  { name: 'pick-up', kind: 'pickup', accepts: () => true },
  { name: 'then', kind: 'seq', accepts: (goal) => goal.includes(', then ') },
  { name: 'after', kind: 'seq', accepts: (goal) => goal.includes(' after you ') },
  { name: 'put-next', kind: 'putnext', accepts: () => true },
  { name: 'open', kind: 'open', accepts: () => true },
];

interface Judged {
  readonly action: string;
  readonly q: number;
  readonly good: boolean;
  readonly exact: boolean;
}

async function main(): Promise<void> {
  const [file, count, typeNames = 'all', methodNames = 'all', level = 'MixedTestLocal'] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: evaluate.ts <gguf> <tasks> <types|all> <methods|all> [level]');
  const kernel = readFileSync('src/models/embedded/kernel/kernel.wasm');
  const model = await EmbeddedModel.open({ file, launch: inProcess(kernel) });
  const { signal } = new AbortController();

  const judged: Judged[] = [];
  for (const method of methods.filter(({ name }) => methodNames === 'all' || methodNames.split(',').includes(name))) {
    for (const type of types.filter(({ name }) => typeNames === 'all' || typeNames.split(',').includes(name))) {
      let successes = 0;
      let stepsTaken = 0;
      let done = 0;
      const began = performance.now();
      for (let seed = 0; done < Number(count); seed++) {
        const episode = new Episode(generateLevel(level as LevelName, type.kind, seed));
        if (!type.accepts(episode.goal)) continue;
        done++;
        const player = new Player(model, method, episode, signal);
        while (player.steps.length < horizon && episode.outcome === 'continue') {
          const verdicts = await player.judge();
          const before = remainingActions(episode);
          verdicts.forEach(({ imagined }, number) => {
            if (imagined === null || before === Infinity) return;
            const next = copyEpisode(episode);
            next.step(number);
            judged.push({
              action: offeredActions[number] ?? '',
              q: imagined.q,
              good: remainingActions(next) < before,
              exact: observationOf(next) === imagined.observation,
            });
          });
          const scores = verdicts.map(({ score }) => score);
          await player.play(scores.indexOf(Math.max(...scores)));
          const step = player.steps.at(-1);
          if (process.env['TRACE'] !== undefined && step !== undefined) {
            console.log(seed, episode.goal, '|', step.action, '|', step.observation, '|', step.reflection);
          }
        }
        if (process.env['TRACE'] !== undefined) console.log(seed, episode.outcome, '\n');
        stepsTaken += player.steps.length;
        if (episode.outcome === 'success') successes++;
      }
      const seconds = (performance.now() - began) / 1000;
      const share = (successes / done).toFixed(2);
      console.log(
        `${method.name} ${type.name} ${share} (${done}; ${(stepsTaken / done).toFixed(1)} steps; ${seconds.toFixed(0)} s)`,
      );
    }
  }
  const groups: readonly (readonly [string, (action: string) => boolean])[] = [
    ['all', () => true],
    ['turn', (action) => action.startsWith('turn')],
    ['forward', (action) => action === 'go forward'],
    ['hands', (action) => !action.startsWith('turn') && action !== 'go forward'],
  ];
  for (const [name, holds] of groups) {
    const chosen = judged.filter(({ action }) => holds(action));
    if (chosen.length === 0) continue;
    const exact = chosen.filter(({ exact: same }) => same).length / chosen.length;
    console.log(
      `AUC ${name} ${auc(chosen).toFixed(3)}, imagined observation exact ${exact.toFixed(2)} (${chosen.length})`,
    );
  }
  await model.dispose();
}

/** Probability that a good step's Q is above a bad one's. */
function auc(judged: readonly Judged[]): number {
  const good = judged.filter((j) => j.good).map(({ q }) => q);
  const bad = judged
    .filter((j) => !j.good)
    .map(({ q }) => q)
    .sort((a, b) => a - b);
  let wins = 0;
  for (const q of good) {
    let low = 0;
    let high = bad.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bad[middle] ?? 0) < q) low = middle + 1;
      else high = middle;
    }
    let ties = low;
    while (ties < bad.length && bad[ties] === q) ties++;
    wins += low + (ties - low) / 2;
  }
  return wins / (good.length * bad.length);
}

void main();
