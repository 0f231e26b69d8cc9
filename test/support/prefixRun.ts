import { setImmediate as turn } from 'node:timers/promises';
import { environmentKind } from '../../src/environments/registry';
import type { EnvironmentResources } from '../../src/environments/environment';
import { describeModel, liveCalls, parametersFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import type { DecisionEvent } from '../../src/lac/events';
import type { CompleteCall } from '../../src/models/calls/callLog';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { openPromptSet } from '../../src/prompts/promptSet';
import { evaluatedInOrder, outputOf, PromptTrie, SlottedModel, wordsOf, type SlotCounts } from './promptSlots';
import { WrittenModel, type NextToken } from './writtenModel';

/** Words by decision, from the second on: the first one fills the caches. */
export interface PrefixFigures {
  readonly decisions: number;
  readonly sent: number;
  readonly evaluated: number;
  readonly written: number;
  readonly trie: number;
  /** Words evaluated and written, over the words of the trie of all prompts and outputs. */
  readonly ratio: number;
  /** Words that scored actions of a decision have in common, which each is made to write. */
  readonly forced: number;
  /**
   * Words of candidates that one slot has to read again in any order that has all priors before the first rollout: all but
   * those of the one whose line the slot still holds.
   */
  readonly again: number;
  /**
   * Words of the newest step in the first prompt of a decision. One slot holds its action's line from a rollout and wrote the
   * rest; every other slot that is used reads all of it once, or read that line in vain before.
   */
  readonly newest: number;
  /** The same were each role prompted apart, and each depth asked for all candidates in turn, at one slot. */
  readonly naiveRatio: number;
  /** Prompt words that such a server would evaluate. */
  readonly naive: number;
  /** Prompt words evaluated by the first decision, in all slots. */
  readonly first: number;
}

export interface PrefixCase {
  readonly environment: string;
  readonly promptSet: string;
  readonly task: string;
  readonly next: NextToken;
  readonly slots: number;
  readonly given: Readonly<Record<string, string | number>>;
  readonly resources: EnvironmentResources;
}

/** Plays one episode against a server with slots and counts what they evaluate. */
export async function prefixFigures(asked: PrefixCase): Promise<PrefixFigures> {
  const signal = new AbortController().signal;
  const kind = environmentKind(asked.environment);
  const environment = await kind.open(asked.resources);
  const task = await kind.task(asked.task, asked.resources);
  // Answers take several turns of the event loop, each its own number of them, so that they come in any order.
  let calls = 0;
  const source = new WrittenModel(asked.next, {
    before: async () => {
      const turns = asked.slots === 1 ? 0 : 1 + ((calls++ * 7) % 5);
      for (let i = 0; i < turns; i++) await turn();
    },
  });
  const model = new SlottedModel(source, asked.slots);
  const opened: OpenedModel = { endpoints: [{ name: 'slots', model, parallel: asked.slots }], wrap: null };
  const parameters = parametersFor(kind, 'slots', asked.given, 'test');
  const settings = { parameters, prompts: new PromptsInForce(openPromptSet(asked.promptSet), task.type, null) };
  const identity = { engine: 'test', environment, model: describeModel(opened), parameters };
  const run = Run.create(null, identity, '2026-01-01T00:00:00Z');
  const recorded = liveCalls(opened, run.callLog, unlimited, systemClock);
  const complete: CompleteCall[] = [];
  recorded.subscribe((event) => {
    if (event.type === 'ended' && event.record.status === 'complete') complete.push(event.record);
  });
  const ports = { environment, calls: recorded, state: { truth: false } };
  const episode = await run.startEpisode(task, settings, ports, signal);
  const bounds: number[] = [];
  const counts: SlotCounts[] = [];
  const again: number[] = [];
  for await (const event of episode.run(0, settings, signal)) {
    if (event.type === 'step') {
      const arrivedFrom = episode.node(event.node).arrival?.from ?? 0;
      again.push(wordsReadAgain(episode.node(arrivedFrom).decisions.at(-1)?.events ?? []));
    }
    if (event.type !== 'decision') continue;
    bounds.push(complete.length);
    counts.push(model.counts);
  }
  await environment.dispose();
  const ordered = bounds.map((start, i) => naiveOrder(complete.slice(start, bounds[i + 1])));
  const naiveOf = (calls: readonly CompleteCall[]): number =>
    evaluatedInOrder(
      calls.map(({ request, purpose, answer }) => ({
        prompt: `${purpose.role}: ${request.prompt.join('')}`,
        output: outputOf(request, answer),
      })),
    );
  const decisions = counts.length - 1;
  const each = (key: keyof SlotCounts): number => (model.counts[key] - counts[1][key]) / decisions;
  const naive = (naiveOf(ordered.flat()) - naiveOf(ordered[0])) / decisions;
  const [evaluated, written, trie] = [each('evaluated'), each('written'), each('trie')];
  return {
    decisions,
    sent: each('sent'),
    evaluated,
    written,
    trie,
    ratio: (evaluated + written) / trie,
    forced: total(ordered.slice(1).map(wordsForcedAgain)) / decisions,
    again: total(again.slice(1)) / decisions,
    newest:
      total(bounds.slice(1).map((start, i) => wordsOfNewestStep(complete[bounds[i]], complete[start]))) / decisions,
    naiveRatio: (naive + written) / trie,
    naive,
    first: counts[1].evaluated,
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Words of scored continuations that another one of the decision begins with as well. */
function wordsForcedAgain(calls: readonly CompleteCall[]): number {
  const trie = new PromptTrie();
  const lines = calls.flatMap(({ request }) => (request.kind === 'score' ? [wordsOf(request.continuation)] : []));
  return total(lines.map((line) => line.length - trie.add(line)));
}

/** The words of a decision's candidates, each beginning counted once, without those of the longest. */
function wordsReadAgain(events: readonly DecisionEvent[]): number {
  const trie = new PromptTrie();
  let words = 0;
  let longest = 0;
  for (const event of events) {
    if (event.type !== 'proposal') continue;
    const line = wordsOf(` ${event.action}\n`);
    words += trie.add(line);
    longest = Math.max(longest, line.length);
  }
  return words - longest;
}

/** Words that the first prompt of a decision has and that of the decision before has not. */
function wordsOfNewestStep(before: CompleteCall, now: CompleteCall): number {
  const [old, fresh] = [before, now].map(({ request }) => request.prompt.join(''));
  return wordsOf(fresh.slice(old.length)).length;
}

/** Actor first; then depth by depth, each kind of line for all candidates in turn. */
function naiveOrder(calls: readonly CompleteCall[]): readonly CompleteCall[] {
  const key = ({ purpose, request }: CompleteCall): string => {
    const kind = request.kind === 'next' ? 1 : 0;
    return [purpose.depth ?? 0, kind, purpose.role].map((part) => String(part).padStart(12)).join();
  };
  return calls
    .map((call, index) => ({ call, index, key: key(call) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index))
    .map(({ call }) => call);
}
