import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LacError } from '../../errors/lacError';
import type { GameFile } from './gameFile';

/** Our own rules and texts of household games: what ships in place of the benchmark's files. */
export interface Household {
  /** PDDL. */
  readonly domain: string;
  /** twl2, with the place of the goal sentence open. */
  readonly grammar: string;
}

/** Reads our own rules and texts from the folder of files that ship. */
export async function readHousehold(assets: string): Promise<Household> {
  const read = async (name: string): Promise<string> => {
    const file = path.join(assets, name);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new LacError('alfworld.shipped', { file, reason: error instanceof Error ? error.message : String(error) });
    }
  };
  const [domain, grammar] = await Promise.all([read('domain.pddl'), read('grammar.twl2')]);
  return { domain, grammar };
}

/** A game of our own rules and texts: `goal` is the sentence after "Your task is to: ", full stop included. */
export function householdGame(
  household: Household,
  problem: string,
  goal: string,
  walkthrough?: readonly string[],
): GameFile {
  const written = JSON.stringify(goal).slice(1, -1);
  const game = {
    pddl_domain: household.domain,
    grammar: household.grammar.replace('@GOAL@', () => written),
    pddl_problem: problem,
    solvable: true,
  };
  return walkthrough === undefined ? game : { ...game, walkthrough };
}
