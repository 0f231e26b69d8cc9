import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { babyAiWords } from '../support/babyAiWords';
import { ScriptedOllama } from '../support/scriptedOllama';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;

/** Verdicts that depend on the critic's prompt: bad after a first thought, good after a later one. */
function thoughtfulWords(prompt: string): Readonly<Record<string, number>> {
  if (!prompt.endsWith('This step is')) return babyAiWords(prompt);
  const likely = prompt.includes('Second thought.') || !prompt.includes('First thought.') ? ' GOOD' : ' BAD';
  const certain = prompt.includes('thought.');
  const probability = (verdict: string): number => (verdict === likely ? (certain ? 0.9 : 0.6) : 0.04);
  return Object.fromEntries([' GOOD', ' BAD', ' UNKNOWN'].map((verdict) => [verdict, probability(verdict)]));
}

describe.skipIf(problem !== undefined)('a prompt that is typed while an episode is paused', () => {
  let workbench: Workbench;
  let ollama: ScriptedOllama;

  beforeAll(async () => {
    ollama = await ScriptedOllama.start({ modelName: 'scripted:latest', next: thoughtfulWords });
  });

  afterAll(() => ollama.close());

  useWindow((window) => ({ workbench } = window), {
    folder: () =>
      workspace({ model: `ollama:scripted@${ollama.url}`, parameters: { candidates: 2, depth: 1, horizon: 6 } }),
    settings: { 'lac.prompts.evaluate': 'onType', 'lac.autoRunCalls': 1000 },
  });

  const lens = (text: string | RegExp) =>
    workbench.page.locator('.codelens-decoration', { hasText: text }).first().waitFor();

  /** Types at the beginning of the prompt that is in front, where the cursor is left. */
  async function type(text: string): Promise<void> {
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.type(text);
  }

  const waiting = () => ollama.requests.filter(({ state }) => state === 'open');

  it('is decided with last where it was typed last, whatever was being decided', async () => {
    await workbench.startDebugging();
    await workbench.waitForStatus('Paused');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
    await workbench.waitForStatus('step 0');
    await workbench.command('LAC: Edit Prompt');
    await workbench.pick('critic');
    await workbench.page.locator('.tab.active', { hasText: 'critic.lac-prompt.md' }).waitFor();
    await lens(/Q \+/);

    ollama.next({ play: 'silence' });
    await type('First thought.\n');
    await expect.poll(() => waiting().length, patient).toBe(1);
    const [outdated] = waiting();
    await lens('deciding again');
    await type('Second thought.\n');
    await outdated.over;
    expect(outdated.state).toBe('closed');
    await lens(/Q \+3\.11 \(\+/);
    const shown = await workbench.page.locator('.codelens-decoration').allInnerTexts();
    const values = shown.join(' ').match(/Q [^ ]+/g) ?? [];
    expect(values.length).toBeGreaterThanOrEqual(2);
    for (const value of values) expect(value).toBe('Q +3.11');
    // What is cut off at the editor's edge is not the choice, and pointing at any shows all.
    const first = workbench.page.locator('.codelens-decoration a', { hasText: 'Q ' }).first();
    expect(await first.innerText()).toMatch(/^▸/u);
    expect((await first.getAttribute('title'))?.split('\n')).toHaveLength(2);
  });

  it('says above the prompt why nothing could be decided with it, until something can', async () => {
    ollama.next({ play: 'status', status: 400, body: '{"error":"no such thing"}' });
    await type('Third thought.\n');
    await lens(/not decided with: .*no such thing/);
    await type('{{gaol}}\n');
    await lens('not in force: critic.lac-prompt.md has an error');
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('Control+Shift+k');
    await lens(/Q \+3\.11/);
    await expect.poll(() => workbench.page.getByText('not in force').count(), patient).toBe(0);
  });

  it('is decided with when the episode stands still, where that was under way', async () => {
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    ollama.next({ play: 'silence' });
    await workbench.debugKey('F10');
    await expect.poll(() => waiting().length, patient).toBe(1);
    const prompt = workbench.page.locator('.tab', { hasText: 'critic.lac-prompt.md' });
    await prompt.click();
    await type('Fourth thought.\n');
    await lens('as soon as the episode stands still');
    const pause = workbench.debugToolbar.getByRole('button', { name: /^Pause/ });
    await pause.click();
    await pause.click();
    await workbench.waitForStatus('decided: ');
    // The stop brings the transcript to the front, before the panel tells of it or after.
    const decided = workbench.page.locator('.codelens-decoration', { hasText: /Q \+3\.11/ });
    const inFront = async (): Promise<number> => {
      await prompt.click();
      return decided.count();
    };
    await expect.poll(inFront, { ...patient, interval: 1000 }).toBeGreaterThan(0);
    expect(await workbench.page.getByText('stands still').count()).toBe(0);
    await workbench.stopDebugging();
  });
});
