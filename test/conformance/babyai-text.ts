import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe } from '../../src/environments/babyai/descriptions';
import { Episode, type Level } from '../../src/environments/babyai/episode';
import { glamPrompt } from '../../src/environments/babyai/glamPrompt';
import {
  generateLevel,
  kindsOf,
  levelNames,
  mixedKinds,
  type GeneratedLevel,
  type LevelName,
  type MixedKind,
} from '../../src/environments/babyai/levels';
import { readWorld, tokenOf, writeCarrying, writeGrid } from '../../src/environments/babyai/notation';
import { Pcg64, seedSequenceWords } from '../../src/environments/babyai/pcg64';
import { Planner } from '../../src/environments/babyai/planner';
import { look, viewSize } from '../../src/environments/babyai/view';
import {
  actionNames,
  colorOf,
  colors,
  FORM_KEY,
  formOf,
  isDoor,
  PICK_UP,
  TOGGLE,
  typeOf,
  WALL_OBJECT,
  type World,
} from '../../src/environments/babyai/world';
import {
  direction,
  instruction,
  isObject,
  list,
  MalformedRecord,
  number,
  object,
  readRecordedFiles,
  text,
  texts,
  type Json,
  type JsonObject,
} from './babyaiRecords';
import { ConformanceReport, type Conformance } from './report';

/** Holds the BabyAI-Text engine, its generator and its random stream against recordings of the original. */
export const conform: Conformance = ({ folder }, log) => {
  const report = new ConformanceReport();
  const files = readRecordedFiles(folder);
  const episodes = new Map<string, JsonObject>();
  for (const { records } of files) {
    for (const record of records) {
      if (Array.isArray(record['steps']) && typeof record['id'] === 'string') episodes.set(record['id'], record);
    }
  }
  for (const { name, records, problem } of files) {
    if (problem !== null) report.count(name, problem);
    const before = { passed: report.passed, failed: report.failed };
    records.forEach((record, index) => {
      const id = typeof record['id'] === 'string' ? record['id'] : `${name}#${index}`;
      let checked = true;
      const difference = problemOf(() => {
        checked = check(record, episodes, (what) => {
          report.skip(what);
        });
      });
      if (checked) report.count(id, difference);
    });
    log(`${name}: ${report.passed - before.passed} passed, ${report.failed - before.failed} failed`);
  }
  return Promise.resolve(report);
};

/** A difference between what was recorded and what this engine does. */
class Difference extends Error {
  override readonly name = 'Difference';
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Difference || error instanceof MalformedRecord || error instanceof RangeError) {
      return error.message;
    }
    throw error;
  }
}

function same(what: string, actual: unknown, recorded: unknown): void {
  if (!isDeepStrictEqual(actual, recorded)) {
    throw new Difference(`${what} is ${JSON.stringify(actual)}, recorded ${JSON.stringify(recorded)}`);
  }
}

/** Compares where the record has the field. */
function sameField(record: JsonObject, field: string, where: string, actual: () => unknown): void {
  if (record[field] !== undefined) same(`${where}${field}`, actual(), record[field]);
}

/** Checks a record as what its fields make it; false where there was nothing that could be checked. */
function check(record: JsonObject, episodes: ReadonlyMap<string, JsonObject>, skip: (what: string) => void): boolean {
  if (record['pcg64_raw'] !== undefined || record['seed_sequence_words32'] !== undefined) {
    checkStream(record, skip);
    return true;
  }
  if (record['prompt'] !== undefined && record['episode'] !== undefined) {
    const episode = episodes.get(text(record['episode'], 'episode'));
    if (episode === undefined) {
      skip('prompts of episodes that are not in the folder');
      return false;
    }
    checkPrompt(record, episode);
    return true;
  }
  if (record['shortest_plan_full_information'] !== undefined || record['distinct_missions'] !== undefined) {
    return checkStatistics(record, skip);
  }
  if (typeof record['level'] === 'string' && record['level'].includes('French')) {
    skip('levels whose texts are French: this engine speaks English');
    return false;
  }
  if (record['grid'] !== undefined) {
    if (isObject(record['instr'])) checkLevelOrEpisode(record, skip);
    else checkView(record, '', worldOf(record));
    return true;
  }
  skip(`records of a form that is not known (fields ${Object.keys(record).slice(0, 4).join(', ')})`);
  return false;
}

