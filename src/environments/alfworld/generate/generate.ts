import { LacError } from '../../../errors/lacError';
import { type Random, seededRandom } from '../../../lac/random';
import { Game } from '../game';
import type { TaskType } from '../games/entry';
import type { ShippedGame } from '../games/shipped';
import { type Household, householdGame } from '../household';
import { shortestPlan } from '../planner/planner';
import { type ObjectClass, objectClasses, receptacleClasses, type Room, type RoomPlan, roomPlans } from './furnishings';

export interface GameRequest {
  readonly room: Room;
  readonly type: TaskType;
  readonly seed: number;
}

const attempts = 500;

/** A seeded stream with the draws that furnishing a room needs. */
class Dice {
  constructor(private readonly random: Random) {}

  between(fewest: number, most: number): number {
    return fewest + Math.floor(this.random.next() * (most - fewest + 1));
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.random.next() * items.length)];
  }
}

interface Receptacle {
  readonly kind: string;
  readonly id: string;
  readonly location: string;
}

interface Thing {
  readonly kind: string;
  readonly id: string;
  readonly receptacle: Receptacle;
}

/** A coordinate in decimetres as ALFWorld's ids write signs: -12 is `_minus_12`. */
function coordinate(decimetres: number): string {
  return `${decimetres < 0 ? '_minus_' : '_plus_'}${String(Math.abs(decimetres)).padStart(2, '0')}`;
}

class Furnisher {
  private readonly ids = new Set<string>();

  constructor(private readonly dice: Dice) {}

  private unused(make: () => string): string {
    for (;;) {
      const id = make();
      if (this.ids.has(id)) continue;
      this.ids.add(id);
      return id;
    }
  }

  private point(height: number): string {
    const axis = (): string => coordinate(this.dice.between(-30, 30));
    return `${axis()}_bar_${coordinate(height)}_bar_${axis()}`;
  }

  id(kind: string): string {
    const basin = receptacleClasses[kind]?.basin;
    const name = basin === undefined ? kind : kind.replace('Basin', '');
    const end = basin === undefined ? '' : `_bar_${basin}`;
    return this.unused(() => `${name}_bar_${this.point(this.dice.between(1, 19))}${end}`);
  }

  location(): string {
    const whole = (value: number): string => (value < 0 ? `_minus_${-value}` : String(value));
    return this.unused(() => {
      const place = [this.dice.between(-12, 12), this.dice.between(-12, 12)].map(whole);
      const view = [this.dice.between(0, 3), this.dice.between(0, 2) * 15 + 30];
      return `loc_bar_${[...place, ...view].join('_bar_')}`;
    });
  }
}

function receptaclesOf(plan: RoomPlan, furnisher: Furnisher, dice: Dice): readonly Receptacle[] {
  const receptacles: Receptacle[] = [];
  for (const [kind, fewest, most] of plan.receptacles) {
    const count = dice.between(fewest, most);
    for (let number = 0; number < count; number++) {
      const last = receptacles.at(-1);
      // Drawers above each other are reached from one place.
      const shared = last?.kind === kind && receptacleClasses[kind]?.openable === true && dice.chance(0.15);
      receptacles.push({ kind, id: furnisher.id(kind), location: shared ? last.location : furnisher.location() });
    }
  }
  return receptacles;
}

const canHold = (receptacle: Receptacle, kind: string): boolean =>
  receptacleClasses[receptacle.kind]?.holds.includes(kind);

const demand: Readonly<Record<TaskType, (object: ObjectClass) => boolean>> = {
  pick_and_place_simple: () => true,
  look_at_obj_in_light: () => true,
  pick_clean_then_place_in_recep: (object) => object.cleanable === true,
  pick_heat_then_place_in_recep: (object) => object.heatable === true,
  pick_cool_then_place_in_recep: (object) => object.coolable === true,
  pick_two_obj_and_place: () => true,
};

const sentences: Readonly<Record<TaskType, readonly string[]>> = {
  pick_and_place_simple: ['put a {object} in {place}.', 'put some {object} on {place}.'],
  look_at_obj_in_light: ['look at {object} under the {place}.', 'examine the {object} with the {place}.'],
  pick_clean_then_place_in_recep: ['put a clean {object} in {place}.', 'clean some {object} and put it in {place}.'],
  pick_heat_then_place_in_recep: ['put a hot {object} in {place}.', 'heat some {object} and put it in {place}.'],
  pick_cool_then_place_in_recep: ['put a cool {object} in {place}.', 'cool some {object} and put it in {place}.'],
  pick_two_obj_and_place: ['put two {object} in {place}.', 'find two {object} and put them in {place}.'],
};

