import type { GroundLiteral, World, WorldState } from '../engine/world';
import { goalWaysOf, type GoalWay, type Operator, operatorsOf } from './operators';

/**
 * Which operators of a household game can be part of a shortest plan for one way to fulfil the goal.
 *
 * Everything rests on what the rules of these games have in common: one hand, receptacles without limit, every
 * location one `go to` away from every other, and no condition that asks for a closed receptacle but `open`. Then a
 * shortest plan exists that
 * - takes only objects that the way names, from where they are now, and puts each at once where the way wants it
 *   (putting it down in between and taking it again costs two commands more than carrying it on);
 * - puts down what is held already, if at all, where the plan passes anyway or, failing that, at any one other
 *   receptacle (one that need not be opened, or else any closed one);
 * - opens only receptacles that it takes from or puts into, and closes none.
 */
export class HouseholdOperators {
  readonly ways: readonly GoalWay[];
  private readonly goTo = new Map<number, Operator>();
  private readonly pickUp: ReadonlyMap<number, readonly Operator[]>;
  private readonly put: ReadonlyMap<number, readonly Operator[]>;
  private readonly open: ReadonlyMap<number, readonly Operator[]>;
  private readonly improve: ReadonlyMap<number, readonly Operator[]>;
  private readonly atLocation: number;
  private readonly size: number;
  private readonly base: number;

  private constructor(private readonly world: World) {
    this.size = world.entities.all.length;
    this.base = Math.max(2, this.size);
    this.atLocation = world.predicate('atlocation');
    this.ways = goalWaysOf(world);
    const operators = (...names: readonly string[]): readonly Operator[] =>
      world.actions.filter(({ schema }) => names.includes(schema.name)).flatMap((action) => operatorsOf(world, action));
    const by = (parameter: string, list: readonly Operator[]): ReadonlyMap<number, readonly Operator[]> => {
      const index = new Map<number, Operator[]>();
      for (const operator of list) {
        const entity = argument(operator, parameter);
        const known = index.get(entity);
        if (known === undefined) index.set(entity, [operator]);
        else known.push(operator);
      }
      return index;
    };
    for (const operator of operators('gotolocation')) {
      this.goTo.set(argument(operator, '?lstart') * this.size + argument(operator, '?lend'), operator);
    }
    this.pickUp = by('?o', operators('pickupobject'));
    this.put = by('?o', operators('putobject'));
    this.open = by('?r', operators('openobject'));
    this.improve = by('?o', operators('cleanobject', 'heatobject', 'coolobject', 'toggleobject'));
  }

  /** Undefined for a game that is no household game of the known form. */
  static of(world: World): HouseholdOperators | undefined {
    return isHousehold(world) ? new HouseholdOperators(world) : undefined;
  }

  private isTrue(state: WorldState, { predicate, key }: GroundLiteral): boolean {
    return state.facts[predicate]?.has(key);
  }

  private pairs(state: WorldState, predicate: string): readonly (readonly number[])[] {
    const relation = state.facts[this.world.predicate(predicate)];
    return relation?.keys.map((key) => relation.arguments(key)) ?? [];
  }

  /** The operators to search among; undefined when the way is out of reach whatever is done. */
  forWay(state: WorldState, way: GoalWay): readonly Operator[] | undefined {
    const { world } = this;
    const objects = new Set<number>();
    const targets = new Set<number>();
    const passed = new Set<number>();
    for (const { predicate, key } of way.needs) {
      const args = state.facts[predicate]?.arguments(key) ?? [];
      switch (world.predicates[predicate]) {
        case 'inreceptacle':
          objects.add(args[0] ?? -1);
          targets.add(args[1] ?? -1);
          break;
        case 'holds':
          objects.add(args[1] ?? -1);
          break;
        case 'atlocation':
          passed.add(args[1] ?? -1);
          break;
        default:
          objects.add(args[0] ?? -1);
      }
    }
    const missing = way.needs.filter((literal) => !this.isTrue(state, literal));
    const held = this.pairs(state, 'holds').map(([, object = -1]) => object);
    const used = new Set(targets);
    for (const [object = -1, receptacle = -1] of this.pairs(state, 'inreceptacle')) {
      if (objects.has(object)) used.add(receptacle);
    }
    const chosen: Operator[] = [];
    const choose = (operators: readonly Operator[] | undefined, fits: (operator: Operator) => boolean): void => {
      for (const operator of operators ?? []) if (fits(operator)) chosen.push(operator);
    };
    for (const object of objects) {
      choose(this.pickUp.get(object), (operator) => used.has(argument(operator, '?r')));
      choose(this.put.get(object), (operator) => targets.has(argument(operator, '?r')));
      choose(
        this.improve.get(object),
        (operator) =>
          operator.adds.some((added) => missing.some((literal) => isSame(literal, added))) &&
          (operator.instance.action.schema.name !== 'toggleobject' || used.has(argument(operator, '?r'))),
      );
    }
    const addable = (literal: GroundLiteral): boolean =>
      chosen.some(({ adds }) => adds.some((one) => isSame(one, literal)));
    if (!missing.every((literal) => literal.predicate === this.atLocation || addable(literal))) return undefined;

    for (const [, location = -1] of this.pairs(state, 'atlocation')) passed.add(location);
    const opening = (): void => {
      for (const receptacle of used) {
        for (const operator of this.open.get(receptacle) ?? []) if (!chosen.includes(operator)) chosen.push(operator);
      }
    };
    opening();
    for (const operator of chosen) passed.add(this.placeOf(operator));
    for (const object of held) this.addPuttingDown(state, object, passed, used, chosen);
    opening();
    for (const operator of chosen) passed.add(this.placeOf(operator));
    for (const from of passed) {
      for (const to of passed) {
        const operator = this.goTo.get(from * this.size + to);
        if (operator !== undefined) chosen.push(operator);
      }
    }
    return chosen;
  }

