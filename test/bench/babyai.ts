import { Episode } from '../../src/environments/babyai/episode';
import { generateLevel, mixedKinds, type MixedKind } from '../../src/environments/babyai/levels';
import { Planner } from '../../src/environments/babyai/planner';
import { seededRandom } from '../../src/lac/random';
import type { Bench, Figure } from './figure';

const warmUpMs = 300;
const measureMs = 1500;

/** CPU time of this process in milliseconds: other work on the machine leaves it alone. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Calls `work` for a while and returns units of work done per second of CPU time; `work` returns how many it did. */
function perSecond(work: () => number): number {
  for (const end = cpuTime() + warmUpMs; cpuTime() < end;) work();
  const begin = cpuTime();
  let done = 0;
  let now = begin;
  while (now < begin + measureMs) {
    done += work();
    now = cpuTime();
  }
  return (done / (now - begin)) * 1000;
}

function steps(): Figure {
  const random = seededRandom(1);
  let seed = 0;
  let characters = 0;
  const value = perSecond(() => {
    const kind = mixedKinds[seed % mixedKinds.length] ?? 'goto';
    const episode = new Episode(generateLevel('MixedTrainLocal', kind, seed++));
    while (!episode.done) {
      episode.step(Math.floor(random.next() * 6));
      for (const sentence of episode.texts()) characters += sentence.length;
    }
    return episode.steps;
  });
  return {
    name: 'babyai.steps',
    value,
    unit: 'steps with text/s',
    aim: { direction: 'at-least', value: 100_000 },
    note: `random actions on all kinds, generation included, CPU time, ${characters > 0 ? 'texts read' : 'no text'}`,
  };
}

function resets(kind: MixedKind): Figure {
  let seed = 0;
  const value = perSecond(() => {
    for (let count = 0; count < 20; count++) new Episode(generateLevel('MixedTrainLocal', kind, seed++)).texts();
    return 20;
  });
  return {
    name: `babyai.reset.${kind}`,
    value,
    unit: 'resets/s',
    aim: { direction: 'at-least', value: 1000 },
    note: 'MixedTrainLocal, from its seed, with text, CPU time',
  };
}

/** States along random walks, as labelling meets them. */
function planner(): Figure {
  const random = seededRandom(2);
  let seed = 0;
  const value = perSecond(() => {
    const kind = mixedKinds[seed % mixedKinds.length] ?? 'goto';
    const episode = new Episode(generateLevel('MixedTrainLocal', kind, seed++));
    const search = new Planner(episode.mission);
    let plans = 0;
    for (; plans < 10 && !episode.done; plans++) {
      search.plan(episode);
      episode.step(Math.floor(random.next() * 6));
    }
    return plans;
  });
  return {
    name: 'babyai.planner',
    value: 1000 / value,
    unit: 'ms/plan',
    aim: { direction: 'at-most', value: 1 },
    note: 'mean over random walks in all kinds, with generation, CPU time',
  };
}

export const bench: Bench = () => Promise.resolve([steps(), ...mixedKinds.map(resets), planner()]);
