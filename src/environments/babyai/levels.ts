import { matchingCells, wordMission, type Clause, type Instruction, type ObjectDescription } from './mission';
import type { Level } from './episode';
import { Pcg64 } from './pcg64';
import { RejectedDraft, RoomGrid } from './roomGrid';
import { colorOf, colors, typeOf, type Color, type Layout, type World } from './world';

/** Kinds of task that a Mixed level draws before it is seeded; a level, a kind and a seed name a task. */
export const mixedKinds = ['goto', 'pickup', 'open', 'putnext', 'seq'] as const;
export type MixedKind = (typeof mixedKinds)[number];

export const levelNames = [
  'MixedTrainLocal',
  'MixedTestLocal',
  'PickUpSeqGoToLocal',
  'PickUpThenGoToLocal',
  'GoToAfterPickUpLocal',
] as const;
export type LevelName = (typeof levelNames)[number];

/** The kinds that a level has; the sequence levels have only one. */
export function kindsOf(level: LevelName): readonly MixedKind[] {
  return level === 'MixedTrainLocal' || level === 'MixedTestLocal' ? mixedKinds : ['seq'];
}

interface Rules {
  /** Missions in whose wording one of these occurs are drawn again. */
  readonly excluded: readonly string[];
  /** Colours of the locked door, and whether it may be called just "the door". */
  readonly doors: readonly Color[];
  readonly namelessDoors: boolean;
  readonly connectives: readonly ('before' | 'after')[];
}

const trainExcluded = ['yellow box', 'red key', 'red door', 'green ball', 'grey door'];
const testExcluded = [
  ...['yellow key', 'yellow ball', 'yellow door', 'red box', 'red ball', 'green box', 'green key', 'green door'],
  ...['grey box', 'grey key', 'grey ball'],
  ...['blue', 'purple'].flatMap((color) => ['box', 'key', 'ball', 'door'].map((type) => `${color} ${type}`)),
];
const train: Rules = {
  excluded: trainExcluded,
  doors: ['yellow', 'green', 'blue', 'purple'],
  namelessDoors: true,
  connectives: ['before', 'after'],
};
const rules: Readonly<Record<LevelName, Rules>> = {
  MixedTrainLocal: train,
  MixedTestLocal: { ...train, excluded: testExcluded, doors: ['red', 'grey'], namelessDoors: false },
  PickUpSeqGoToLocal: train,
  PickUpThenGoToLocal: { ...train, connectives: ['before'] },
  GoToAfterPickUpLocal: { ...train, connectives: ['after'] },
};

const roomSize = 8;
const oneRoom: Layout = { width: 8, height: 8, roomSize, rows: 1, columns: 1 };
const twoRooms: Layout = { width: 15, height: 8, roomSize, rows: 1, columns: 2 };
const distractors = 8;

/** A level as its seed makes it. */
export interface GeneratedLevel extends Level {
  readonly mission: string;
  /** The level's random stream, which the original keeps for the episodes that follow. */
  readonly random: Pcg64;
}

/** The first episode that the original gives for a level, kind and seed (whole, 0 to 2^53 - 1). */
export function generateLevel(name: LevelName, kind: MixedKind, seed: number): GeneratedLevel {
  const random = new Pcg64(seed);
  const layout = kind === 'open' ? twoRooms : oneRoom;
  while (true) {
    try {
      // The original lays the grid out here and once more for each draft, and draws door places both times.
      new RoomGrid(random, layout);
      const { world, instruction, mission } = draftUntilAllowed(random, layout, kind, rules[name]);
      rejectIdlePutNext(world, instruction);
      const maxSteps = roomSize * roomSize * layout.rows * layout.columns * navigations(instruction);
      return { world, instruction, mission, maxSteps, random };
    } catch (error) {
      if (!(error instanceof RejectedDraft)) throw error;
    }
  }
}

