import { rulesOf } from '../variants';
import { isDeepStrictEqual } from 'node:util';
import { LacError } from '../../errors/lacError';
import { normalizeLine } from '../../lac/actionText';
import type { Environment, ParsedAction, Snapshot, Start, Status, StepResult, Task, Truth } from '../environment';
import type { ShopPicture } from '../picture';
import { SimplifiedClient, TextClient, type Client, type Situation } from './client';
import type { Goal } from './goals';
import type { NounExtractor } from './nouns';
import { Oracle } from './oracle';
import { isObject } from './product';
import { Shop } from './shop';
import { shopPicture } from './shopPicture';
import { latsRules, reactRules, sensibleRules, type SimplifiedRules } from './simplifiedShop';
import type { BorrowedCatalogue } from './catalogueShelf';
import { goalOfTask } from './tasks';

/**
 * What the shopper sees: `simplified`, ReAct's text with a working `Next >` and without its accidents (the setting of
 * LAC); `react` and `lats`, those clients with all their accidents; `text` and `text_rich`, the original's own modes.
 */
export const observationModes = ['simplified', 'react', 'lats', 'text', 'text_rich'] as const;
export type ObservationMode = (typeof observationModes)[number];

export interface WebShopOptions {
  readonly observation: ObservationMode;
  /** Overrides of the simplified text's rules; for `simplified`, `react` and `lats`. */
  readonly rules?: Partial<SimplifiedRules>;
  /** Item pages have a button `Attributes`, as the original's server with `--attrs`. */
  readonly showAttributes?: boolean;
  /** Which words of a title are nouns, for the reward's type factor. */
  readonly nouns?: NounExtractor;
}

/** Counts up when the rules of play, as far as they are ours, change. */
const rulesVersion = '1';
const snapshotVersion = 1;

/** Plays WebShop on a catalogue. Made by the kind's `open`. */
export class WebShopEnvironment implements Environment {
  readonly id = 'webshop';
  readonly data: { readonly version: string; readonly sha256: string };
  private readonly shop: Shop;
  private episode: Episode | undefined;

  constructor(
    private readonly borrowed: BorrowedCatalogue,
    private readonly options: WebShopOptions,
  ) {
    this.shop = new Shop(borrowed.catalogue, options.nouns);
    const version = rulesOf(rulesVersion, options.observation === 'simplified' ? null : options.observation);
    this.data = { version, sha256: borrowed.sha256 };
  }

  /** Throws `environment.unknown-task`. */
  reset(task: Task, signal?: AbortSignal): Promise<Start> {
    return promised(() => {
      signal?.throwIfAborted();
      const goal = goalOfTask(this.borrowed, task.id);
      this.episode = this.begin(task.id, goal);
      return { goal: goal.instruction, observation: this.episode.observation };
    });
  }

  parse(text: string): ParsedAction {
    if (this.episode === undefined) return { valid: false, reason: 'no task was started' };
    return this.episode.parse(text);
  }

  step(text: string, signal?: AbortSignal): Promise<StepResult> {
    return promised(() => {
      signal?.throwIfAborted();
      return this.playing.step(text);
    });
  }

  /**
   * Every click of the page; before them, where the page has a search bar, one search for the instruction as it
   * stands, in the place of the searches that cannot be listed.
   */
  admissible(): readonly string[] {
    return this.playing.admissible();
  }

  openings(): readonly string[] {
    return this.playing.openings();
  }

  snapshot(): Snapshot {
    const { task } = this.playing;
    return { environment: 'webshop', version: snapshotVersion, task, state: this.playing.record() };
  }

  restore(snapshot: Snapshot): Promise<string> {
    return promised(() => {
      const refuse = (reason: string): LacError =>
        new LacError('environment.snapshot', { environment: 'WebShop', reason });
      if (snapshot.environment !== 'webshop') throw refuse(`it is one of ${snapshot.environment}`);
      if (snapshot.version !== snapshotVersion) throw refuse(`it has form ${snapshot.version}, not ${snapshotVersion}`);
      if (snapshot.task !== this.playing.task) throw refuse(`it is one of the task ${snapshot.task}`);
      const problem = this.playing.restore(snapshot.state);
      if (problem !== null) throw refuse(problem);
      return this.playing.observation;
    });
  }

  truth(signal?: AbortSignal): Promise<Truth> {
    return promised(() => this.playing.truth(signal));
  }

  /** Rank of the wanted product among the hits of a query, from 1; null when it is not among the 50. */
  rankOfGoal(query: string): number | null {
    return this.playing.rankOfGoal(query);
  }

  picture(): ShopPicture {
    return this.playing.picture();
  }

  dispose(): Promise<void> {
    this.episode = undefined;
    this.borrowed.release();
    return Promise.resolve();
  }

  private get playing(): Episode {
    if (this.episode === undefined) throw new LacError('environment.not-started', { environment: 'WebShop' });
    return this.episode;
  }