  /** The location that an operator is carried out at; a receptacle can have more than one. */
  private placeOf({ needs }: Operator): number {
    const at = needs.find(({ predicate }) => predicate === this.atLocation);
    return at === undefined ? -1 : at.key % this.base;
  }

  /** Ways to get rid of a held object: wherever the plan may pass, or at one other place. */
  private addPuttingDown(
    state: WorldState,
    object: number,
    passed: Set<number>,
    used: Set<number>,
    chosen: Operator[],
  ): void {
    const others = new Map<string, number>();
    const operators = this.put.get(object) ?? [];
    const choose = (operator: Operator): void => {
      if (!chosen.includes(operator)) chosen.push(operator);
      used.add(argument(operator, '?r'));
    };
    for (const operator of operators) {
      const receptacle = argument(operator, '?r');
      if (passed.has(this.placeOf(operator))) choose(operator);
      else others.set(this.isAccessible(state, receptacle) ? 'accessible' : 'closed', receptacle);
    }
    // A rule with alternatives (not openable, or opened) gives more than one operator for a receptacle.
    const other = others.get('accessible') ?? others.get('closed');
    for (const operator of operators) if (argument(operator, '?r') === other) choose(operator);
  }

  private isAccessible(state: WorldState, receptacle: number): boolean {
    const holds = (predicate: string): boolean => state.facts[this.world.predicate(predicate)]?.has(receptacle);
    return !holds('openable') || holds('opened');
  }
}

const isSame = (a: GroundLiteral, b: GroundLiteral): boolean => a.predicate === b.predicate && a.key === b.key;

function argument({ instance }: Operator, parameter: string): number {
  const index = instance.action.schema.parameters.findIndex((one) => one.name === parameter);
  return instance.args[index] ?? -1;
}

/** Actions of household games by the parameters that planning reads. */
const knownActions: Readonly<Record<string, readonly string[]>> = {
  look: [],
  inventory: [],
  help: [],
  examinereceptacle: [],
  examineobject: [],
  closeobject: [],
  sliceobject: [],
  gotolocation: ['?lstart', '?lend'],
  openobject: ['?r'],
  pickupobject: ['?o', '?r'],
  putobject: ['?o', '?r'],
  cleanobject: ['?o', '?r'],
  heatobject: ['?o', '?r'],
  coolobject: ['?o', '?r'],
  toggleobject: ['?o', '?r'],
};

const knownGoals: ReadonlySet<string> = new Set([
  'inreceptacle',
  'isclean',
  'ishot',
  'iscool',
  'istoggled',
  'holds',
  'atlocation',
]);

const neededPredicates = ['atlocation', 'receptacleatlocation', 'inreceptacle', 'holds', 'openable', 'opened'];

function isHousehold(world: World): boolean {
  return (
    neededPredicates.every((name) => world.findPredicate(name) !== undefined) &&
    world.actions.every(({ schema, effects }) => {
      const parameters = knownActions[schema.name];
      return (
        parameters?.every((name) => schema.parameters.some((one) => one.name === name)) &&
        effects.every(({ condition, pattern }) => condition === null || !world.matters(pattern.predicate))
      );
    }) &&
    world.goal.every(
      ({ positive, negative }) =>
        negative.every(({ predicate }) => world.isStatic[predicate]) &&
        positive.every(
          ({ predicate }) => world.isStatic[predicate] || knownGoals.has(world.predicates[predicate] ?? ''),
        ),
    )
  );
}
