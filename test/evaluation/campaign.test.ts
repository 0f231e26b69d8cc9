import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { babyAiText } from '../../src/environments/babyai/kind';
import { openEnvironment, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { Campaign, type CampaignPorts } from '../../src/evaluation/campaign';
import type { EpisodeMeasures } from '../../src/evaluation/measures';
import { baselineOf, cellsOf, cellsOfPart, crossed, type Suite } from '../../src/evaluation/plan';
import { babyAiTable, groupOf } from '../../src/evaluation/presets';
import { compare, summarize } from '../../src/evaluation/summary';
import { markdownTable, plainTable, tablesOf } from '../../src/evaluation/tables';
import { roles, type Role } from '../../src/lac/transcript';
import { systemClock } from '../../src/models/clock';
import { babyAiWords } from '../support/babyAiWords';
import { canonicalLines } from '../support/journalLines';
import { WrittenModel, type NextToken } from '../support/writtenModel';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-campaign-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const resources = { assets: '', dataFolder: null, cacheFolder: null };
const signal = new AbortController().signal;

async function suiteOf(count: number): Promise<Suite> {
  const [set] = await babyAiText.taskSets(resources);
  return {
    id: 'test',
    title: 'Test',
    groups: [groupOf(set, 0, count)],
    variants: crossed([{ name: 'method', values: ['prior', 'lac'] }]),
    baseline: { name: 'method', value: 'prior' },
  };
}

async function portsIn(place: string, model: WrittenModel): Promise<CampaignPorts> {
  const opened = await openEnvironment('babyai-text', resources, signal);
  const served: OpenedModel = { endpoints: [{ name: 'written', model, parallel: 1 }], wrap: null };
  return {
    opened,
    model: () => Promise.resolve(served),
    prompts: (description) => promptSetFor('babyai-text', description, []),
    given: { horizon: 4, loopGuard: 1 },
    clock: systemClock,
    engine: 'test',
    folder: place,
    truth: true,
  };
}

describe('a campaign', () => {
  test('stops at one budget for all its cells, and goes on with another', async () => {
    const cells = cellsOf([await suiteOf(2)]);
    const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text' });
    const ports = await portsIn(folder, model);
    const [first, second] = cells;
    await new Campaign(ports).play(first, signal);
    const spent = model.prompts.length;
    rmSync(folder, { recursive: true });
    const poor = new Campaign({ ...ports, budget: { calls: spent + 1, tokens: null, seconds: null } });
    await poor.play(first, signal);
    await expect(poor.play(second, signal)).rejects.toMatchObject({ code: 'model.budget' });
    expect(model.prompts.length).toBe(2 * spent + 1);
    expect(await new Campaign(ports).play(second, signal)).toHaveLength(2);
  });

  test('plays every cell once and measures it from the journal', async () => {
    const suite = await suiteOf(3);
    const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text' });
    const campaign = new Campaign(await portsIn(folder, model));
    const played = [];
    for (const cell of cellsOf([suite])) {
      played.push({ variant: cell.variant, episodes: await campaign.play(cell, signal) });
    }
    const asked = model.prompts.length;
    const again = new Campaign(await portsIn(folder, model));
    for (const [index, cell] of cellsOf([suite]).entries()) {
      expect(await again.play(cell, signal)).toEqual(played[index].episodes);
    }
    expect(model.prompts.length).toBe(asked);
    const rows = summarize(suite, played);
    expect(rows.map(({ variant, episodes }) => [variant, episodes])).toEqual([
      ['prior', 3],
      ['lac', 3],
    ]);
    expect(rows[0].comparison).toBeNull();
    expect(rows[1].comparison?.tasks).toBe(3);
    expect(rows[1].foresight[0].nearer + rows[1].foresight[0].others).toBeGreaterThan(0);
    const shares = rows[1].agreement;
    expect((shares?.both ?? 0) + (shares?.prior ?? 0) + (shares?.critic ?? 0) + (shares?.neither ?? 0)).toBeCloseTo(1);
    for (const table of tablesOf(suite, rows)) {
      for (const row of table.rows) expect(row).toHaveLength(table.head.length);
      expect(plainTable(table).length).toBe(table.rows.length + 2);
      expect(markdownTable(table).at(2)).toMatch(/^\| variant \|/);
    }
  });

  test('goes on after a stop anywhere as if nothing had happened', async () => {
    const suite = await suiteOf(2);
    const [, cell] = cellsOf([suite]);
    const whole = new Campaign(
      await portsIn(path.join(folder, 'whole'), new WrittenModel(babyAiWords, { transcript: 'babyai-text' })),
    );
    const measured = await whole.play(cell, signal);
    const bytes = readFileSync(whole.journalOf(cell));
    for (const share of [0.2, 0.5, 0.77, 0.95]) {
      const part = new Campaign(
        await portsIn(path.join(folder, `part${share}`), new WrittenModel(babyAiWords, { transcript: 'babyai-text' })),
      );
      const stop = new AbortController();
      stop.abort();
      await expect(part.play(cell, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
      writeFileSync(part.journalOf(cell), bytes.subarray(0, Math.floor(bytes.length * share)));
      const episodes = await part.play(cell, signal);
      expect(canonicalLines(part.journalOf(cell))).toEqual(canonicalLines(whole.journalOf(cell)));
      const timeless = (list: readonly EpisodeMeasures[]) =>
        list.map((episode) => ({ ...episode, seconds: 0, decisionSeconds: [] }));
      expect(timeless(episodes)).toEqual(timeless(measured));
    }
  });

  test('refuses a journal that was recorded under other parameters', async () => {
    const suite = await suiteOf(1);
    const [cell] = cellsOf([suite]);
    const ports = await portsIn(folder, new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
    await new Campaign(ports).play(cell, signal);
    const more = { ...cell, group: groupOf((await babyAiText.taskSets(resources))[0], 0, 2) };
    const other = new Campaign({ ...ports, given: { horizon: 5 } });
    await expect(other.play(more, signal)).rejects.toMatchObject({ code: 'evaluation.parameters' });
  });
});

describe('a journal that another program took', () => {
  const others = 'somebody else wrote here\n';
  /** What another program does at the nth call from now. */
  let attack: { calls: number; readonly act: () => void } | null;
  beforeEach(() => {
    attack = null;
  });

  function attackedModel(): WrittenModel {
    const words: NextToken = (prompt) => {
      if (attack !== null && --attack.calls === 0) attack.act();
      return babyAiWords(prompt);
    };
    return new WrittenModel(words, { transcript: 'babyai-text' });
  }

  function replace(file: string): void {
    writeFileSync(`${file}.theirs`, others);
    renameSync(`${file}.theirs`, file);
  }

  test('is measured and gone on with where it was written anew, and the other file left alone', async () => {
    const [, cell] = cellsOf([await suiteOf(2)]);
    const [, longer] = cellsOf([await suiteOf(3)]);
    const warnings: string[] = [];
    const model = attackedModel();
    const ports = await portsIn(folder, model);
    const campaign = new Campaign({ ...ports, onWarning: ({ message }) => warnings.push(message) });
    const usual = campaign.journalOf(cell);
    const anew = usual.replace('.lac.jsonl', '-2.lac.jsonl');
    attack = { calls: 40, act: () => replace(usual) };
    expect(await campaign.play(cell, signal)).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining(anew)]);
    expect(campaign.journalOf(cell)).toBe(anew);
    const asked = model.prompts.length;
    const again = new Campaign(ports);
    expect(await again.play(cell, signal)).toHaveLength(2);
    expect(model.prompts.length).toBe(asked);
    expect(await again.play(longer, signal)).toHaveLength(3);
    expect(readFileSync(usual, 'utf8')).toBe(others);
    const undisturbed = new Campaign(await portsIn(path.join(folder, 'undisturbed'), attackedModel()));
    await undisturbed.play(longer, signal);
    expect(canonicalLines(anew)).toEqual(canonicalLines(undisturbed.journalOf(longer)));
  });

  test('is told from another task set whose name is that name', async () => {
    const suite = await suiteOf(1);
    const [group] = suite.groups;
    const twin = { set: `${group.set}-2`, tasks: group.tasks };
    const [cell, , other] = cellsOf([{ ...suite, groups: [group, twin] }]);
    const campaign = new Campaign(await portsIn(folder, attackedModel()));
    await campaign.play(other, signal);
    const before = readFileSync(campaign.journalOf(other));
    const usual = campaign.journalOf(cell);
    attack = { calls: 1, act: () => replace(usual) };
    await campaign.play(cell, signal);
    expect(campaign.journalOf(cell)).toBe(usual.replace('.lac.jsonl', '-3.lac.jsonl'));
    expect(readFileSync(campaign.journalOf(other))).toEqual(before);
  });

  test('is where it was when that file was deleted', async () => {
    const [, cell] = cellsOf([await suiteOf(1)]);
    const campaign = new Campaign(await portsIn(folder, attackedModel()));
    const usual = campaign.journalOf(cell);
    attack = { calls: 10, act: () => rmSync(usual) };
    expect(await campaign.play(cell, signal)).toHaveLength(1);
    expect(campaign.journalOf(cell)).toBe(usual);
    expect(readdirSync(path.dirname(usual)).sort()).toEqual([
      'MixedTestLocal-go-to.lac.jsonl',
      'MixedTestLocal-go-to.measures.json',
    ]);
  });
});

describe('a plan', () => {
  test('crosses its axes and finds each baseline', () => {
    const variants = crossed([
      { name: 'loopGuard', values: [0, 30] },
      { name: 'method', values: ['prior', 'lac'] },
    ]);
    expect(variants.map(({ id }) => id)).toEqual([
      'prior, loopGuard 0',
      'lac, loopGuard 0',
      'prior, loopGuard 30',
      'lac, loopGuard 30',
    ]);
    const suite: Suite = { id: 's', title: '', groups: [], variants, baseline: { name: 'method', value: 'prior' } };
    expect(baselineOf(suite, variants[3])?.id).toBe('prior, loopGuard 30');
    expect(baselineOf(suite, variants[2])).toBeUndefined();
  });

  test('of the BabyAI-Text table has its counts, no task twice, and parts that add up', async () => {
    const suites = babyAiTable(await babyAiText.taskSets(resources), false);
    const [methods, alpha] = suites;
    expect(methods.groups.map(({ tasks }) => tasks.length)).toEqual([100, 100, 50, 50, 50, 50]);
    expect(methods.variants).toHaveLength(18);
    expect(alpha.groups.flatMap(({ tasks }) => tasks)).toHaveLength(60);
    const ids = methods.groups.flatMap(({ tasks }) => tasks.map(({ id }) => id));
    expect(new Set(ids).size).toBe(400);
    expect(ids.every((id) => id.startsWith('MixedTestLocal/'))).toBe(true);
    const cells = cellsOf(suites);
    const parts = [1, 2, 3].flatMap((index) => cellsOfPart(cells, { index, count: 3 }));
    expect(new Set(parts.map(({ place }) => place))).toEqual(new Set(cells.map(({ place }) => place)));
    expect(parts).toHaveLength(cells.length);
  });
});

test('a comparison pairs episodes by task', () => {
  const none = Object.fromEntries(
    roles.map((role) => [role, { calls: 0, promptTokens: 0, generatedTokens: 0 }]),
  ) as Record<Role, EpisodeMeasures['cost'][Role]>;
  const episode = (task: string, success: boolean): EpisodeMeasures => ({
    task,
    type: 'go to',
    success,
    reason: success ? 'success' : 'horizon',
    reward: 0,
    steps: 1,
    loops: 0,
    cost: none,
    seconds: 0,
    decisionSeconds: [],
    agreement: null,
    judgement: null,
  });
  const own = [episode('a', true), episode('b', true), episode('c', false), episode('x', true)];
  const others = [episode('c', true), episode('b', false), episode('a', true)];
  expect(compare(own, others, 'prior')).toMatchObject({
    tasks: 3,
    both: 1,
    onlyFirst: 1,
    onlySecond: 1,
    neither: 0,
    difference: 0,
    p: 1,
  });
});
