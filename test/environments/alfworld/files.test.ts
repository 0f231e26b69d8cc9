import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAlfworld } from '../../../src/environments/alfworld/environment';
import { Game } from '../../../src/environments/alfworld/game';
import { type GameFile, readGameFile } from '../../../src/environments/alfworld/gameFile';
import { scanGames } from '../../../src/environments/alfworld/games/folder';
import { alfworld } from '../../../src/environments/alfworld/kind';
import { LacError } from '../../../src/errors/lacError';
import type { EnvironmentResources } from '../../../src/environments/environment';
import { assets, gameFileOf, placed, problemOf } from './household';

const problem = problemOf(
  [
    { kind: 'Shelf', id: 'Shelf_bar_1', at: 'loc_bar_1' },
    { kind: 'Desk', id: 'Desk_bar_1', at: 'loc_bar_2' },
  ],
  [{ kind: 'Mug', id: 'Mug_bar_1', in: ['Desk_bar_1'], facts: ['pickupable'] }],
  placed('Mug', 'Shelf'),
);

/** The error that the work throws. */
async function errorOf(work: () => unknown): Promise<LacError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LacError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('damaged games', () => {
  let game: GameFile;
  beforeAll(async () => {
    game = await gameFileOf(problem);
  });

  it('are refused by name when they are cut off or no games', async () => {
    const text = JSON.stringify(game);
    const cut = await errorOf(() => readGameFile(text.slice(0, text.length / 2), 'cut.tw-pddl'));
    expect(cut.code).toBe('alfworld.game-json');
    expect(cut.message).toContain('cut.tw-pddl');
    for (const foreign of ['[]', 'null', '"game"', '{"grammar": 1}', '{"pddl_domain": "x", "grammar": ["y"]}']) {
      expect((await errorOf(() => readGameFile(foreign, 'foreign.json'))).code, foreign).toBe('alfworld.game-field');
    }
  });

  const wrong: readonly (readonly [
    what: string,
    part: 'pddl_domain' | 'pddl_problem',
    from: string,
    to: string,
    says: string,
  ])[] = [
    [
      'a quantifier',
      'pddl_domain',
      '(isSliced ?co))',
      '(forall (?x - object) (isSliced ?x)))',
      '"forall" is not supported',
    ],
    [
      'a union of types',
      'pddl_domain',
      '?ko - object ?l',
      '?ko - (either object receptacle) ?l',
      '"either" is not supported',
    ],
    ['an unknown predicate', 'pddl_domain', '(sliceable ?co)', '(choppable ?co)', 'there is no predicate "choppable"'],
    ['a wrong number of arguments', 'pddl_problem', '(pickupable Mug_bar_1)', '(pickupable)', '"pickupable" takes 1'],
    [
      'an undeclared object',
      'pddl_problem',
      '(pickupable Mug_bar_1)',
      '(pickupable Cup_bar_1)',
      '"cup_bar_1" is not declared',
    ],
    ['an undeclared variable', 'pddl_domain', '(isSliced ?co))', '(isSliced ?x))', '"?x" is not declared'],
    ['a missing parenthesis', 'pddl_problem', '(:goal ', '(:goal (', 'never closed'],
    ['an unknown section', 'pddl_problem', '(:goal ', '(:metric minimize) (:goal ', '":metric" is not supported'],
    [
      'a negation of more',
      'pddl_problem',
      '(:goal ',
      '(:goal (not (and)) ) (:goal ',
      '"not" is supported before a single fact',
    ],
  ];
  it.each(wrong)('with %s in the PDDL are refused at its place', async (_, part, from, to, says) => {
    const broken = { ...game, [part]: game[part].replace(from, () => to) };
    expect(broken[part]).not.toBe(game[part]);
    const error = await errorOf(() => new Game(broken, 'broken.tw-pddl'));
    expect(error.code).toBe('alfworld.pddl');
    expect(error.message).toContain(says);
    expect(error.message).toMatch(new RegExp(`In ${part} of broken.tw-pddl, line \\d+, column \\d+`));
  });

  it('name line and column exactly', async () => {
    const lines = game.pddl_domain.split('\n');
    const line = lines.findIndex((text) => text.includes('(sliceable ?co)'));
    const broken = { ...game, pddl_domain: game.pddl_domain.replace('(sliceable ?co)', '(choppable ?co)') };
    const error = await errorOf(() => new Game(broken, 'broken.tw-pddl'));
    expect(error.args).toMatchObject({ line: line + 1, column: (lines[line] ?? '').indexOf('(sliceable') + 1 });
  });

  const grammars: readonly (readonly [what: string, from: string, to: string, says: string])[] = [
    ['an unknown nonterminal', '#surroundings#\\n', '#environs#\\n', '"#environs#", which is not defined'],
    ['broken JSON', '"rhs": "nothing"', '"rhs": nothing', 'not valid JSON'],
    ['an open value', 'You close the {r.name}.', 'You close the {r.name.', 'never closed'],
    ['an unknown attribute', '{co.name}', '{co.colour}', 'no attribute "colour"'],
    ['a broken condition', 'inreceptacle(o:object, r:receptacle)}', 'inreceptacle o r}', 'is no condition'],
    ['a missing semicolon', '"take {o} from {r}";', '"take {o} from {r}"', '";" was expected'],
    ['an open text', 'template :: "look"', 'template :: look"', 'a text in quotes was expected'],
  ];
  it.each(grammars)('with %s in the grammar are refused at its place', async (_, from, to, says) => {
    const broken = { ...game, grammar: game.grammar.replace(from, () => to) };
    expect(broken.grammar).not.toBe(game.grammar);
    const error = await errorOf(() => new Game(broken, 'broken.tw-pddl'));
    expect(error.code).toBe('alfworld.grammar');
    expect(error.message).toContain(says);
    expect(error.message).toMatch(/In the grammar of broken\.tw-pddl, line \d+, column \d+/);
  });

  it('whose grammar leads back to itself are stopped', async () => {
    for (const rhs of ['#task#', '#task# #task#', 'x [{#task# | receptacleatlocation(r:receptacle, l:location)}]']) {
      const grammar = game.grammar.replace('"Your task is to: put a mug in shelf."', JSON.stringify(rhs));
      const runaway = new Game({ ...game, grammar }, 'runaway.tw-pddl');
      const error = await errorOf(() => runaway.intro());
      expect(error.message).toContain('"#task#" never comes to an end');
      expect(error.message).toContain('runaway.tw-pddl');
    }
  });
});

