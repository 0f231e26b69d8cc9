import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { readOnlyProblem, setReadOnly } from './driver/readOnly';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem() ?? readOnlyProblem();
if (problem !== undefined) console.warn(`SKIPPED: read-only workspaces in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;

/** A workspace that is made read-only; `prompts` are files of its folder of prompts. */
function useReadOnly(
  take: (window: { readonly workbench: Workbench; readonly folder: string }) => void,
  prompts: Readonly<Record<string, string>>,
): void {
  let folder: string;
  useWindow(take, {
    folder: () => {
      folder = workspace();
      for (const [part, text] of Object.entries(prompts)) {
        const place = path.join(folder, '.lac/prompts/babyai-text');
        mkdirSync(place, { recursive: true });
        writeFileSync(path.join(place, `${part}.lac-prompt.md`), text);
      }
      setReadOnly(folder, true);
      return folder;
    },
  });
  // Runs before the folder is removed: hooks run last first.
  afterAll(() => setReadOnly(folder, false));
}

describe.skipIf(problem !== undefined)('a workspace that cannot be written', () => {
  let workbench: Workbench;
  let folder: string;

  useReadOnly((window) => ({ workbench, folder } = window), {});

  it('is debugged in; the panel and the console say where it is recorded instead, and why', async () => {
    await workbench.startDebugging();
    const panel = await workbench.waitForStatus('the episode begins');
    const where = new RegExp(`Recordings lie in \\S+, as the folder ${folder} is read-only\\.`);
    const detail = panel.locator('.status-detail');
    await expect.poll(() => detail.innerText(), patient).toMatch(where);
    await workbench.page.locator('.repl', { hasText: where }).waitFor();
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    expect(await detail.innerText()).not.toMatch(where);
    const file = /Recorded in (.+\.lac\.jsonl)\./.exec(await workbench.page.locator('.repl').innerText())?.[1] ?? '';
    expect(file.startsWith(folder)).toBe(false);
    expect(existsSync(file)).toBe(true);
  });

  it('has its prompts changed elsewhere, and says so where one is copied', async () => {
    await workbench.command('LAC: Edit Prompt');
    await workbench.pick('critic');
    await workbench.page.locator('.tab.active', { hasText: 'critic.lac-prompt.md' }).waitFor();
    const told = await workbench.notifications();
    await told.getByText(/Changed prompts lie in .*babyai-text, as the folder .* is read-only\./).waitFor();
    await workbench.command('Notifications: Clear All');
    await workbench.stopDebugging();
  });
});

describe.skipIf(problem !== undefined)('a workspace that cannot be written and has prompts', () => {
  let workbench: Workbench;

  useReadOnly((window) => ({ workbench } = window), { critic: 'Think of the goal.\n{{rollout}}\n{{slot}}\n' });

  it('is debugged with them; another is refused in words, with what to do', async () => {
    await workbench.startDebugging();
    const panel = await workbench.waitForStatus('the episode begins');
    await panel.locator('.prompt', { hasText: 'critic' }).getByText('changed').waitFor();
    await workbench.command('LAC: Edit Prompt');
    await workbench.pick('actor');
    const told = await workbench.notifications();
    await told.getByText(/No prompt can be written in the folder .*lac\.prompts\.folder/).waitFor();
    await workbench.command('Notifications: Clear All');
  });

  it('says in the panel that a prompt cannot be set back', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'reset critic to the built-in' }).click();
    await panel.locator('.prompts .failure', { hasText: 'No prompt can be written' }).waitFor();
    await workbench.stopDebugging();
  });
});
