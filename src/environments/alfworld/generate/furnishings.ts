/** What rooms are made of: receptacles, what lies in them, and what can be done to it. Plain knowledge of households. */

export const rooms = ['kitchen', 'bedroom', 'bathroom', 'living room'] as const;
export type Room = (typeof rooms)[number];

export interface ObjectClass {
  readonly cleanable?: boolean;
  readonly heatable?: boolean;
  readonly coolable?: boolean;
  readonly sliceable?: boolean;
  /** Things can be put into it elsewhere; texts call it "normal". */
  readonly vessel?: boolean;
}

const dish = { cleanable: true, coolable: true, vessel: true } as const;
const tool = { cleanable: true } as const;
const food = { cleanable: true, heatable: true, coolable: true, sliceable: true } as const;

/** Everything that can be carried, by class. */
export const objectClasses: Readonly<Record<string, ObjectClass>> = {
  AlarmClock: {},
  Apple: food,
  BaseballBat: {},
  BasketBall: {},
  Book: {},
  Bowl: dish,
  Bread: { heatable: true, coolable: true, sliceable: true },
  ButterKnife: tool,
  Candle: {},
  CD: {},
  CellPhone: {},
  Cloth: tool,
  CreditCard: {},
  Cup: { ...dish, heatable: true },
  DishSponge: tool,
  Egg: food,
  Fork: tool,
  HandTowel: {},
  Kettle: tool,
  KeyChain: {},
  Knife: tool,
  Ladle: tool,
  Laptop: {},
  Lettuce: { cleanable: true, coolable: true, sliceable: true },
  Mug: { ...dish, heatable: true },
  Newspaper: {},
  Pan: dish,
  Pen: {},
  Pencil: {},
  PepperShaker: {},
  Pillow: {},
  Plate: { ...dish, heatable: true },
  Pot: dish,
  Potato: food,
  RemoteControl: {},
  SaltShaker: {},
  SoapBar: tool,
  SoapBottle: {},
  Spatula: tool,
  Spoon: tool,
  SprayBottle: {},
  Statue: {},
  TissueBox: {},
  ToiletPaper: {},
  Tomato: food,
  Vase: {},
  Watch: {},
};

export interface ReceptacleClass {
  readonly openable?: boolean;
  /** A basin: the last part of its id, which its type and name follow. */
  readonly basin?: string;
  /** The classes that can be put there. */
  readonly holds: readonly string[];
}

const edible = ['Apple', 'Bread', 'Egg', 'Lettuce', 'Potato', 'Tomato'];
const crockery = ['Bowl', 'Cup', 'Mug', 'Plate'];
const cookware = ['Kettle', 'Pan', 'Pot'];
const cutlery = ['ButterKnife', 'Fork', 'Knife', 'Ladle', 'Spatula', 'Spoon'];
const shakers = ['PepperShaker', 'SaltShaker'];
const stationery = ['Book', 'CD', 'CellPhone', 'CreditCard', 'KeyChain', 'Newspaper', 'Pen', 'Pencil', 'RemoteControl'];
const ornaments = ['Candle', 'Statue', 'TissueBox', 'Vase', 'Watch'];
const toiletries = ['Cloth', 'HandTowel', 'SoapBar', 'SoapBottle', 'SprayBottle', 'ToiletPaper'];
const seatable = ['Book', 'CellPhone', 'CreditCard', 'KeyChain', 'Laptop', 'Newspaper', 'Pillow', 'RemoteControl'];
const surface = [...stationery, ...ornaments, 'AlarmClock', 'Bowl', 'Laptop', 'Mug', 'Plate'];