function worldOf(record: JsonObject): World {
  const [x, y] = list(record['agent_pos'], 'agent_pos');
  const grid = texts(record['grid'], 'grid');
  const roomSize = record['room_size'];
  return readWorld({
    grid,
    contains: list(record['contains'] ?? [], 'contains').map((entry) => {
      const [boxX, boxY, token] = list(entry, 'contains');
      return [number(boxX, 'contains'), number(boxY, 'contains'), text(token, 'contains')];
    }),
    agentPosition: [number(x, 'agent_pos'), number(y, 'agent_pos')],
    agentDirection: direction(record['agent_dir'], 'agent_dir'),
    carrying: typeof record['carrying'] === 'string' ? record['carrying'] : null,
    // Scenes have no rooms: one room as large as the grid.
    layout: {
      roomSize: typeof roomSize === 'number' ? roomSize : grid.length,
      rows: typeof record['num_rows'] === 'number' ? record['num_rows'] : 1,
      columns: typeof record['num_cols'] === 'number' ? record['num_cols'] : 1,
    },
  });
}

function viewRows(world: World): string[] {
  const view = look(world);
  return Array.from({ length: viewSize }, (_, j) =>
    Array.from(view.subarray(j * viewSize, (j + 1) * viewSize), tokenOf).join(''),
  );
}

function gridHash(world: World): string {
  return createHash('sha256').update(writeGrid(world).join('\n')).digest('hex').slice(0, 16);
}

function checkView(record: JsonObject, where: string, world: World): void {
  sameField(record, 'texts', where, () => describe(world));
  sameField(record, 'view', where, () => viewRows(world));
  sameField(record, 'grid_hash', where, () => gridHash(world));
}

function levelNameOf(recorded: string): LevelName | undefined {
  return levelNames.find((name) => recorded === `BabyAI-${name}-v0` || recorded === name);
}

function kindOf(level: LevelName, recorded: Json | undefined): MixedKind | undefined {
  if (recorded === null || recorded === undefined) return kindsOf(level).length === 1 ? 'seq' : undefined;
  if (recorded === 'pick up seq go to') return 'seq';
  return mixedKinds.find((kind) => kind === recorded);
}

/** The same level made from its seed, or undefined where there is no generator for it. */
function regenerate(record: JsonObject, skip: (what: string) => void): GeneratedLevel | undefined {
  const { seed } = record;
  if (typeof seed !== 'number' || typeof record['level'] !== 'string') return undefined;
  const level = levelNameOf(record['level']);
  if (level === undefined) {
    skip(`regenerating ${record['level']} from its seed: no generator; the recorded state was used`);
    return undefined;
  }
  const kind = kindOf(level, record['action_kind']);
  if (kind === undefined) {
    skip(`regenerating ${record['level']} of kind ${JSON.stringify(record['action_kind'])}: no such kind`);
    return undefined;
  }
  if (!Number.isSafeInteger(seed)) {
    skip('regenerating from seeds beyond 2^53');
    return undefined;
  }
  return generateLevel(level, kind, seed);
}

function checkStart(
  record: JsonObject,
  where: string,
  level: Pick<Level, 'world' | 'maxSteps'>,
  mission: string,
): void {
  const { world } = level;
  const { width, height, roomSize, rows, columns } = world.layout;
  sameField(record, 'grid', where, () => writeGrid(world));
  sameField(record, 'agent_pos', where, () => [world.x, world.y]);
  sameField(record, 'agent_dir', where, () => world.direction);
  sameField(record, 'carrying', where, () => writeCarrying(world));
  sameField(record, 'mission', where, () => mission);
  sameField(record, 'max_steps', where, () => level.maxSteps);
  sameField(record, 'width', where, () => width);
  sameField(record, 'height', where, () => height);
  sameField(record, 'room_size', where, () => roomSize);
  sameField(record, 'num_rows', where, () => rows);
  sameField(record, 'num_cols', where, () => columns);
  sameField(record, 'view_size', where, () => viewSize);
  checkView(record, where, world);
}

