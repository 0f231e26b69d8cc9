import type { Relation } from './engine/relation';
import type { World, WorldState } from './engine/world';
import type { Knowledge } from './knowledge';

/** Facts that differ from the game's start, by predicate; entities by index in the game's sorted ids. */
type Changes = Readonly<
  Record<string, { readonly added: readonly (readonly number[])[]; readonly removed: readonly (readonly number[])[] }>
>;

/** A state of an episode as plain JSON data. */
export interface RecordedState {
  /** SHA-256 of the game. */
  readonly game: string;
  readonly facts: Changes;
  readonly texts: Changes;
  readonly seen: readonly number[];
  readonly placed: readonly number[];
  readonly observation: string;
}

export interface EpisodeState {
  readonly world: WorldState;
  readonly knowledge: Knowledge;
  readonly observation: string;
}

/** Counts up when the form of `RecordedState` changes. */
export const snapshotVersion = 1;

function nameOf(world: World, index: number): string {
  const count = world.predicates.length;
  return index < count ? (world.predicates[index] ?? '') : `not_${world.predicates[index - count] ?? ''}`;
}

function changesOf(world: World, start: readonly Relation[], now: readonly Relation[]): Changes {
  const changes: Record<string, Changes[string]> = {};
  now.forEach((relation, index) => {
    const before = start[index];
    if (before === undefined || before === relation) return;
    const added = relation.keys.filter((key) => !before.has(key));
    const removed = before.keys.filter((key) => !relation.has(key));
    if (added.length + removed.length === 0) return;
    changes[nameOf(world, index)] = {
      added: added.map((key) => relation.arguments(key)),
      removed: removed.map((key) => before.arguments(key)),
    };
  });
  return changes;
}

export function recordState(
  world: World,
  game: string,
  { world: now, knowledge, observation }: EpisodeState,
): RecordedState {
  return {
    game,
    facts: changesOf(world, world.initial.facts, now.facts),
    texts: changesOf(world, world.initial.texts, now.texts),
    seen: [...knowledge.seen],
    placed: [...knowledge.placed],
    observation,
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isIndexList = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isIndex);

class Unfit extends Error {}

function applyChanges(world: World, start: readonly Relation[], changes: unknown): readonly Relation[] {
  if (!isObject(changes)) throw new Unfit('its facts are missing');
  const relations = [...start];
  for (const [name, change] of Object.entries(changes)) {
    const index = world.textPredicate(name);
    let relation = index === undefined ? undefined : relations[index];
    if (index === undefined || relation === undefined || !isObject(change)) {
      throw new Unfit(`the game has no facts "${name}"`);
    }
    const base: number = relation.base;
    for (const [kind, facts] of [
      ['removed', change['removed']],
      ['added', change['added']],
    ] as const) {
      if (!Array.isArray(facts)) throw new Unfit(`"${name}" has no list "${kind}"`);
      for (const args of facts as readonly unknown[]) {
        if (!isIndexList(args) || args.length !== relation.arity || args.some((entity) => entity >= base)) {
          throw new Unfit(`a fact of "${name}" does not exist in this game`);
        }
        const key: number = args.reduce((sum, entity) => sum * base + entity, 0);
        relation = kind === 'added' ? relation.with(key) : relation.without(key);
      }
    }
    relations[index] = relation;
  }
  return relations;
}

/** The state that was recorded, or the reason why the record does not fit this game. */
export function stateOf(world: World, game: string, recorded: unknown): EpisodeState | string {
  if (!isObject(recorded)) return 'it holds no state';
  if (recorded['game'] !== game) return 'it was taken in another game or another language of it';
  const { seen, placed, observation } = recorded;
  if (!isIndexList(seen) || !isIndexList(placed) || typeof observation !== 'string') return 'what was seen is missing';
  try {
    return {
      world: {
        facts: applyChanges(world, world.initial.facts, recorded['facts']),
        texts: applyChanges(world, world.initial.texts, recorded['texts']),
      },
      knowledge: { seen: new Set(seen), placed: new Set(placed) },
      observation,
    };
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
}
