import { readFileSync } from 'node:fs';
import { Episode } from '../src/environments/babyai/episode';
import { generateLevel, type LevelName, type MixedKind } from '../src/environments/babyai/levels';
import { actionNames } from '../src/environments/babyai/world';
import { EmbeddedModel } from '../src/models/embedded/embeddedModel';
import { inProcess } from '../src/models/embedded/engine';
import { copyEpisode } from './data/episodes';
import { actionCount } from './data/policies';
import { remainingActions } from './data/remaining';
import { horizon, observationsKept } from './data/windows';

/**
 * Closed-loop success of a model file while it is being trained, much simpler than the product's own evaluation: all six
 * actions are candidates, rollouts are greedy and one step deep.
 * `node scripts/run.mjs training/evaluate.ts <gguf> <tasks> <types,...|all> <methods,...|all> [level]`
 */

interface Method {
  readonly name: string;
  readonly reflects: boolean;
  readonly critic: boolean;
  /** Weight of log prior and of Q. */
  readonly prior: number;
  readonly alpha: number;
  readonly guard: number;
}

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

interface PastStep {
  readonly action: string;
  readonly observation: string;
  readonly reflection: string | null;
}

function transcript(goal: string, first: string, steps: readonly PastStep[]): string {
  const from = Math.max(0, steps.length + 1 - observationsKept);
  let text = `Goal: ${goal}\n`;
  for (let k = from; k <= steps.length; k++) {
    const step = steps[k - 1];
    if (k > from && step !== undefined) text += `Action: ${step.action}\n`;
    text += `Observation: ${step?.observation ?? first}\n`;
    if (step !== undefined && step.reflection !== null) text += `Critic: ${step.reflection}\n`;
  }
  return text;
}

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

  const line = async (prompt: string): Promise<string> => {
    const request = { kind: 'generate', prompt: [prompt], maxTokens: 120, terminator: 'unscored' } as const;
    const answer = await model.generate({ ...request, temperature: 0, seed: 0, ordinal: 0, top: 0 }, { signal });
    return answer.text.trim();
  };
  const actions = actionNames.slice(0, actionCount);
  const lead = 'This step is';

  const valueOf = async (history: string, action: string): Promise<{ q: number; observation: string }> => {
    const acted = `${history}Action: ${action}\nObservation:`;
    const observation = await line(acted);
    const seen = `${acted} ${observation}\nCritic:`;
    const reflection = await line(seen);
    const account = reflection.split(lead)[0]?.trim() ?? '';
    const prompt = [`${seen} ${account} ${lead}`];
    const { labels } = await model.next({ kind: 'next', prompt, labels: ['GOOD', 'BAD'] }, { signal });
    const [good, bad] = labels.map(({ logprob, bound }) => logprob ?? bound);
    return { q: (good ?? 0) - (bad ?? 0), observation };
  };

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
        const first = episode.texts().join(', ');
        let here = first;
        const steps: PastStep[] = [];
        const uses = new Map<string, number>();
        while (steps.length < horizon && episode.outcome === 'continue') {
          const history = transcript(episode.goal, first, steps);
          const scores = await Promise.all(
            actions.map(async (action, number) => {
              let score = -method.guard * (uses.get(`${here}|${action}`) ?? 0);
              if (method.prior > 0) {
                const { logprob } = await model.score(
                  { kind: 'score', prompt: [`${history}Action:`], continuation: ` ${action}\n` },
                  { signal },
                );
                score += method.prior * logprob;
              }
              if (method.critic) {
                const { q, observation } = await valueOf(history, action);
                score += method.alpha * q;
                const next = copyEpisode(episode);
                const before = remainingActions(episode);
                next.step(number);
                const after = remainingActions(next);
                if (before < Infinity) {
                  judged.push({ action, q, good: after < before, exact: next.texts().join(', ') === observation });
                }
              }
              return score;
            }),
          );
          const number = scores.indexOf(Math.max(...scores));
          const action = actions[number] ?? 'go forward';
          const use = `${here}|${action}`;
          uses.set(use, (uses.get(use) ?? 0) + 1);
          episode.step(number);
          here = episode.texts().join(', ');
          const acted = `${history}Action: ${action}\nObservation: ${here}\nCritic:`;
          const ended = episode.outcome !== 'continue';
          steps.push({ action, observation: here, reflection: method.reflects && !ended ? await line(acted) : null });
          if (process.env['TRACE'] !== undefined)
            console.log(seed, episode.goal, '|', action, '|', here, '|', steps.at(-1)?.reflection);
        }
        if (process.env['TRACE'] !== undefined) console.log(seed, episode.outcome, '\n');
        stepsTaken += steps.length;
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
