import { describe, expect, it } from 'vitest';
import { Game } from '../../../src/environments/alfworld/game';
import { inOldLanguage, languageOf } from '../../../src/environments/alfworld/language';
import { splitIntro, withoutArrival } from '../../../src/environments/alfworld/observations';
import { answers, gameFileOf, placed, problemOf } from './household';

const mug = ['pickupable', 'cleanable', 'heatable', 'coolable'];
const kitchen = problemOf(
  [
    { kind: 'Fridge', id: 'Fridge_bar_1', at: 'loc_bar_1', facts: ['openable'] },
    { kind: 'Microwave', id: 'Microwave_bar_1', at: 'loc_bar_2', facts: ['openable'] },
    { kind: 'SinkBasin', id: 'Sink_bar_1_bar_SinkBasin', at: 'loc_bar_3' },
    { kind: 'Shelf', id: 'Shelf_bar_1', at: 'loc_bar_4' },
    { kind: 'Shelf', id: 'Shelf_bar_2', at: 'loc_bar_4' },
  ],
  [
    { kind: 'Cup', id: 'Cup_bar_1', in: ['Shelf_bar_1', 'Fridge_bar_1'], facts: mug },
    { kind: 'Cup', id: 'Cup_bar_2', in: ['Shelf_bar_1'], facts: [...mug, 'isReceptacleObject'] },
    { kind: 'Apple', id: 'Apple_bar_1', in: ['Shelf_bar_1'], facts: [...mug, 'sliceable'] },
    { kind: 'Knife', id: 'Knife_bar_1', in: ['Shelf_bar_2'], facts: ['pickupable'] },
    { kind: 'DeskLamp', id: 'DeskLamp_bar_1', in: ['Shelf_bar_2'], facts: ['toggleable'] },
  ],
  placed('Apple', 'Fridge'),
);

