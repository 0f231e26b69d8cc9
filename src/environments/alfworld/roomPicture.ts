import type { RoomObject, RoomPicture, RoomReceptacle } from '../picture';
import type { World, WorldState } from './engine/world';
import type { GoalTypes } from './goalTypes';
import type { Knowledge, Room } from './knowledge';

const states: readonly (readonly [predicate: string, state: string])[] = [
  ['isclean', 'clean'],
  ['ishot', 'hot'],
  ['iscool', 'cool'],
  ['issliced', 'sliced'],
  ['istoggled', 'on'],
];

const rooms: readonly (readonly [receptacle: string, title: string])[] = [
  ['fridge ', 'Kitchen'],
  ['stoveburner ', 'Kitchen'],
  ['toilet ', 'Bathroom'],
  ['bathtubbasin ', 'Bathroom'],
  ['bed ', 'Bedroom'],
  ['sofa ', 'Living room'],
  ['coffeetable ', 'Living room'],
];

/** The room as a map of receptacles, with what the agent knows and what it does not. */
export function roomPicture(
  world: World,
  room: Room,
  goal: GoalTypes,
  state: WorldState,
  knowledge: Knowledge,
): RoomPicture {
  const name = (entity: number): string => world.entities.at(entity).name;
  const typesOf = (predicate: string): ReadonlyMap<number, string> =>
    new Map(room.facts(state, predicate).map(([entity = -1, type = -1]) => [entity, world.entities.at(type).id]));
  const objectTypes = typesOf('objecttype');
  const receptacleTypes = typesOf('receptacletype');
  const object = (entity: number): RoomObject => ({
    name: name(entity),
    states: states.filter(([predicate]) => room.holds(state, predicate, entity)).map(([, word]) => word),
    target: goal.objects.has(objectTypes.get(entity) ?? ''),
  });
  const locations = new Set(room.facts(state, 'atlocation').map(([, location]) => location));
  const lamps = (entity: number): boolean =>
    room.holds(state, 'toggleable', entity) && goal.objects.has(objectTypes.get(entity) ?? '');
  const receptacles = room
    .facts(state, 'receptacleatlocation')
    .map(([receptacle = -1, location = -1]): RoomReceptacle => {
      const contents = room.contents(state, receptacle);
      const isKnown = (entity: number): boolean => room.knows(knowledge, entity, receptacle);
      return {
        name: name(receptacle),
        state: !room.holds(state, 'openable', receptacle)
          ? 'plain'
          : room.isClosed(state, receptacle)
            ? 'closed'
            : 'open',
        here: locations.has(location),
        seen: knowledge.seen.has(receptacle),
        known: contents.filter(isKnown).map(object),
        hidden: contents.filter((entity) => !isKnown(entity)).map(object),
        target: goal.receptacles.has(receptacleTypes.get(receptacle) ?? '') || contents.some(lamps),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return {
    kind: 'room',
    title: rooms.find(([start]) => receptacles.some((one) => one.name.startsWith(start)))?.[1] ?? 'Room',
    receptacles,
    holding: room.facts(state, 'holds').map(([, entity = -1]) => object(entity)),
  };
}
