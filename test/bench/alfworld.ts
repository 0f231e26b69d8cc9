import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Game } from '../../src/environments/alfworld/game';
import { readGameFile } from '../../src/environments/alfworld/gameFile';
import { inOldLanguage } from '../../src/environments/alfworld/language';
import { shortestPlan } from '../../src/environments/alfworld/planner/planner';
import { knowsNothing } from '../../src/environments/alfworld/knowledge';
import { recordState, stateOf } from '../../src/environments/alfworld/snapshot';
import { seededRandom } from '../../src/lac/random';
import { sharedPath } from '../support/recordings';
import type { Bench, Figure } from './figure';

/** CPU time of this process in milliseconds: other work on the machine leaves it alone. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed<Value>(work: () => Value, into: number[]): Value {
  const begin = cpuTime();
  const value = work();
  into.push(cpuTime() - begin);
  return value;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function load(file: string): Game {
  return new Game(inOldLanguage(readGameFile(readFileSync(file, 'utf8'), file)), file);
}

/** Random play over the games, 40 commands each; states reached and commands per second of CPU time. */
function play(games: readonly Game[], milliseconds: number): number {
  const random = seededRandom(1);
  const begin = cpuTime();
  let steps = 0;
  for (let index = 0; cpuTime() < begin + milliseconds; index++) {
    const game = games[index % games.length];
    if (game === undefined) break;
    let state = game.start;
    for (let step = 0; step < 40; step++) {
      const commands = game.admissible(state);
      const instance = game.find(state, commands[Math.floor(random.next() * commands.length)] ?? '');
      if (instance === undefined) break;
      ({ state } = game.step(state, instance));
      game.won(state);
      steps++;
    }
  }
  return (steps / (cpuTime() - begin)) * 1000;
}

/** Microseconds of recording a state as JSON data and of taking it up again. */
function snapshots(game: Game): number {
  let state = game.start;
  const random = seededRandom(2);
  for (let step = 0; step < 30; step++) {
    const commands = game.admissible(state);
    const instance = game.find(state, commands[Math.floor(random.next() * commands.length)] ?? '');
    if (instance !== undefined) ({ state } = game.step(state, instance));
  }
  const rounds = 20_000;
  const episode = { world: state, knowledge: knowsNothing, observation: '' };
  const begin = cpuTime();
  for (let round = 0; round < rounds; round++) {
    const recorded = recordState(game.world, game.sha256, episode);
    if (typeof stateOf(game.world, game.sha256, recorded) === 'string') throw new Error('the snapshot does not fit');
  }
  return ((cpuTime() - begin) / rounds) * 1000;
}

export const bench: Bench = (log) => {
  const folder = sharedPath('data', 'alfworld', 'json_2.1.2', 'valid_unseen');
  if (folder === undefined) {
    log('alfworld: skipped, its figures are taken on the 134 unseen games');
    return Promise.resolve([]);
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tw-pddl'))
    .sort();
  const first: number[] = [];
  const loads: number[] = [];
  const resets: number[] = [];
  const plans: number[] = [];
  const games = files.map((file, index) => timed(() => load(path.join(folder, file)), index === 0 ? first : loads));
  for (const game of games) {
    timed(() => {
      game.intro();
      game.admissible(game.start);
    }, resets);
  }
  let longer = 0;
  for (const game of games) {
    const truth = timed(() => shortestPlan(game, game.start), plans);
    const { walkthrough } = game.file;
    if (truth.remaining === null || (walkthrough !== undefined && truth.remaining > walkthrough.length)) longer++;
  }
  play(games, 500);
  const over = `${games.length} unseen games, CPU time`;
  const most = (name: string, value: number, unit: string, aim: number, note: string): Figure => ({
    name: `alfworld.${name}`,
    value,
    unit,
    aim: { direction: 'at-most', value: aim },
    note,
  });
  return Promise.resolve([
    most('load.first', first[0] ?? NaN, 'ms', 100, 'the first game of a process, nothing warm'),
    most('load', median(loads), 'ms', 20, `median, ${over}`),
    most('load.worst', Math.max(...loads), 'ms', 100, over),
    most('reset', median(resets), 'ms', 5, `intro and admissible commands, median, ${over}`),
    {
      name: 'alfworld.steps',
      value: play(games, 3000),
      unit: 'steps with admissible commands/s',
      aim: { direction: 'at-least', value: 2000 },
      note: `random play, ${over}`,
    },
    most(
      'snapshot',
      snapshots(games[0] ?? load('')),
      'us',
      100,
      'record as JSON data and take up again, after 30 steps',
    ),
    most('plan', median(plans), 'ms', 1000, `shortest plan from the start, median, ${over}`),
    most('plan.worst', Math.max(...plans), 'ms', 1000, over),
    most('plan.longer', longer, 'games', 0, 'plans that are longer than the walkthrough of the file'),
  ]);
};