/** How many walks an instruction counts for in the step limit. */
export function navigations(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'goto':
    case 'pickup':
    case 'open':
      return 1;
    case 'putnext':
      return 2;
    case 'before':
    case 'after':
    case 'and':
      return navigations(instruction.a) + navigations(instruction.b);
  }
}

function draftUntilAllowed(
  random: Pcg64,
  layout: Layout,
  kind: MixedKind,
  { excluded, doors, namelessDoors, connectives }: Rules,
): { world: World; instruction: Instruction; mission: string } {
  while (true) {
    const grid = new RoomGrid(random, layout);
    const instruction =
      kind === 'open' ? draftOpen(random, grid, doors, namelessDoors) : draftOneRoom(random, grid, kind, connectives);
    if (instruction === null) continue;
    const mission = wordMission(grid.world, instruction);
    if (excluded.some((words) => mission.includes(words))) continue;
    return { world: grid.world, instruction, mission };
  }
}

function draftOpen(random: Pcg64, grid: RoomGrid, doors: readonly Color[], namelessDoors: boolean): Instruction | null {
  const color = random.element(doors);
  const locked = grid.addLockedRoom(colors.indexOf(color));
  grid.connectAll();
  grid.addDistractors(distractors, grid.room(1 - locked.column, 0));
  do grid.placeAgent();
  while (grid.agentRoom === locked);
  const spoken = namelessDoors ? random.element([null, color]) : color;
  if (!grid.allReachable()) return null;
  return { kind: 'open', desc: { type: 'door', color: spoken, loc: null }, strict: false };
}

function draftOneRoom(
  random: Pcg64,
  grid: RoomGrid,
  kind: Exclude<MixedKind, 'open'>,
  connectives: readonly ('before' | 'after')[],
): Instruction | null {
  const { world } = grid;
  const single = kind === 'goto' || kind === 'pickup';
  grid.placeAgent();
  const objects = grid.addDistractors(distractors + (single ? 1 : 2), null);
  const codeOfObject = (id: number): number => world.codes[id] ?? 0;
  const describe = (id: number): ObjectDescription => ({
    type: typeOf(codeOfObject(id)),
    color: colors[colorOf(codeOfObject(id))] ?? null,
    loc: null,
  });
  // A draft in which something cannot be reached is thrown away only after all its draws.
  const reachable = grid.allReachable();
  const a = random.element(objects);
  if (single) {
    if (!reachable) return null;
    return kind === 'goto' ? { kind, desc: describe(a) } : { kind, desc: describe(a), strict: false };
  }
  let b = random.element(objects);
  const lookalikes = objects.filter((id) => codeOfObject(id) === codeOfObject(a)).length;
  while (lookalikes === 1 && codeOfObject(b) === codeOfObject(a)) b = random.element(objects);
  if (kind === 'putnext') {
    if (!reachable) return null;
    return { kind, move: describe(a), fixed: describe(b), strict: false };
  }
  const pickUp: Clause = { kind: 'pickup', desc: describe(a), strict: false };
  const goTo: Clause = { kind: 'goto', desc: describe(b) };
  const connective = random.element(connectives);
  if (!reachable) return null;
  return connective === 'before'
    ? { kind: 'before', a: pickUp, b: goTo, strict: false }
    : { kind: 'after', a: goTo, b: pickUp, strict: false };
}

/** A "put next to" that is fulfilled from the start, or whose two objects cannot be told apart, is no task. */
function rejectIdlePutNext(world: World, instruction: Instruction): void {
  if (instruction.kind !== 'putnext') return;
  const { width } = world.layout;
  const moved = matchingCells(world, instruction.move);
  const fixed = matchingCells(world, instruction.fixed);
  for (const cell of moved) {
    for (const other of fixed) {
      const dx = Math.abs((cell % width) - (other % width));
      const dy = Math.abs(Math.floor(cell / width) - Math.floor(other / width));
      if (dx + dy <= 1) throw new RejectedDraft('nothing would be left to do');
    }
  }
}
