// Makes the ALFWorld games that ship: `node scripts/run.mjs src/environments/alfworld/generate/write.ts [seed]`.
// With a folder as second argument it writes them there as ordinary game files instead.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateCollection } from './collection';
import { gameFileName } from '../games/folder';
import { shippedFileName } from '../games/shipped';
import { householdGame, readHousehold } from '../household';

const assets = path.resolve('media/data/alfworld');

async function main(): Promise<void> {
  const [seed = '1', folder] = process.argv.slice(2);
  const household = await readHousehold(assets);
  const games = generateCollection(household, Number(seed));
  if (folder === undefined) {
    await writeFile(path.join(assets, shippedFileName), `${JSON.stringify({ games }, null, 1)}\n`);
    return;
  }
  for (const { id, problem, goal, walkthrough } of games) {
    const place = path.join(folder, id);
    await mkdir(place, { recursive: true });
    await writeFile(
      path.join(place, gameFileName),
      JSON.stringify(householdGame(household, problem, goal, walkthrough)),
    );
  }
}

void main();