function checkLevelOrEpisode(record: JsonObject, skip: (what: string) => void): void {
  const generated = regenerate(record, skip);
  if (generated !== undefined) {
    checkStart(record, 'from seed: ', generated, generated.mission);
    same('from seed: instr', generated.instruction, instruction(record['instr']));
    const draws = record['next_integers_0_1000'];
    if (draws !== undefined) {
      const next = list(draws, 'next_integers_0_1000').map(() => generated.random.integer(0, 1000));
      same('from seed: next_integers_0_1000', next, draws);
    }
  }
  const episode = new Episode({
    world: worldOf(record),
    instruction: instruction(record['instr']),
    maxSteps: number(record['max_steps'], 'max_steps'),
  });
  checkStart(record, 'start: ', { world: episode.world, maxSteps: episode.maxSteps }, episode.goal);
  if (record['steps'] !== undefined) replay(record, episode);
}

function replay(record: JsonObject, episode: Episode): void {
  const { world } = episode;
  const steps = list(record['steps'], 'steps');
  let grid = writeGrid(world);
  steps.forEach((entry, index) => {
    const step = object(entry, `step ${index}`);
    const where = `step ${index}: `;
    if (episode.done) throw new Difference(`${where}the episode had ended here`);
    const action = number(step['a'], `${where}a`);
    episode.step(action);
    sameField(step, 'action', where, () => actionNames[action]);
    checkView(step, where, world);
    sameField(step, 'reward', where, () => episode.reward);
    sameField(step, 'done', where, () => episode.done);
    sameField(step, 'status', where, () => episode.outcome);
    sameField(step, 'terminated', where, () => episode.outcome !== 'continue');
    sameField(step, 'truncated', where, () => episode.done && episode.outcome === 'continue');
    sameField(step, 'carrying', where, () => writeCarrying(world));
    sameField(step, 'pos', where, () => [world.x, world.y]);
    sameField(step, 'dir', where, () => world.direction);
    const now = writeGrid(world);
    if (step['changes'] !== undefined) {
      same(`${where}changes`, sorted(changesBetween(grid, now)), sorted(list(step['changes'], 'changes')));
    }
    grid = now;
  });
  sameField(record, 'n_steps', '', () => episode.steps);
  sameField(record, 'return', '', () => episode.reward);
  const end = episode.outcome !== 'continue' ? episode.outcome : episode.done ? 'timeout' : 'cut';
  sameField(record, 'end', '', () => end);
}

function changesBetween(before: readonly string[], after: readonly string[]): Json[] {
  const changes: Json[] = [];
  after.forEach((row, y) => {
    for (let x = 0; 2 * x < row.length; x++) {
      const token = row.slice(2 * x, 2 * x + 2);
      if (token !== before[y]?.slice(2 * x, 2 * x + 2)) changes.push([x, y, token]);
    }
  });
  return changes;
}

function sorted(entries: readonly Json[]): string[] {
  return entries.map((entry) => JSON.stringify(entry)).sort();
}

function checkPrompt(record: JsonObject, episode: JsonObject): void {
  const before = number(record['before_step'], 'before_step');
  const steps = list(episode['steps'], 'steps')
    .slice(0, before)
    .map((step) => object(step, 'step'));
  const told = [texts(episode['texts'], 'texts'), ...steps.map((step) => texts(step['texts'], 'texts'))];
  const actions = steps.map((step) => text(step['action'], 'action'));
  same('prompt', glamPrompt(text(episode['mission'], 'mission'), told, actions), record['prompt']);
}