  private begin(task: string, goal: Goal): Episode {
    const { observation, rules, showAttributes = false } = this.options;
    const { shop } = this;
    const simplified = (base: SimplifiedRules, trims: boolean): Episode =>
      new Play(task, goal, shop, new SimplifiedClient(shop, goal, { ...base, ...rules }, showAttributes), trims);
    switch (observation) {
      case 'simplified':
        return simplified(sensibleRules, true);
      case 'react':
        return simplified(reactRules, false);
      case 'lats':
        return simplified(latsRules, false);
      case 'text':
      case 'text_rich':
        return new Play(
          task,
          goal,
          shop,
          new TextClient(shop, goal, observation === 'text_rich', showAttributes),
          false,
        );
    }
  }
}

/** One episode, whatever the form of its client's states. */
interface Episode {
  readonly task: string;
  readonly observation: string;
  parse(text: string): ParsedAction;
  step(text: string): StepResult;
  admissible(): readonly string[];
  openings(): readonly string[];
  record(): unknown;
  restore(recorded: unknown): string | null;
  truth(signal: AbortSignal | undefined): Truth;
  rankOfGoal(query: string): number | null;
  picture(): ShopPicture;
}

class Play<S extends object> implements Episode {
  private state: S;
  /** What was said last, where it is not the page's own text. */
  private answer: string | null = null;
  private readonly oracle: Oracle;

  constructor(
    readonly task: string,
    private readonly goal: Goal,
    private readonly shop: Shop,
    private readonly client: Client<S>,
    /** White space does not matter: neither around an action nor of which kind it is (options hold no-break spaces). */
    private readonly trims: boolean,
  ) {
    this.state = client.start().state;
    this.oracle = new Oracle(shop, goal, client.ways);
  }

  get observation(): string {
    return this.answer ?? this.client.observe(this.state);
  }

  parse(text: string): ParsedAction {
    const action = this.over ? text.trim() : this.read(text);
    const reason = this.over ? 'the purchase is made' : this.client.step(this.state, action).invalid;
    return reason === null ? { valid: true, action } : { valid: false, reason };
  }

  /** The action that a text means: of the page's clicks the one that is written alike. */
  private read(text: string): string {
    if (!this.trims) return text;
    const action = text.trim();
    const clicks = this.client.clickables(this.state).map((label) => `click[${label}]`);
    if (clicks.includes(action)) return action;
    const plain = normalizeLine(action);
    return clicks.find((click) => normalizeLine(click) === plain) ?? action;
  }

  step(text: string): StepResult {
    const before = this.state;
    if (this.over)
      return { observation: this.observation, reward: 0, status: this.status, invalid: true, useless: false };
    const move = this.client.step(before, this.read(text));
    this.state = move.state;
    this.answer = move.answer;
    const invalid = move.invalid !== null;
    return {
      observation: this.observation,
      reward: move.reward,
      status: this.status,
      invalid,
      useless: !invalid && isDeepStrictEqual(before, move.state),
    };
  }

  admissible(): readonly string[] {
    if (this.over) return [];
    const clicks = this.client.clickables(this.state).map((text) => `click[${text}]`);
    return this.situation.page === 'index' ? [`search[${this.goal.instruction}]`, ...clicks] : clicks;
  }

  openings(): readonly string[] {
    return !this.over && this.client.searchable(this.state) ? ['search['] : [];
  }

  record(): unknown {
    return { ...this.state, answer: this.answer };
  }

  /** Takes up a recorded state; says why where it is none of this client's. */
  restore(recorded: unknown): string | null {
    if (!isObject(recorded)) return 'its state is no object';
    const { answer, ...rest } = recorded;
    const model = this.client.start().state;
    const problem = fits(rest, model);
    if (problem !== null) return problem;
    if (answer !== null && typeof answer !== 'string') return 'its "answer" is no text';
    const state = { ...model, ...rest };
    const { asin } = this.client.situation(state);
    if (asin !== null && this.shop.catalogue.placeOf(asin) < 0) return `its product ${asin} is not in this catalogue`;
    this.state = state;
    this.answer = answer;
    return null;
  }

  truth(signal: AbortSignal | undefined): Truth {
    return this.oracle.truth(this.situation, signal);
  }

  rankOfGoal(query: string): number | null {
    return this.oracle.rankOfGoal(query);
  }

  picture(): ShopPicture {
    return shopPicture(this.shop, this.goal, this.situation, this.client.nodes(this.state));
  }

  private get situation(): Situation {
    return this.client.situation(this.state);
  }

  private get over(): boolean {
    return this.situation.page === 'done';
  }

  private get status(): Status {
    if (!this.over) return 'running';
    return this.situation.reward === 1 ? 'success' : 'failure';
  }
}

/** Whether a recorded state has the form of a client's state: the same fields, each of a kind it may have. */
function fits(recorded: object, model: object): string | null {
  const fields = new Map<string, unknown>(Object.entries(recorded));
  for (const [name, usual] of Object.entries(model)) {
    if (!fields.has(name)) return `its state has no "${name}"`;
    const value = fields.get(name);
    const right = Array.isArray(usual)
      ? Array.isArray(value)
      : value === null || ['string', 'number'].includes(typeof value) || Array.isArray(value);
    if (!right) return `its "${name}" is not of the form that it has here`;
  }
  return fields.size === Object.keys(model).length ? null : 'its state is one of another observation mode';
}

function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
