import type { Domain } from '../pddl/domain';
import type { Problem } from '../pddl/problem';
import { sourceError } from '../source';
import type { EntityRange } from './conjunction';

/** Something that facts speak of: an object, a receptacle, a location, the agent, a type. */
export interface Entity {
  /** In lower case. */
  readonly id: string;
  readonly type: string;
  /** What texts call it: `drawer 6`. */
  readonly name: string;
}

const nothing: EntityRange = { entities: [], has: () => false };

/** All entities of a game, sorted by id, so that comparing indices is comparing ids. */
export class Entities {
  private readonly indices = new Map<string, number>();
  private readonly ranges = new Map<string, EntityRange>();

  constructor(readonly all: readonly Entity[]) {
    all.forEach((entity, index) => this.indices.set(entity.id, index));
    const everything = all.map((_, index) => index);
    for (const type of new Set(all.map((entity) => entity.type))) {
      const entities = everything.filter((index) => all[index]?.type === type);
      const members = new Set(entities);
      this.ranges.set(type, { entities, has: (entity) => members.has(entity) });
    }
    // The root type is called "object" too: it takes in every entity.
    this.ranges.set('object', { entities: everything, has: () => true });
  }

  index(id: string): number | undefined {
    return this.indices.get(id);
  }

  /** The entities of a type; none for a type that nothing has, such as `location,`. */
  ofType(type: string): EntityRange {
    return this.ranges.get(type) ?? nothing;
  }

  at(index: number): Entity {
    const entity = this.all[index];
    if (entity === undefined) throw new RangeError(`no entity ${index}`);
    return entity;
  }
}

/**
 * Gives the names of ids that occur in facts: the class before `_bar_` (with `basin` where the id says so) and a
 * number, counted down from the class's size in ascending order of ids.
 */
export function namesOf(ids: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].sort();
  const classOf = (id: string): string | undefined => {
    const bar = id.indexOf('_bar_');
    if (bar < 0) return undefined;
    return id.slice(0, bar) + (id.includes('basin') ? 'basin' : '');
  };
  const left = new Map<string, number>();
  for (const id of sorted) {
    const kind = classOf(id);
    if (kind !== undefined) left.set(kind, (left.get(kind) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  for (const id of sorted) {
    const kind = classOf(id);
    if (kind === undefined) {
      names.set(id, `${id} `);
      continue;
    }
    const number = left.get(kind) ?? 1;
    left.set(kind, number - 1);
    names.set(id, `${kind} ${number}`);
  }
  return names;
}

/** Collects the entities of a game; a fact about an undeclared name is an error with its place. */
export function entitiesOf(domain: Domain, problem: Problem): Entities {
  const types = new Map<string, string>();
  for (const declared of [...domain.constants, ...problem.objects]) types.set(declared.name, declared.type);
  const named: string[] = [];
  for (const atom of problem.init) {
    for (const id of atom.args) {
      if (!types.has(id)) throw sourceError(problem.source, atom.at, `"${id}" is not declared among the objects`);
      named.push(id);
    }
  }
  const names = namesOf(named);
  return new Entities([...types].map(([id, type]) => ({ id, type, name: names.get(id) ?? id })).sort(byId));
}

function byId(a: Entity, b: Entity): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
