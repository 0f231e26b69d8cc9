import type { PageKind, PageNode, SubPage } from './pages';
import { SimplifiedShop, startOfSimplified, type SimplifiedRules, type SimplifiedState } from './simplifiedShop';
import type { Goal } from './goals';
import type { ChosenOptions, Shop } from './shop';
import { startOfText, TextShop, type TextState } from './textShop';

/** Where a shopper stands, whichever client shows it. */
export interface Situation {
  readonly page: PageKind;
  readonly keywords: readonly string[];
  readonly pageNumber: number;
  readonly asin: string | null;
  readonly options: ChosenOptions;
  readonly visited: readonly string[];
  readonly subPage: SubPage | null;
  /** Null until something was bought. */
  readonly reward: number | null;
}

/** What of a client's ways decides how long a way to a purchase is. */
export interface ClientWays {
  /** Searching works on every page, not on the index page alone. */
  readonly searchesAnywhere: boolean;
  readonly paging: boolean;
  /** Texts with # ? or / lead nowhere. */
  readonly rawAddresses: boolean;
  /** Clicks are written in lower case. */
  readonly lowerCase: boolean;
}

export interface ClientMove<S> {
  readonly state: S;
  /** What is said instead of the page's text; null where the page is shown. */
  readonly answer: string | null;
  /** Why the text is no action here; null where it is one. */
  readonly invalid: string | null;
  readonly reward: number;
}

/** One way of using the shop: what the shopper is told, and what each text does. States are plain data. */
export interface Client<S> {
  readonly ways: ClientWays;
  start(): ClientMove<S>;
  step(state: S, text: string): ClientMove<S>;
  observe(state: S): string;
  situation(state: S): Situation;
  /** The page's visible texts. */
  nodes(state: S): readonly PageNode[];
  /** What `click[...]` takes here. */
  clickables(state: S): readonly string[];
  searchable(state: S): boolean;
}

/** The original's text mode: pages as text, plain or with marks for buttons (`rich`). */
export class TextClient implements Client<TextState> {
  readonly ways = { searchesAnywhere: true, paging: true, rawAddresses: false, lowerCase: true };
  private readonly texts: TextShop;

  constructor(
    shop: Shop,
    goal: Goal,
    private readonly rich: boolean,
    showAttributes: boolean,
  ) {
    this.texts = new TextShop(shop, goal, showAttributes);
  }

  start(): ClientMove<TextState> {
    return { state: startOfText, answer: null, invalid: null, reward: 0 };
  }

  step(state: TextState, text: string): ClientMove<TextState> {
    const move = this.texts.step(state, text);
    const invalid = move.invalid
      ? 'an action is search[...] or click[...] with a text that this page can be clicked on'
      : null;
    return { state: move.state, answer: null, invalid, reward: move.reward?.total ?? 0 };
  }

  observe(state: TextState): string {
    return this.rich ? this.texts.richText(state) : this.texts.text(state);
  }

  situation(state: TextState): Situation {
    return { ...state, keywords: state.keywords ?? [], pageNumber: state.pageNumber ?? 1 };
  }

  nodes(state: TextState): readonly PageNode[] {
    return this.texts.nodes(state);
  }

  clickables(state: TextState): readonly string[] {
    return this.texts.availableActions(state).clickables.filter((text) => text !== 'search');
  }

  searchable(state: TextState): boolean {
    return state.page !== 'done';
  }
}

/** The simplified text of ReAct and LATS, with the accidents that their rules name. */
export class SimplifiedClient implements Client<SimplifiedState> {
  readonly ways: ClientWays;
  private readonly client: SimplifiedShop;

  constructor(shop: Shop, goal: Goal, rules: SimplifiedRules, showAttributes: boolean) {
    this.client = new SimplifiedShop(shop, goal, rules, showAttributes);
    const { rawAddresses } = rules.quirks;
    this.ways = { searchesAnywhere: false, paging: rules.paging, rawAddresses, lowerCase: false };
  }

  start(): ClientMove<SimplifiedState> {
    return { ...this.client.start(), reward: 0 };
  }

  step(state: SimplifiedState, text: string): ClientMove<SimplifiedState> {
    const { state: next, answer, invalid, shownReward } = this.client.step(state, text);
    return { state: next, answer, invalid, reward: shownReward };
  }

  observe(state: SimplifiedState): string {
    return this.client.text(state);
  }

  situation(state: SimplifiedState): Situation {
    const pages = {
      init: 'index',
      search: 'search_results',
      item: 'item_page',
      item_sub: 'item_sub_page',
      end: 'done',
    } as const;
    return {
      page: pages[state.page],
      keywords: state.query === null ? [] : [state.query],
      pageNumber: state.pageNumber ?? 1,
      asin: state.asin,
      options: state.options ?? [],
      visited: state.asin === null ? [] : [state.asin],
      subPage: state.subPage,
      reward: state.reward,
    };
  }

  nodes(state: SimplifiedState): readonly PageNode[] {
    return this.client.nodes(state) ?? [];
  }

  clickables(state: SimplifiedState): readonly string[] {
    return this.client.clickables(state);
  }

  searchable(state: SimplifiedState): boolean {
    return state.page === startOfSimplified.page;
  }
}
