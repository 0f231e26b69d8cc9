import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { repository, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const recordings = ['alfworld-loop', 'webshop-critic-saves-the-prior'].map((name) => `${name}.lac.jsonl`);

/** The sample workspace with recordings of the worlds that the embedded model does not know. */
function withRecordings(): string {
  const folder = workspace();
  for (const name of recordings)
    copyFileSync(path.join(repository, 'media/data/examples', name), path.join(folder, name));
  return folder;
}

describe.skipIf(problem !== undefined)('the picture of the world', () => {
  let workbench: Workbench;

  useWindow((window) => ({ workbench } = window), { folder: withRecordings });

  it('is a map of the room in ALFWorld, with where the agent stands and what it has looked into', async () => {
    const [file] = recordings;
    await workbench.openFile(file);
    const editor = await workbench.pageWith('body.lac-editor', 'looked into');
    const room = editor.locator('figure.picture.room');
    await room.locator('.holding', { hasText: 'Holding nothing' }).waitFor();
    const drawer = room.locator('.receptacles > li', { hasText: 'drawer 1' });
    expect(await drawer.locator('.here-mark').count()).toBe(0);
    const next = editor.getByRole('button', { name: 'Next step' });
    await next.click();
    await drawer.locator('.here-mark').waitFor();
    await drawer.getByText('closed').waitFor();
    await next.click();
    await drawer.getByText('cellphone').waitFor();
    await drawer.getByText('open', { exact: true }).waitFor();
  });

  it('is the page of the shop in WebShop, from the search to a product', async () => {
    const [, file] = recordings;
    await workbench.openFile(file);
    const editor = await workbench.pageWith('body.lac-editor', 'WebShop');
    const page = (name: string) => editor.locator(`figure.picture.shop[aria-label="Shop page: ${name}"]`);
    const next = editor.getByRole('button', { name: 'Next step' });
    await page('Search').waitFor();
    await next.click();
    await page('Results').locator('.shop-results li', { hasText: 'chukka' }).first().waitFor();
    await next.click();
    await page('Product').locator('.shop-option', { hasText: 'chestnut' }).waitFor();
    await next.click();
    await page('Product').locator('.shop-option .chosen', { hasText: 'chestnut' }).waitFor();
  });
});