describe('texts of a household game', () => {
  it('introduces the room, same classes with the highest number first', async () => {
    const game = new Game(await gameFileOf(kitchen, 'put a apple in fridge.'), 'kitchen');
    expect(game.intro()).toBe(
      '-= Welcome to TextWorld, ALFRED! =-\n\nYou are in the middle of a room. Looking quickly around you, you see ' +
        'a fridge 1, a microwave 1, a shelf 2, a shelf 1, and a sinkbasin 1.\n\nYour task is to: put a apple in fridge.',
    );
    expect(splitIntro(game.intro())).toEqual({
      goal: 'put a apple in fridge.',
      observation:
        'You are in the middle of a room. Looking quickly around you, you see ' +
        'a fridge 1, a microwave 1, a shelf 2, a shelf 1, and a sinkbasin 1.',
    });
    expect(game.admissible(game.start)).toEqual([
      'go to fridge 1',
      'go to microwave 1',
      'go to shelf 1',
      'go to shelf 2',
      'go to sinkbasin 1',
      'help',
      'inventory',
      'look',
    ]);
  });

  it('answers every kind of command', async () => {
    const game = new Game(await gameFileOf(kitchen), 'kitchen');
    const played: readonly (readonly [string, string])[] = [
      ['look', 'You are in the middle of a room. Looking quickly around you, you see nothing.'],
      ['inventory', 'You are not carrying anything.'],
      // Ids are numbered downwards: Shelf_bar_1 is shelf 2, and Cup_bar_2 is cup 1.
      ['go to shelf 2', 'You arrive at shelf 2. On the shelf 2, you see a apple 1, a cup 2, and a cup 1.'],
      ['go to shelf 1', 'Nothing happens.'],
      ['examine shelf 1', 'On the shelf 1, you see a desklamp 1, and a knife 1.'],
      ['look', 'You are facing the shelf 2, and shelf 1. Next to it, you see nothing.'],
      ['use desklamp 1', 'You turn on the desklamp 1.'],
      ['use desklamp 1', 'You turn on the desklamp 1.'],
      ['examine desklamp 1', 'Nothing happens.'],
      ['take cup 1 from shelf 2', 'You pick up the cup 1 from the shelf 2.'],
      ['examine cup 1', 'This is a normal cup 1. In it, you see nothing.'],
      ['move cup 1 to shelf 1', 'You move the cup 1 to the shelf 1.'],
      ['look', 'You are facing the shelf 2, and shelf 1. Next to it, you see a cup 1.'],
      ['take knife 1 from shelf 1', 'You pick up the knife 1 from the shelf 1.'],
      ['slice apple 1 with knife 1', 'You sliced the apple 1 with the knife 1.'],
      ['move knife 1 to shelf 1', 'You move the knife 1 to the shelf 1.'],
      ['take apple 1 from shelf 2', 'You pick up the apple 1 from the shelf 2.'],
      ['examine apple 1', 'This is a sliced apple 1.'],
      ['go to microwave 1', 'You arrive at microwave 1. The microwave 1 is closed.'],
      ['heat apple 1 with microwave 1', 'You heat the apple 1 using the microwave 1.'],
      ['examine apple 1', 'This is a hot sliced apple 1.'],
      ['go to sinkbasin 1', 'You arrive at sinkbasin 1. On the sinkbasin 1, you see nothing.'],
      ['clean apple 1 with sinkbasin 1', 'You clean the apple 1 using the sinkbasin 1.'],
      ['examine apple 1', 'This is a hot and clean sliced apple 1.'],
      [' go to fridge 1\n', 'You arrive at fridge 1. The fridge 1 is closed.'],
      ['move apple 1 to fridge 1', 'Nothing happens.'],
      ['cool apple 1 with fridge 1', 'You cool the apple 1 using the fridge 1.'],
      ['examine apple 1', 'This is a cool and clean sliced apple 1.'],
      ['open fridge 1', 'You open the fridge 1. The fridge 1 is open. In it, you see a cup 2.'],
      ['Close fridge 1', 'Nothing happens.'],
      ['inventory', 'You are carrying: a apple 1.'],
      ['move apple 1 to fridge 1', 'You move the apple 1 to the fridge 1.'],
      ['close fridge 1', 'You close the fridge 1.'],
      ['think: done', 'Nothing happens.'],
      ['', 'Nothing happens.'],
    ];
    const given = answers(
      game,
      played.map(([command]) => command),
    );
    expect(played.map(([command], index) => [command, given[index]])).toEqual(played);
  });

  it('leaves an object that two receptacles list in the other one when it is taken', async () => {
    const game = new Game(await gameFileOf(kitchen), 'kitchen');
    const [, , , fridge, open] = answers(game, [
      'go to shelf 2',
      'take cup 2 from shelf 2',
      'examine cup 2',
      'go to fridge 1',
      'open fridge 1',
    ]);
    expect(fridge).toBe('You arrive at fridge 1. The fridge 1 is closed.');
    expect(open).toBe('You open the fridge 1. The fridge 1 is open. In it, you see a cup 2.');
  });

  it('lists its commands on help, without the leading line break and with the trailing one', async () => {
    const game = new Game(await gameFileOf(kitchen), 'kitchen');
    const [help = ''] = answers(game, ['help']);
    expect(help.startsWith('Available commands:\n  look: ')).toBe(true);
    expect(help.endsWith('using a sharp object\n')).toBe(true);
  });

  it('sorts commands by code point', async () => {
    const many = Array.from({ length: 11 }, (_, index) => ({
      kind: 'Drawer',
      id: `Drawer_bar_${String(index).padStart(2, '0')}`,
      at: `loc_bar_${index}`,
    }));
    const lying = [{ kind: 'Pen', id: 'Pen_bar_1', in: ['Drawer_bar_00'], facts: ['pickupable'] }];
    const game = new Game(await gameFileOf(problemOf(many, lying, placed('Pen', 'Drawer'))), 'drawers');
    expect(game.admissible(game.start).slice(0, 4)).toEqual([
      'go to drawer 1',
      'go to drawer 10',
      'go to drawer 11',
      'go to drawer 2',
    ]);
  });
});

describe('the old language', () => {
  it('says put ... in/on, arrives at locations and knows no help', async () => {
    const file = await gameFileOf(kitchen);
    expect(languageOf(file)).toBe('new');
    const old = inOldLanguage({ ...file, walkthrough: ['go to shelf 2', 'move cup 1 to shelf 1'] });
    expect(languageOf(old)).toBe('old');
    expect(old.walkthrough).toEqual(['go to shelf 2', 'put cup 1 in/on shelf 1']);
    expect(inOldLanguage(old)).toBe(old);
    const game = new Game(old, 'kitchen');
    expect(game.admissible(game.start)).not.toContain('help');
    expect(answers(game, ['go to shelf 2', 'take cup 1 from shelf 2', 'put cup 1 in/on shelf 1', 'help'])).toEqual([
      'You arrive at loc 2. On the shelf 2, you see a apple 1, a cup 2, and a cup 1.',
      'You pick up the cup 1 from the shelf 2.',
      'You put the cup 1 in/on the shelf 1.',
      'Nothing happens.',
    ]);
  });

  it('loses its first sentence in the post-processing of ReAct, the new language does not', () => {
    expect(withoutArrival('You arrive at loc 2. On the shelf 2, you see a cup 1.')).toBe(
      'On the shelf 2, you see a cup 1.',
    );
    expect(withoutArrival('You arrive at desk 1. On the desk 1, you see nothing.')).toBe(
      'You arrive at desk 1. On the desk 1, you see nothing.',
    );
  });
});