const improvement: Partial<Readonly<Record<TaskType, string>>> = {
  pick_clean_then_place_in_recep: '(cleanable ?o) (isClean ?o) ',
  pick_heat_then_place_in_recep: '(heatable ?o) (isHot ?o) ',
  pick_cool_then_place_in_recep: '(coolable ?o) (isCool ?o) ',
};

function goalPddl(type: TaskType, object: string, place: string): string {
  const lies = (variable: string): string => `(objectType ${variable} ${object}Type) (inReceptacle ${variable} ?r)`;
  switch (type) {
    case 'look_at_obj_in_light':
      return [
        '(and',
        '    (exists (?lamp - object ?r - receptacle ?a - agent ?l - location) (and',
        `      (objectType ?lamp ${place}Type) (toggleable ?lamp) (isToggled ?lamp)`,
        '      (inReceptacle ?lamp ?r) (receptacleAtLocation ?r ?l) (atLocation ?a ?l)))',
        `    (exists (?o - object ?a - agent) (and (objectType ?o ${object}Type) (holds ?a ?o))))`,
      ].join('\n');
    case 'pick_two_obj_and_place':
      return [
        `(exists (?r - receptacle ?one - object ?other - object) (and`,
        `    (receptacleType ?r ${place}Type)`,
        `    ${lies('?one')}`,
        `    ${lies('?other')}`,
        '    (not (= ?one ?other))))',
      ].join('\n');
    case 'pick_and_place_simple':
    case 'pick_clean_then_place_in_recep':
    case 'pick_heat_then_place_in_recep':
    case 'pick_cool_then_place_in_recep':
      return [
        '(exists (?r - receptacle ?o - object) (and',
        `    (receptacleType ?r ${place}Type)`,
        `    ${improvement[type] ?? ''}${lies('?o')}))`,
      ].join('\n');
  }
}

interface Layout {
  readonly receptacles: readonly Receptacle[];
  readonly things: readonly Thing[];
  readonly lamp: Thing | undefined;
  readonly start: string;
}

/** The problem in PDDL; types that the rules name are declared whether or not they occur. */
function problemPddl(name: string, { receptacles, things, lamp, start }: Layout, goal: string): string {
  const lying = lamp === undefined ? things : [...things, lamp];
  const objectKinds = [...new Set([...lying.map((thing) => thing.kind), 'Knife', 'ButterKnife'])].sort();
  const receptacleKinds = [
    ...new Set([...receptacles.map((one) => one.kind), 'Sink', 'SinkBasin', 'Microwave', 'Fridge']),
  ].sort();
  const locations = [...new Set([...receptacles.map((one) => one.location), start])];
  const facts: string[] = [`atLocation agent1 ${start}`];
  for (const { kind, id, location } of receptacles) {
    facts.push(`receptacleType ${id} ${kind}Type`, `receptacleAtLocation ${id} ${location}`);
    if (receptacleClasses[kind]?.openable === true) facts.push(`openable ${id}`);
  }
  for (const { kind, id, receptacle } of lying) {
    facts.push(`objectType ${id} ${kind}Type`, `inReceptacle ${id} ${receptacle.id}`);
    facts.push(`objectAtLocation ${id} ${receptacle.location}`);
    const { cleanable, heatable, coolable, sliceable, vessel } = objectClasses[kind] ?? {};
    if (objectClasses[kind] === undefined) facts.push(`toggleable ${id}`);
    else facts.push(`pickupable ${id}`);
    if (cleanable === true) facts.push(`cleanable ${id}`);
    if (heatable === true) facts.push(`heatable ${id}`);
    if (coolable === true) facts.push(`coolable ${id}`);
    if (sliceable === true) facts.push(`sliceable ${id}`);
    if (vessel === true) facts.push(`isReceptacleObject ${id}`);
  }
  for (const kind of new Set(receptacles.map((one) => one.kind))) {
    for (const object of objectKinds) {
      if (receptacleClasses[kind]?.holds.includes(object)) facts.push(`canContain ${kind}Type ${object}Type`);
    }
  }
  return [
    `(define (problem ${name})`,
    '  (:domain household)',
    '  (:objects',
    '    agent1 - agent',
    `    ${objectKinds.map((kind) => `${kind}Type`).join(' ')} - otype`,
    `    ${receptacleKinds.map((kind) => `${kind}Type`).join(' ')} - rtype`,
    ...lying.map((thing) => `    ${thing.id} - object`),
    ...receptacles.map((one) => `    ${one.id} - receptacle`),
    ...locations.map((location) => `    ${location} - location`),
    '  )',
    '  (:init',
    ...facts.map((fact) => `    (${fact})`),
    '  )',
    `  (:goal ${goal})`,
    ')',
    '',
  ].join('\n');
}

