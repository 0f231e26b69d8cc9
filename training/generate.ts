import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { seededRandom, type Random } from '../src/lac/random';
import { hasReserved, repaintReserved, startEpisode, taskTypes, type TaskType } from './data/episodes';
import {
  collector,
  explorer,
  looper,
  naiveDemonstrator,
  planner,
  uniform,
  wanderer,
  type Policy,
} from './data/policies';
import { inOtherColors, recolored } from './data/recolor';
import { lookup } from './data/lookup';
import { demonstrationAt, horizon, record, windowsAt, type Recording } from './data/windows';

/**
 * Writes training texts for the embedded model, blank lines between them:
 * `node scripts/run.mjs training/generate.ts <file> <texts> <first seed> [options]`. Options:
 * `--varied`: most texts in other colours, and some of the episodes begin with the wrong thing in the hand.
 * `--lookups`: each window ends with one more text, in which the places of all things are named.
 * `--demonstrations`: what the demonstrator did and nothing else, without reflections: how an actor is asked that has no
 * critic beside it.
 * `--verdicts`, without the former two: each window ends with every action, judged right after it: how a critic without
 * rollouts is asked.
 * `--clean`: the demonstrations that the actor learns from are the planner's, without noise.
 * `--type`: tasks of one type alone, for example "open door".
 */

/** Share of the episodes in which reserved things are repainted; else only observations are learnt from those that have some. */
const repainted = 0.85;

/** Seeds below this are for evaluation. */
const leastSeed = 1_000_000;

/** Share of the varied episodes that begin with the wrong thing in the hand. */
const collecting = 0.12;

interface Wishes {
  readonly varied: boolean;
  readonly demonstrations: boolean;
  readonly clean: boolean;
  readonly types: readonly TaskType[];
}

function* recordings(seed: number, wishes: Wishes, random: Random): Generator<Recording> {
  const { varied, demonstrations, clean, types } = wishes;
  let draw = random.next();
  const type = types.find(({ share }) => (draw -= share) < 0) ?? types[0];
  if (type === undefined) throw new RangeError('there is no task type');
  const episode = startEpisode(type, seed);
  if (random.next() < repainted) repaintReserved(episode, random);
  const judged = !hasReserved(episode);
  if (varied && !demonstrations && random.next() < collecting) {
    const phases = [
      { policy: collector(random), steps: 2 + uniform(random, 10) },
      { policy: explorer(random, 0.12), steps: horizon },
    ];
    yield record(episode, phases, false, judged, random);
    return;
  }
  const kind = demonstrations ? 0 : random.next();
  if (kind < 0.33) {
    const policy = clean ? planner(random, 0) : naiveDemonstrator(random);
    yield record(episode, [{ policy, steps: horizon }], true, judged, random);
    return;
  }
  const policy: Policy =
    kind < 0.55
      ? planner(random, 0.2)
      : kind < 0.8
        ? explorer(random, 0.12)
        : kind < 0.91
          ? wanderer(random)
          : looper(random);
  const lead = random.next() < 0.4 ? uniform(random, 14) : 0;
  yield record(
    episode,
    [
      { policy: planner(random, 0.1), steps: lead },
      { policy, steps: horizon },
    ],
    false,
    judged,
    random,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      varied: { type: 'boolean' },
      lookups: { type: 'boolean' },
      demonstrations: { type: 'boolean' },
      verdicts: { type: 'boolean' },
      clean: { type: 'boolean' },
      type: { type: 'string' },
    },
  });
  const [file, texts, first] = positionals;
  const types = taskTypes.filter(({ name }) => values.type === undefined || name === values.type);
  const { varied = false, lookups = false, demonstrations = false, verdicts = false, clean = false } = values;
  if (verdicts && (lookups || demonstrations)) throw new Error('--verdicts makes texts of its own');
  const wishes = { varied, demonstrations, clean, types };
  const count = Number(texts);
  const firstSeed = Number(first);
  if (file === undefined || !(count > 0) || !(firstSeed >= leastSeed) || types.length === 0) {
    throw new Error(`usage: generate.ts <file> <texts> <first seed, at least ${leastSeed}> [options]`);
  }
  const random = seededRandom(firstSeed);
  const textsAt = (recording: Recording, at: number): string[][] => {
    if (!demonstrations) return windowsAt(recording, at, random, verdicts ? 'action alone' : 'all');
    const text = demonstrationAt(recording, at);
    return text === null ? [] : [text];
  };
  const out = createWriteStream(file);
  let written = 0;
  for (let seed = firstSeed; written < count; seed++) {
    for (const recording of recordings(seed, wishes, random)) {
      const last = recording.moments.length - 1;
      for (let at = uniform(random, 3); at < Math.max(last, 1) && written < count; at += 2 + uniform(random, 3)) {
        if (recording.moments[at]?.episode.outcome !== 'continue') break;
        const lines = textsAt(recording, at);
        const other = wishes.varied && random.next() < inOtherColors ? recolored(lines, random) : null;
        const window = other ?? lines;
        const asked = lookups && window[0] !== undefined ? lookup(window[0], random) : null;
        for (const text of asked === null ? window : [...window, asked]) {
          if (!out.write(`${text.join('\n')}\n\n`)) await once(out, 'drain');
          written++;
        }
      }
    }
  }
  out.end();
  await once(out, 'finish');
}

void main();
