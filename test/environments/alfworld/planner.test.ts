import { describe, expect, it } from 'vitest';
import { Game } from '../../../src/environments/alfworld/game';
import { searchBlindly, shortestPlan } from '../../../src/environments/alfworld/planner/planner';
import { seededRandom } from '../../../src/lac/random';
import { answers, gameFileOf, type Lying, lit, placed, problemOf, type Standing, two } from './household';
import { testSeed } from '../../support/seed';

const openable: ReadonlySet<string> = new Set(['Drawer', 'Fridge', 'Microwave']);
const kinds = ['Shelf', 'Drawer', 'Fridge', 'Microwave', 'SinkBasin', 'Desk'];

/** A very small room with traps: shared locations, objects listed twice, things that cannot be taken or put. */
function smallProblem(seed: number): string {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random.next() * count);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[below(items.length)] ?? items[0];
  const standing: Standing[] = [];
  for (let count = 2 + below(3); count > 0; count--) {
    const kind = kinds[below(kinds.length)] ?? 'Shelf';
    const before = standing.at(-1);
    const at = before !== undefined && below(4) === 0 ? before.at : `loc_bar_${count}`;
    const facts = openable.has(kind) ? (below(3) === 0 ? ['openable', 'opened'] : ['openable']) : [];
    standing.push({ kind, id: `${kind}_bar_${count}`, at, facts });
  }
  const anywhere = (): string => standing[below(standing.length)]?.id ?? '';
  const [able, done] = pick<readonly [string, string]>([
    ['cleanable', 'isClean'],
    ['heatable', 'isHot'],
    ['coolable', 'isCool'],
  ]);
  const lying: Lying[] = Array.from({ length: 2 }, (_, index) => {
    const kind = pick(['Mug', 'Mug', 'Apple']);
    const places = below(3) === 0 ? [...new Set([anywhere(), anywhere()])] : [anywhere()];
    const facts = [...(below(12) > 0 ? ['pickupable'] : []), ...(below(5) > 0 ? [able] : [])];
    return { kind, id: `${kind}_bar_${index}`, in: places, facts: below(5) === 0 ? [...facts, 'isCool'] : facts };
  });
  const lampFacts = below(3) === 0 ? ['toggleable', 'pickupable'] : ['toggleable'];
  lying.push({ kind: 'DeskLamp', id: 'DeskLamp_bar_1', in: [anywhere()], facts: lampFacts });
  const place = standing[below(standing.length)]?.kind ?? 'Shelf';
  const goal = pick([
    placed('Mug', place),
    placed('Mug', place, `(${able} ?o) (${done} ?o)`),
    placed('Apple', place, `(${done} ?o)`),
    two('Mug', place),
    lit('Mug'),
  ]);
  const refuses = kinds.flatMap((kind) =>
    ['Mug', 'Apple', 'DeskLamp'].filter(() => below(8) === 0).map((o) => `${kind} ${o}`),
  );
  return problemOf(standing, lying, goal, {
    refuses,
    start: below(2) === 0 ? 'loc_bar_start' : (standing[0]?.at ?? ''),
  });
}

describe('shortest plans', () => {
  it('are as long as those of a search of everything, from states that random commands lead to', async () => {
    const seed = testSeed();
    const compared = { plans: 0, none: 0 };
    const deadline = Date.now() + 8000;
    for (let number = 0; number < 60 && Date.now() < deadline; number++) {
      const game = new Game(await gameFileOf(smallProblem(seed + number)), `seed ${seed + number}`);
      const random = seededRandom(seed + number + 1);
      let state = game.start;
      for (let round = 0; round < 3; round++) {
        const all = searchBlindly(game, state, undefined, 1500);
        if (all.exact) {
          const found = shortestPlan(game, state);
          expect(
            [found.remaining, found.exact],
            `LAC_SEED=${seed + number}, round ${round}: ${all.plan.join('; ')}`,
          ).toEqual([all.remaining, true]);
          compared[all.remaining === null ? 'none' : 'plans']++;
        }
        for (let step = 0; step < 5; step++) {
          const commands = game.admissible(state);
          const instance = game.find(state, commands[Math.floor(random.next() * commands.length)] ?? '');
          if (instance !== undefined) ({ state } = game.step(state, instance));
        }
      }
    }
    expect(compared.plans).toBeGreaterThan(10);
  });

  it('win when they are carried out', async () => {
    const problem = problemOf(
      [
        { kind: 'Drawer', id: 'Drawer_bar_1', at: 'loc_bar_1', facts: ['openable'] },
        { kind: 'Shelf', id: 'Shelf_bar_1', at: 'loc_bar_2' },
      ],
      [
        { kind: 'Pen', id: 'Pen_bar_1', in: ['Drawer_bar_1'], facts: ['pickupable'] },
        { kind: 'Pen', id: 'Pen_bar_2', in: ['Drawer_bar_1'], facts: ['pickupable'] },
      ],
      two('Pen', 'Shelf'),
    );
    const game = new Game(await gameFileOf(problem), 'pens');
    const { plan, remaining } = shortestPlan(game, game.start);
    expect(remaining).toBe(9);
    expect(answers(game, plan)).not.toContain('Nothing happens.');
  });

  it('are none, and known to be none, where the goal is out of reach', async () => {
    const problem = problemOf(
      [{ kind: 'Shelf', id: 'Shelf_bar_1', at: 'loc_bar_1' }],
      [{ kind: 'Mug', id: 'Mug_bar_1', in: ['Shelf_bar_1'], facts: ['pickupable'] }],
      two('Mug', 'Shelf'),
    );
    const game = new Game(await gameFileOf(problem), 'one mug');
    expect(shortestPlan(game, game.start)).toEqual({ remaining: null, plan: [], bestReward: 0, exact: true });
  });

  it('go out of their way to put down what is held where only one place takes it', async () => {
    const problem = problemOf(
      [
        { kind: 'Shelf', id: 'Shelf_bar_1', at: 'loc_bar_1' },
        { kind: 'Desk', id: 'Desk_bar_1', at: 'loc_bar_2' },
        { kind: 'Hook', id: 'Hook_bar_1', at: 'loc_bar_3' },
      ],
      [
        { kind: 'Towel', id: 'Towel_bar_1', in: ['Hook_bar_1'], facts: ['pickupable'] },
        { kind: 'Mug', id: 'Mug_bar_1', in: ['Desk_bar_1'], facts: ['pickupable'] },
      ],
      placed('Mug', 'Shelf'),
      { refuses: ['Shelf Towel', 'Desk Towel'] },
    );
    const game = new Game(await gameFileOf(problem), 'towel');
    let state = game.start;
    for (const command of ['go to hook 1', 'take towel 1 from hook 1', 'go to desk 1']) {
      const instance = game.find(state, command);
      if (instance !== undefined) ({ state } = game.step(state, instance));
    }
    expect(shortestPlan(game, state).remaining).toBe(6);
  });

  it('stop when they are told to', async () => {
    const game = new Game(await gameFileOf(smallProblem(3)), 'stopped');
    expect(() => shortestPlan(game, game.start, AbortSignal.abort())).toThrow(/abort/i);
  });
});
