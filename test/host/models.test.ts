import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { ScriptedOllama } from '../support/scriptedOllama';
import { patienceMs, Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

/** A window of its own on a launch configuration; gone when the test is over. */
async function open(
  configuration: Readonly<Record<string, unknown>>,
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Workbench> {
  const folder = workspace(configuration);
  const all = { 'debug.openDebug': 'neverOpen', ...settings };
  const workbench = await Workbench.open({ workspace: folder, settings: all });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await workbench.screenshotOfFailure(name);
    }
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return workbench;
}

describe.skipIf(problem !== undefined)('a model on a server, in VS Code', () => {
  it('is chosen by what it is and can do, or pulled, which shows how far it is', async () => {
    const ollama = await ScriptedOllama.start({ modelName: 'scripted:latest', loadedContext: 4096 });
    onTestFinished(() => ollama.close());
    const endpoints = [{ kind: 'ollama', url: ollama.url }];
    const workbench = await open({}, 'model-picker', { 'lac.endpoints': endpoints });
    const chosen = (model: string) => workbench.page.locator('.statusbar-item', { hasText: model }).waitFor();
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await chosen('embedded');

    await workbench.command('LAC: Select Model');
    const served = workbench.row('scripted:latest');
    await served.waitFor();
    expect(await workbench.row('ships with the extension').count()).toBe(1);
    const facts = await served.innerText();
    for (const fact of ['1.2M', 'Q8_0', '5 MB', '32768 tokens', '75 % on the GPU', 'completion']) {
      expect(facts).toContain(fact);
    }
    await served.click();
    await chosen('scripted:latest');

    ollama.next({ play: 'step-by-step' }, '/api/pull');
    await workbench.command('LAC: Select Model');
    await served.waitFor();
    await workbench.pick('Pull a model to Ollama');
    await workbench.answer('Pull Model to Ollama', 'other:1b');
    await ollama.came(1, '/api/pull');
    const told = await workbench.notifications();
    ollama.release(2);
    await told.getByText(/Pulling other:1b to .*pulling 0123456789ab/u).waitFor();
    ollama.release(3);
    await chosen('other:1b');
  });

  it('says how much of it lies on the GPU, and ends its call that is running when the session is stopped', async () => {
    const ollama = await ScriptedOllama.start({ modelName: 'scripted:latest', loadedContext: 4096 });
    onTestFinished(() => ollama.close());
    const workbench = await open({ model: `ollama:scripted@${ollama.url}` }, 'stop-during-a-call');
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await workbench.startDebugging();
    const panel = await workbench.waitForStatus('Paused');
    // A quarter of the model lies in the memory of the CPU.
    await panel.locator('section.episode', { hasText: '75 % GPU' }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: 'scripted:latest · 75 % GPU · paused' }).waitFor();
    ollama.forget();
    for (let i = 0; i < 50; i++) ollama.next({ play: 'silence' });
    await workbench.debugKey('F5');
    const waiting = () => ollama.requests.filter(({ state }) => state === 'open');
    await expect.poll(() => waiting().length, { timeout: patienceMs }).toBeGreaterThan(0);
    const begun = waiting();
    await workbench.stopDebugging();
    await Promise.all(begun.map(({ over }) => over));
    expect(begun.map(({ state }) => state)).toEqual(begun.map(() => 'closed'));
    await workbench.waitForStatus('The session is over');
    expect(waiting()).toEqual([]);
  });

  it('replays a recording when the server of its model is gone', async () => {
    const ollama = await ScriptedOllama.start({ modelName: 'scripted:latest' });
    const workbench = await open(
      {
        model: `ollama:scripted@${ollama.url}`,
        trajectory: 'recorded.lac.jsonl',
        parameters: { proposal: 'admissible', depth: 1, horizon: 2 },
        stopOnEntry: false,
      },
      'replay',
    );
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await workbench.startDebugging();
    await workbench.waitForStatus(/Episode over|Task solved/);
    await workbench.stopDebugging();
    await ollama.close();
    await workbench.command('LAC: Replay Trajectory in Debugger');
    await workbench.debugToolbar.waitFor();
    await workbench.waitForStatus('Paused');
    await workbench.debugKey('F10');
    const panel = await workbench.waitForStatus('step 1');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await workbench.stopDebugging();
  });
});
