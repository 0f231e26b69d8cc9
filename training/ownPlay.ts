import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { actionNames, FORWARD, TURN_LEFT, TURN_RIGHT } from '../src/environments/babyai/world';
import { seededRandom, type Random } from '../src/lac/random';
import { EmbeddedModel } from '../src/models/embedded/embeddedModel';
import { inProcess } from '../src/models/embedded/engine';
import { copyEpisode, hasReserved, repaintReserved, startEpisode, taskTypes } from './data/episodes';
import { Player, type PastStep } from './data/player';
import { uniform } from './data/policies';
import {
  advance,
  firstMoment,
  horizon,
  imaginedWithout,
  marked,
  observationsKept,
  reflectionLine,
  tried,
  type Moment,
} from './data/windows';

/**
 * Writes training texts from a checkpoint's own play (as DAgger does): the states are those that its LAC reaches, loops
 * included; the history holds its own reflections, the last observation is what it imagined itself, and the
 * reflection and verdict to learn are the true ones.
 * `node scripts/run.mjs training/ownPlay.ts <gguf> <file> <texts> <first seed>`
 */

/** Share of actions drawn at random, so that the states vary. */
const noise = 0.1;
/** Share of the imagined uses of the hands that become texts; turns and forward, which are harder to judge, all do. */
const handsKept = 0.35;
const moves: ReadonlySet<number> = new Set([TURN_LEFT, TURN_RIGHT, FORWARD]);
/** What the runtime reads and what the texts' encoder knows as a reflection. */
const wellFormed = /^\S.* This step is (?:GOOD|BAD|UNKNOWN)\.$/;

/** The transcript before a decision, with the reflections that the model wrote. null where one of them is malformed. */
function history(goal: string, moments: readonly Moment[], steps: readonly PastStep[]): string[] | null {
  const lines = [`G${goal}`];
  const first = Math.max(0, moments.length - observationsKept);
  for (let k = first; k < moments.length; k++) {
    const moment = moments[k];
    const step = steps[k - 1];
    if (moment === undefined) break;
    if (k > first && step !== undefined) lines.push(`a${step.action}`);
    lines.push(`o${moment.observation}`);
    if (step === undefined || step.reflection === null) continue;
    if (!wellFormed.test(step.reflection)) return null;
    lines.push(`c${step.reflection}`);
  }
  return lines;
}

/** Decisions without a text after which a model is held to be unable to write any. */
const mostWithout = 60;

async function* texts(model: EmbeddedModel, firstSeed: number, random: Random): AsyncGenerator<readonly string[]> {
  const { signal } = new AbortController();
  let without = 0;
  for (let seed = firstSeed; ; seed++) {
    const type = taskTypes[uniform(random, taskTypes.length)];
    if (type === undefined) throw new RangeError('there is no task type');
    const episode = startEpisode(type, seed);
    repaintReserved(episode, random);
    if (hasReserved(episode)) continue;
    const guard = random.next() < 0.5 ? 30 : 0;
    const lac = { name: 'lac', reflects: true, critic: true, prior: 1, alpha: 2, guard };
    // The player plays on the episode itself, moments on copies of it.
    let here = firstMoment(copyEpisode(episode));
    const moments = [here];
    const player = new Player(model, lac, episode, signal);
    while (player.steps.length < horizon && here.episode.outcome === 'continue') {
      const kept = moments.slice(-observationsKept);
      const hidden = imaginedWithout(kept, here);
      const before = history(episode.goal, moments, player.steps);
      if (++without > mostWithout) throw new Error('the model writes no transcripts yet: train it for longer');
      const verdicts = await player.judge();
      const scores = verdicts.map(({ score }) => score);
      const best = scores.indexOf(Math.max(...scores));
      const action = random.next() < noise ? (tried[uniform(random, tried.length)] ?? FORWARD) : best;
      const after = advance(here, action, random);
      if (before !== null && after.step !== null) {
        for (const [tryOut, { imagined }] of verdicts.entries()) {
          if (!moves.has(tryOut) && random.next() >= handsKept) continue;
          const { step } = advance(here, tryOut, random, hidden);
          if (imagined?.observation.startsWith('You ') !== true || step === null) continue;
          without = 0;
          yield [...before, `a${actionNames[tryOut] ?? ''}`, `o${imagined.observation}`, reflectionLine(step, true)];
        }
        const name = actionNames[action] ?? '';
        yield [...before, `a${name}`, `O${marked(after, hidden)}`, reflectionLine(after.step, true)];
      }
      await player.play(action);
      here = after;
      moments.push(after);
    }
  }
}

async function main(): Promise<void> {
  const [gguf, file, count, first] = process.argv.slice(2);
  if (gguf === undefined || file === undefined || !(Number(count) > 0) || !(Number(first) >= 1_000_000)) {
    throw new Error('usage: ownPlay.ts <gguf> <file> <texts> <first seed, at least 1000000>');
  }
  const kernel = readFileSync('src/models/embedded/kernel/kernel.wasm');
  const model = await EmbeddedModel.open({ file: gguf, launch: inProcess(kernel) });
  const out = createWriteStream(file);
  let written = 0;
  for await (const lines of texts(model, Number(first), seededRandom(Number(first)))) {
    if (!out.write(`${lines.join('\n')}\n\n`)) await once(out, 'drain');
    if (++written >= Number(count)) break;
  }
  await model.dispose();
  out.end();
  await once(out, 'finish');
}

void main();