function checkStream(record: JsonObject, skip: (what: string) => void): void {
  const seed = number(record['seed'], 'seed');
  if (!Number.isSafeInteger(seed)) {
    skip('random streams of seeds beyond 2^53');
    return;
  }
  const words = record['seed_sequence_words32'];
  if (words !== undefined) {
    same('seed_sequence_words32', seedSequenceWords(seed, list(words, 'seed_sequence_words32').length), words);
  }
  const raw = record['pcg64_raw'];
  if (raw !== undefined) {
    const stream = new Pcg64(seed);
    same(
      'pcg64_raw',
      texts(raw, 'pcg64_raw').map(() => stream.raw().toString()),
      raw,
    );
  }
  const stream = new Pcg64(seed);
  if (record['integers_calls'] !== undefined) {
    const calls = list(record['integers_calls'], 'integers_calls').map((call) => list(call, 'integers_calls'));
    same(
      'integers',
      calls.map(([low, high]) => stream.integer(number(low, 'low'), number(high, 'high'))),
      record['integers'],
    );
  }
  sameField(record, 'then_uniform_0_1', '', () => stream.uniform());
  const then = record['then_integers_0_100'];
  if (then !== undefined) {
    same(
      'then_integers_0_100',
      list(then, 'then_integers_0_100').map(() => stream.integer(0, 100)),
      then,
    );
  }
}

/** The recorded plan lengths are those of plans that take and toggle nothing but what the mission needs. */
function leavesObstacles(episode: Episode): (world: World, action: number) => boolean {
  const wanted = new Set(episode.mission.tracked.flatMap(({ members }) => members));
  const keys = episode.mission.goal.kind === 'open';
  return (world, action) => {
    const front = world.cells[world.front] ?? WALL_OBJECT;
    const code = world.codes[front] ?? WALL_OBJECT;
    if (action === PICK_UP) return wanted.has(front) || (keys && formOf(code) === FORM_KEY);
    return action !== TOGGLE || isDoor(code);
  };
}

const sampled = 400;

/**
 * Statistics name no seeds: what no seed can change is compared exactly, means of a sample of our own within four
 * standard errors, and lists of missions and the oracle's figures are not compared.
 */
function checkStatistics(record: JsonObject, skip: (what: string) => void): boolean {
  const level = levelNameOf(text(record['level'], 'level'));
  const kind = level === undefined ? undefined : kindOf(level, record['action_kind']);
  if (level === undefined || kind === undefined) {
    skip(`statistics of ${JSON.stringify(record['level'])}: no generator`);
    return false;
  }
  skip('figures of the oracle bot and lists of frequent missions: the bot is not part of this engine');
  const lengths: number[] = [];
  const counts = new Map<string, number>();
  for (let seed = 0; seed < sampled; seed++) {
    const generated = generateLevel(level, kind, seed);
    const episode = new Episode(generated);
    same('max_steps', episode.maxSteps, record['max_steps']);
    const { world } = episode;
    const objects = world.codes.slice(2).filter((code) => typeOf(code) !== 'door');
    const recorded = object(record['objects'], 'objects');
    const most = number(recorded['max'], 'objects.max');
    const least = number(recorded['min'], 'objects.min');
    if (objects.length < least || objects.length > most) {
      throw new Difference(`seed ${seed} has ${objects.length} objects, recorded ${least} to ${most}`);
    }
    for (const code of objects) {
      for (const name of [typeOf(code), colors[colorOf(code)] ?? '']) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    lengths.push(new Planner(episode.mission, leavesObstacles(episode)).plan(episode).remaining ?? Infinity);
  }
  const n = number(record['n'], 'n');
  for (const field of ['object_types', 'object_colors']) {
    for (const [name, recorded] of Object.entries(object(record[field], field))) {
      const share = number(recorded, field) / n;
      closeTo(`${field}.${name} per level`, (counts.get(name) ?? 0) / sampled, share, 1.2 * Math.sqrt(9 * 0.25));
    }
  }
  const plans = object(record['shortest_plan_full_information'], 'shortest_plan_full_information');
  const mean = lengths.reduce((sum, length) => sum + length, 0) / sampled;
  const deviation = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / sampled);
  closeTo('mean length of the shortest plan', mean, number(plans['mean'], 'mean'), deviation);
  return true;
}

function closeTo(what: string, actual: number, recorded: number, deviation: number): void {
  const allowed = 4 * deviation * Math.sqrt(2 / sampled);
  if (!(Math.abs(actual - recorded) <= allowed)) {
    throw new Difference(`${what} is ${actual}, recorded ${recorded} (allowed difference ${allowed})`);
  }
}
