import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Game, nothingHappens } from '../../src/environments/alfworld/game';
import { type GameFile, goalOf, readGameFile } from '../../src/environments/alfworld/gameFile';
import { type Household, householdGame, readHousehold } from '../../src/environments/alfworld/household';
import { inOldLanguage, languageOf } from '../../src/environments/alfworld/language';
import { type Conformance, ConformanceReport } from './report';

interface RecordedState {
  readonly feedback: string;
  readonly won: boolean;
  readonly admissible: readonly string[];
}

interface Playthrough {
  readonly game: string;
  readonly format: string;
  readonly kind: string;
  readonly reset: RecordedState;
  readonly steps: readonly (RecordedState & {
    readonly command: string;
    readonly score: number;
    readonly done: boolean;
  })[];
}

/** Files below a folder whose name fits, as paths relative to it, sorted. */
function filesBelow(folder: string, fits: (name: string) => boolean): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fits(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function recordsOf(file: string): readonly Playthrough[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Playthrough);
}

/** Says where two values part, or undefined when they are equal. */
function difference(what: string, recorded: unknown, found: unknown): string | undefined {
  const [a, b] = [JSON.stringify(recorded), JSON.stringify(found)];
  if (a === b) return undefined;
  let from = 0;
  while (a[from] === b[from]) from++;
  from = Math.max(0, from - 30);
  return `${what} is ...${b.slice(from, from + 200)}, recorded is ...${a.slice(from, from + 200)}`;
}

/** Plays the recorded commands; the first difference, or undefined. */
function replay(game: Game, { reset, steps }: Playthrough): string | undefined {
  let state = game.start;
  const check = (place: string, recorded: RecordedState, feedback: string): string | undefined =>
    difference(`${place}: feedback`, recorded.feedback, feedback) ??
    difference(`${place}: admissible`, recorded.admissible, game.admissible(state)) ??
    difference(`${place}: won`, recorded.won, game.won(state));
  let problem = check('reset', reset, game.intro());
  for (let index = 0; index < steps.length && problem === undefined; index++) {
    const step = steps[index];
    if (step === undefined) break;
    const place = `step ${index} (${JSON.stringify(step.command)})`;
    const instance = game.find(state, step.command);
    let feedback = nothingHappens;
    if (instance !== undefined) ({ state, feedback } = game.step(state, instance));
    problem =
      check(place, step, feedback) ??
      difference(`${place}: score`, step.score, game.won(state) ? 1 : 0) ??
      difference(`${place}: done`, step.done, game.won(state));
  }
  return problem;
}

/** The file with our own rules and texts in place of its own, in its own language. */
function asOurs(file: GameFile, household: Household): GameFile {
  const ours = householdGame(household, file.pddl_problem, goalOf(file.grammar) ?? '', file.walkthrough);
  return languageOf(file) === 'old' ? inOldLanguage(ours) : ours;
}

function winsAtLast(game: Game, commands: readonly string[]): string | undefined {
  let state = game.start;
  for (const [index, command] of commands.entries()) {
    if (game.won(state)) return `won before command ${index}`;
    const instance = game.find(state, command);
    if (instance === undefined) return `"${command}" is not admissible`;
    state = game.step(state, instance).state;
  }
  return game.won(state) ? undefined : 'not won at the last command';
}

function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/**
 * Holds the engine against recorded playthroughs: each file as it is, and with our own domain and grammar; then every
 * walkthrough of the games, and new files switched to the old language against the old files of the same games.
 */
export const conform: Conformance = async ({ folder, data }, log) => {
  const report = new ConformanceReport();
  const household = await readHousehold(path.resolve('media/data/alfworld'));
  const games = new Map<string, GameFile | undefined>();
  const gameOf = (name: string): GameFile | undefined => {
    if (!games.has(name)) {
      const found = [data, folder]
        .filter((place): place is string => place !== undefined)
        .flatMap((place) => [path.join(place, name), path.join(place, '..', name)])
        .map((file) => attemptRead(file))
        .find((text) => text !== undefined);
      games.set(name, found === undefined ? undefined : readGameFile(found, name));
    }
    return games.get(name);
  };
  const counts = { playthroughs: 0, states: 0, walkthroughs: 0, switched: 0 };
  for (const file of filesBelow(folder, (name) => /\.jsonl(\.gz)?$/.test(name))) {
    for (const [index, record] of recordsOf(path.join(folder, file)).entries()) {
      const game = gameOf(record.game);
      if (game === undefined) {
        report.skip(`playthroughs of ${record.game}: the game file is not there (--data)`);
        continue;
      }
      counts.playthroughs++;
      counts.states += record.steps.length + 1;
      const name = `${file}:${index + 1} ${record.kind} ${record.game}`;
      report.count(
        name,
        attempt(() => replay(new Game(game, record.game), record)),
      );
      report.count(
        `${name} (our domain and grammar)`,
        attempt(() => replay(new Game(asOurs(game, household), record.game), record)),
      );
    }
  }
  if (data !== undefined) {
    const byTrial = new Map<string, { name: string; file: GameFile }[]>();
    for (const name of filesBelow(data, (file) => file.endsWith('.tw-pddl'))) {
      const file = readGameFile(readFileSync(path.join(data, name), 'utf8'), name);
      const trial = name.split(path.sep).slice(-4).join('/');
      byTrial.set(trial, [...(byTrial.get(trial) ?? []), { name, file }]);
      const { walkthrough } = file;
      if (walkthrough === undefined) continue;
      counts.walkthroughs++;
      report.count(
        `walkthrough of ${name}`,
        attempt(() => winsAtLast(new Game(file, name), walkthrough)),
      );
      const old = inOldLanguage(file);
      report.count(
        `walkthrough of ${name} in the old language, our domain and grammar`,
        attempt(() => winsAtLast(new Game(asOurs(old, household), name), old.walkthrough ?? [])),
      );
    }
    for (const [trial, versions] of byTrial) {
      const old = versions.find(({ file }) => languageOf(file) === 'old')?.file;
      const recent = versions.find(({ file }) => languageOf(file) === 'new')?.file;
      if (old === undefined || recent === undefined) continue;
      counts.switched++;
      const switched = inOldLanguage(recent);
      report.count(
        `${trial} switched to the old language`,
        difference('grammar', old.grammar, switched.grammar) ??
          difference('domain', old.pddl_domain, switched.pddl_domain) ??
          difference('problem', old.pddl_problem, switched.pddl_problem),
      );
    }
  }
  log(
    `${counts.playthroughs} playthroughs (${counts.states} states), each as it is and with our domain and grammar; ` +
      `${counts.walkthroughs} walkthroughs; ${counts.switched} games in both languages`,
  );
  return report;
};

function attemptRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
