import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { ScriptedOllama } from '../support/scriptedOllama';
import { useWindow } from './driver/window';
import type { Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const task = 'MixedTestLocal/goto/4';

describe.skipIf(problem !== undefined)('a launch that fails', () => {
  let workbench: Workbench;
  let folder: string;
  /** Takes connections and never answers. */
  let silent: net.Server;
  let ollama: ScriptedOllama;

  beforeAll(async () => {
    silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    ollama = await ScriptedOllama.start({ modelName: 'scripted:latest' });
  });

  afterAll(async () => {
    silent.close();
    await ollama.close();
  });

  /** A workspace of launch configurations, each called by what is wrong with it. */
  function configurations(): string {
    const made = workspace();
    const file = path.join(made, '.vscode', 'launch.json');
    const launch = JSON.parse(readFileSync(file, 'utf8')) as { configurations: object[] };
    const usual = { type: 'lac', request: 'launch', environment: 'babyai-text', task, model: 'embedded' };
    const wrong: Readonly<Record<string, object>> = {
      silent: { model: `ollama:any@http://127.0.0.1:${(silent.address() as AddressInfo).port}` },
      missing: { model: `ollama:nothere@${ollama.url}` },
      number: { task: 7 },
      unknown: { task: 'MixedTestLocal/fly/4' },
      misspelt: { parameters: { alhpa: 1 } },
      twice: { trajectory: 'README.md' },
      malformed: { prompts: 'malformed' },
      stray: { prompts: 'stray' },
      world: { environment: 'textworld' },
      list: { parameters: [1] },
      entry: { stopOnEntry: 'yes' },
      field: { tusk: 'MixedTestLocal/goto/4' },
      nothing: {},
    };
    launch.configurations = Object.entries(wrong).map(([name, what]) => ({
      ...usual,
      name: `wrong: ${name}`,
      ...what,
    }));
    writeFileSync(file, JSON.stringify(launch));
    for (const [name, prompt] of [
      ['malformed', 'critic.lac-prompt.md'],
      ['stray', 'kritik.lac-prompt.md'],
    ]) {
      mkdirSync(path.join(made, name));
      writeFileSync(path.join(made, name, prompt), 'Think.\n{{gaol}} {{slot}}\n');
    }
    return made;
  }

  useWindow((window) => ({ workbench, folder } = window), {
    folder: configurations,
    settings: { 'lac.prompts.folder': 'README.md/prompts' },
  });

  async function launch(name: string): Promise<void> {
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.pick(`wrong: ${name}`);
  }

  /** What VS Code's own dialog says of a session that could not be started, which it then closes. */
  async function refusal(text: RegExp): Promise<void> {
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText(text).waitFor();
    await dialog.getByRole('button', { name: "Open 'launch.json'" }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  it('says what is being waited for while it lasts, and can be stopped', async () => {
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await launch('silent');
    const panel = await workbench.waitForStatus('Opening babyai-text and ollama:any');
    await panel.getByRole('button', { name: 'Stop' }).click();
    await workbench.waitForStatus('No episode yet');
  });

  it('names the model that the server lacks, in the panel too, where it can be pulled or tried again', async () => {
    await launch('missing');
    await refusal(/nothere/u);
    const panel = await workbench.waitForStatus('The episode could not be started');
    await expect(panel.locator('.status-detail').innerText()).resolves.toContain('nothere');
    await panel.getByRole('button', { name: 'Pull Model' }).waitFor();
    await panel.getByRole('button', { name: 'Select Model' }).waitFor();
    await panel.getByRole('button', { name: 'Try Again' }).click();
    await refusal(/nothere/u);
  });

  it('names the prompt file that is wrong, opens it at the place, and records nothing', async () => {
    await launch('malformed');
    await refusal(/critic\.lac-prompt\.md, line 2, column \d+: .*gaol/u);
    const panel = await workbench.waitForStatus('The episode could not be started');
    await expect(panel.locator('.status-detail').innerText()).resolves.toContain('Correct the file, or delete it');
    await panel.getByRole('button', { name: 'Open Prompt' }).press('Enter');
    await workbench.page.locator('.tab.active', { hasText: 'critic.lac-prompt.md' }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: /^Ln 2, Col [34]/u }).waitFor();
    const runs = path.join(folder, '.lac', 'runs');
    expect(readdirSync(runs, { recursive: true })).toEqual([]);
    await workbench.command('View: Close Editor');
  });

  it.each([
    ['unknown', /There is no task "MixedTestLocal\/fly\/4"/u],
    ['twice', /README\.md is there already\. Choose another name/u],
    ['stray', /"kritik\.lac-prompt\.md" is no part of a prompt set/u],
    ['entry', /wrong "stopOnEntry".*Give true or false/u],
    ['field', /a field "tusk" that means nothing here.*Known are: .*task/u],
  ])('says in a dialog what is wrong with "%s"', async (name, text) => {
    await launch(name);
    await refusal(text);
  });

  it.each([
    ['number', /wrong "task".*Give a text/u],
    ['world', /There is no environment "textworld"/u],
    ['list', /the parameters are \[1\], but must be an object/u],
    ['misspelt', /there is no parameter "alhpa"\. Did you mean "alpha"\?/u],
  ])('says before anything starts what is wrong with "%s"', async (name, text) => {
    await launch(name);
    const told = await workbench.notifications();
    await told.getByText(text).waitFor();
    await told.getByRole('button', { name: 'Open launch.json' }).first().waitFor();
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('is forgotten once an episode starts', async () => {
    await launch('nothing');
    await workbench.debugToolbar.waitFor();
    await workbench.waitForStatus('Paused');
  });

  it('says why a prompt cannot be written, and that a recording has one session that writes it', async () => {
    await workbench.command('LAC: Edit Prompt');
    await workbench.pick('critic');
    const told = await workbench.notifications();
    await told.getByText(/No prompt can be written in the folder .*README\.md.*lac\.prompts\.folder/u).waitFor();
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('LAC: Resume Episode');
    const again = await workbench.notifications();
    await again.getByText(/is being recorded by a debug session that is open.*Go on in that session/u).waitFor();
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.stopDebugging();
    await workbench.waitForStatus('The session is over');
  });
});