export const receptacleClasses: Readonly<Record<string, ReceptacleClass>> = {
  ArmChair: { holds: seatable },
  BathtubBasin: { basin: 'BathtubBasin', holds: ['Cloth', 'DishSponge', 'HandTowel', 'SoapBar'] },
  Bed: { holds: ['BaseballBat', 'BasketBall', 'Book', 'CellPhone', 'Laptop', 'Pillow'] },
  Cabinet: {
    openable: true,
    holds: [
      ...crockery,
      ...cookware,
      ...shakers,
      ...toiletries,
      'Book',
      'Candle',
      'CD',
      'DishSponge',
      'Newspaper',
      'Vase',
    ],
  },
  CoffeeMachine: { holds: ['Mug'] },
  CoffeeTable: { holds: surface },
  CounterTop: {
    holds: [...edible, ...crockery, ...cookware, ...cutlery, ...shakers, ...toiletries, 'Candle', 'DishSponge', 'Vase'],
  },
  Desk: { holds: [...surface, 'BasketBall'] },
  DiningTable: { holds: [...edible, ...crockery, ...cookware, ...cutlery, ...shakers, ...stationery, ...ornaments] },
  Drawer: {
    openable: true,
    holds: [...cutlery, ...shakers, ...stationery, ...toiletries, 'Candle', 'DishSponge', 'TissueBox', 'Watch'],
  },
  Dresser: { holds: [...surface, 'BasketBall', 'SprayBottle'] },
  Fridge: { openable: true, holds: [...edible, ...crockery, 'Pan', 'Pot'] },
  GarbageCan: {
    holds: [
      'Apple',
      'CD',
      'Cloth',
      'DishSponge',
      'Egg',
      'Lettuce',
      'Newspaper',
      'Pen',
      'Pencil',
      'Potato',
      'SoapBar',
      'SoapBottle',
      'SprayBottle',
      'TissueBox',
      'ToiletPaper',
      'Tomato',
    ],
  },
  HandTowelHolder: { holds: ['HandTowel'] },
  Microwave: { openable: true, holds: ['Apple', 'Bread', 'Egg', 'Potato', 'Tomato', ...crockery] },
  Safe: { openable: true, holds: ['CD', 'CellPhone', 'CreditCard', 'KeyChain', 'Statue', 'Vase', 'Watch'] },
  Shelf: {
    holds: [...crockery, ...shakers, ...stationery, ...ornaments, ...toiletries, 'AlarmClock', 'Kettle', 'Pot'],
  },
  SideTable: { holds: [...surface, ...toiletries, 'BasketBall', 'BaseballBat'] },
  SinkBasin: {
    basin: 'SinkBasin',
    holds: [
      ...crockery,
      ...cookware,
      ...cutlery,
      'Apple',
      'Cloth',
      'DishSponge',
      'Egg',
      'HandTowel',
      'Lettuce',
      'Potato',
      'SoapBar',
      'Tomato',
    ],
  },
  Sofa: { holds: seatable },
  StoveBurner: { holds: cookware },
  Toilet: { holds: [...toiletries, 'Candle', 'DishSponge', 'TissueBox'] },
  ToiletPaperHanger: { holds: ['ToiletPaper'] },
};

export interface RoomPlan {
  /** Receptacle classes with the fewest and most of them. */
  readonly receptacles: readonly (readonly [name: string, fewest: number, most: number])[];
  /** Classes of objects that belong here. */
  readonly objects: readonly string[];
  /** Where a desk lamp may stand. */
  readonly lampOn: readonly string[];
}

export const roomPlans: Readonly<Record<Room, RoomPlan>> = {
  kitchen: {
    receptacles: [
      ['Cabinet', 3, 5],
      ['CoffeeMachine', 1, 1],
      ['CounterTop', 1, 2],
      ['DiningTable', 0, 1],
      ['Drawer', 2, 4],
      ['Fridge', 1, 1],
      ['GarbageCan', 1, 1],
      ['Microwave', 1, 1],
      ['Shelf', 0, 2],
      ['SinkBasin', 1, 1],
      ['StoveBurner', 2, 3],
    ],
    objects: [...edible, ...crockery, ...cookware, ...cutlery, ...shakers, 'DishSponge', 'SoapBottle'],
    lampOn: [],
  },
  bedroom: {
    receptacles: [
      ['ArmChair', 0, 1],
      ['Bed', 1, 1],
      ['Desk', 1, 1],
      ['Drawer', 2, 4],
      ['Dresser', 0, 1],
      ['GarbageCan', 1, 1],
      ['Safe', 0, 1],
      ['Shelf', 1, 3],
      ['SideTable', 1, 2],
    ],
    objects: [
      ...stationery,
      'AlarmClock',
      'BaseballBat',
      'BasketBall',
      'Bowl',
      'Laptop',
      'Mug',
      'Pillow',
      'TissueBox',
      'Watch',
    ],
    lampOn: ['Desk', 'SideTable', 'Dresser'],
  },
  bathroom: {
    receptacles: [
      ['BathtubBasin', 1, 1],
      ['Cabinet', 2, 4],
      ['CounterTop', 1, 1],
      ['Drawer', 0, 2],
      ['GarbageCan', 1, 1],
      ['HandTowelHolder', 1, 2],
      ['Shelf', 0, 1],
      ['SinkBasin', 1, 2],
      ['Toilet', 1, 1],
      ['ToiletPaperHanger', 1, 1],
    ],
    objects: [...toiletries, 'Candle', 'DishSponge'],
    lampOn: [],
  },
  'living room': {
    receptacles: [
      ['ArmChair', 1, 2],
      ['Cabinet', 1, 2],
      ['CoffeeTable', 1, 1],
      ['Drawer', 2, 3],
      ['Dresser', 0, 1],
      ['GarbageCan', 1, 1],
      ['Safe', 0, 1],
      ['Shelf', 1, 3],
      ['SideTable', 1, 2],
      ['Sofa', 1, 1],
    ],
    objects: [...stationery, ...ornaments, 'Bowl', 'Laptop', 'Pillow', 'Plate'],
    lampOn: ['SideTable', 'Dresser', 'CoffeeTable'],
  },
};