interface Draft {
  readonly task: string;
  readonly goal: string;
  readonly problem: string;
}

/** One try at furnishing the room; undefined when the draw does not fit the task. */
function draft({ room, type }: GameRequest, dice: Dice): Draft | undefined {
  const plan = roomPlans[room];
  const furnisher = new Furnisher(dice);
  const receptacles = receptaclesOf(plan, furnisher, dice);
  const object = dice.pick(plan.objects.filter((kind) => demand[type](objectClasses[kind] ?? {})));
  if (object === undefined) return undefined;
  const isLook = type === 'look_at_obj_in_light';
  const lampOn = dice.pick(receptacles.filter((one) => plan.lampOn.includes(one.kind)));
  const lamp =
    lampOn === undefined || (!isLook && dice.chance(0.5))
      ? undefined
      : { kind: 'DeskLamp', id: furnisher.id('DeskLamp'), receptacle: lampOn };
  if (isLook && lamp === undefined) return undefined;
  const places = [...new Set(receptacles.filter((one) => canHold(one, object)).map((one) => one.kind))];
  const place = isLook ? 'DeskLamp' : dice.pick(places.filter((kind) => kind !== 'GarbageCan' || dice.chance(0.3)));
  if (place === undefined) return undefined;

  const things: Thing[] = [];
  const add = (kind: string, fits: (receptacle: Receptacle) => boolean): boolean => {
    const receptacle = dice.pick(receptacles.filter((one) => canHold(one, kind) && fits(one)));
    if (receptacle === undefined) return false;
    things.push({ kind, id: furnisher.id(kind), receptacle });
    return true;
  };
  const wanted = type === 'pick_two_obj_and_place' ? 2 : 1;
  const copies = wanted + dice.between(0, 1);
  for (let copy = 0; copy < copies; copy++) {
    if (!add(object, (one) => one.kind !== place && one.kind !== lampOn?.kind)) return undefined;
  }
  const others = plan.objects.filter((kind) => kind !== object);
  for (let count = dice.between(9, 15); count > 0; count--) {
    const kind = dice.pick(others);
    if (kind !== undefined) add(kind, () => true);
  }
  const sentence = dice.pick(sentences[type]) ?? '';
  return {
    task: `${type}-${object}-None-${place}`,
    goal: sentence.replace('{object}', object.toLowerCase()).replace('{place}', place.toLowerCase()),
    problem: problemPddl(
      `${type}-${object}-${place}`,
      { receptacles, things, lamp, start: furnisher.location() },
      goalPddl(type, object, place),
    ),
  };
}

/** Fewest commands that a task of a type takes when nothing happens to lie ready. */
const leastLength: Readonly<Record<TaskType, number>> = {
  pick_and_place_simple: 4,
  look_at_obj_in_light: 3,
  pick_clean_then_place_in_recep: 5,
  pick_heat_then_place_in_recep: 5,
  pick_cool_then_place_in_recep: 5,
  pick_two_obj_and_place: 7,
};

/**
 * Makes a solvable game with a shortest walkthrough; equal requests give equal games. Throws `alfworld.generate` when
 * the room has nothing for the task.
 */
export function generateGame(household: Household, request: GameRequest): ShippedGame {
  const { room, type, seed } = request;
  const dice = new Dice(seededRandom(seed));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const made = draft(request, dice);
    if (made === undefined) continue;
    const { task, goal, problem } = made;
    const id = `household/${task}/${room.replace(' ', '_')}_${seed}`;
    const game = new Game(householdGame(household, problem, goal), id);
    const { plan, remaining } = shortestPlan(game, game.start);
    if (remaining === null || remaining < leastLength[type]) continue;
    return { id, goal, problem, walkthrough: plan };
  }
  throw new LacError('alfworld.generate', { type, room, seed });
}