describe('a folder of games', () => {
  let folder: string;
  let game: GameFile;
  const resources = (): EnvironmentResources => ({
    assets,
    dataFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
  });
  const put = async (id: string, text: string, file = 'game.tw-pddl'): Promise<void> => {
    await mkdir(path.join(folder, 'json_2.1.1', id), { recursive: true });
    await writeFile(path.join(folder, 'json_2.1.1', id, file), text);
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'alfworld-'));
    game = await gameFileOf(problem);
    const text = JSON.stringify(game);
    await put('valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_1', text);
    await put('valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_2', text);
    await put('valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_3', text.slice(0, 100));
    await put('valid_unseen/pick_and_place_with_movable_recep-Mug-Cup-Shelf-1/trial_1', text);
    await put(
      'valid_unseen/pick_and_place_simple-Mug-None-Shelf-2/trial_1',
      text.replace('"solvable":true', '"solvable":false'),
    );
    await put('valid_seen/other_name/trial_1', JSON.stringify(await gameFileOf(problem, 'put two mug in shelf.')));
    await put(
      'valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_1',
      JSON.stringify({ turk_annotations: { anns: [{ task_desc: 'Bring the mug to the shelf' }] } }),
      'traj_data.json',
    );
    await writeFile(
      path.join(folder, 'annotations.json'),
      JSON.stringify({
        'valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_2': {
          human_task_desc: ['Shelve a mug.', 'Put the mug away'],
        },
      }),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  const first = 'json_2.1.1/valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_1';
  const second = 'json_2.1.1/valid_unseen/pick_and_place_simple-Mug-None-Shelf-1/trial_2';

  it('lists its games, names the broken one and leaves out what ALFWorld leaves out', async () => {
    const said: string[] = [];
    const { games, broken, leftOut } = await scanGames(folder, {
      cacheFolder: null,
      onProgress: (fraction, what) => said.push(`${fraction} ${what}`),
    });
    expect(games.map(({ id, type }) => [id, type])).toEqual([
      ['json_2.1.1/valid_seen/other_name/trial_1', 'pick_two_obj_and_place'],
      [first, 'pick_and_place_simple'],
      [second, 'pick_and_place_simple'],
    ]);
    expect(broken.map(({ id }) => id)).toEqual([first.replace('trial_1', 'trial_3')]);
    expect(broken[0]?.reason).toContain('is not valid JSON');
    expect(leftOut).toHaveLength(2);
    expect(said.at(-1)).toMatch(/^1 3 games; 1 cannot be read, first The game file .*trial_3/);
  });

  it('is task sets by split, type and human goals, in an order that a seed decides', async () => {
    const sets = await alfworld.taskSets(resources());
    expect(sets.map(({ id, size }) => [id, size])).toEqual([
      ['json_2.1.1/valid_seen', 1],
      ['json_2.1.1/valid_seen/pick_two_obj_and_place', 1],
      ['json_2.1.1/valid_unseen', 2],
      ['json_2.1.1/valid_unseen/pick_and_place_simple', 2],
      ['json_2.1.1/valid_unseen/human', 3],
    ]);
    const human = sets.at(-1);
    if (human === undefined) throw new Error('no set');
    const titles = (set: typeof human): readonly string[] =>
      Array.from({ length: set.size }, (_, at) => set.at(at).title);
    expect(titles(human)).toEqual(['Bring the mug to the shelf.', 'Shelve a mug.', 'Put the mug away.']);
    expect(() => human.at(3)).toThrow(RangeError);
  });

  it('plays a game with a goal in words of people', async () => {
    const task = await alfworld.task(`${second}#human-2`, resources());
    expect(task).toMatchObject({ type: 'pick_and_place_simple', title: 'Put the mug away.' });
    const environment = await alfworld.open(resources());
    expect((await environment.reset(task)).goal).toBe('Put the mug away.');
    const unknown = await errorOf(() => alfworld.task(`${second}#human-3`, resources()));
    expect(unknown.code).toBe('environment.unknown-task');
  });

  it('is read again only where files changed, from the index that is kept', async () => {
    const cacheFolder = path.join(folder, 'kept');
    const copy = path.join(folder, 'copy');
    await mkdir(path.join(copy, 'split', 'task', 'trial'), { recursive: true });
    const file = path.join(copy, 'split', 'task', 'trial', 'game.tw-pddl');
    await writeFile(file, JSON.stringify(game));
    const goals = async (): Promise<readonly string[]> =>
      (await scanGames(copy, { cacheFolder })).games.map((one) => one.goal);
    expect(await goals()).toEqual(['put a mug in shelf.']);
    await writeFile(file, JSON.stringify(await gameFileOf(problem, 'put some mug on the shelf over there.')));
    expect(await goals()).toEqual(['put some mug on the shelf over there.']);
    const { readdir } = await import('node:fs/promises');
    const [index = ''] = await readdir(cacheFolder);
    expect(await readFile(path.join(cacheFolder, index), 'utf8')).toContain('over there');
    await rm(copy, { recursive: true });
  });

  it('can be left while it is being read', async () => {
    const stop = new AbortController();
    const scan = scanGames(folder, { cacheFolder: null, onProgress: () => stop.abort(), signal: stop.signal });
    await expect(scan).rejects.toThrow(/abort/i);
  });

  it('refuses what is no game of it', async () => {
    for (const id of ['valid_unseen/nothing', '../elsewhere', `${first}/game.tw-pddl`]) {
      expect((await errorOf(() => alfworld.task(id, resources()))).code, id).toBe('environment.unknown-task');
    }
    const near = await errorOf(() => alfworld.task(`${first}0`, resources()));
    expect(near.message).toContain(first);
    const environment = await openAlfworld(resources(), { language: 'file' });
    const unsolvable = first.replace('Shelf-1', 'Shelf-2');
    const task = { environment: 'alfworld', id: unsolvable, type: '', title: '' } as const;
    expect((await errorOf(() => environment.reset(task))).code).toBe('alfworld.unsolvable');
    const broken = { ...task, id: first.replace('trial_1', 'trial_3') };
    expect((await errorOf(() => environment.reset(broken))).code).toBe('alfworld.game-json');
    const nowhere = await errorOf(() => scanGames(path.join(folder, 'absent'), { cacheFolder: null }));
    expect(nowhere.code).toBe('alfworld.folder');
    expect((await errorOf(() => scanGames(path.join(folder, 'kept'), { cacheFolder: null }))).code).toBe(
      'alfworld.folder',
    );
  });
});
