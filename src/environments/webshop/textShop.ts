import type { Goal } from './goals';
import { PageCache } from './pageCache';
import {
  backToSearch,
  buyNow,
  donePage,
  indexPage,
  itemPage,
  itemSubPage,
  nextPage,
  previousPage,
  resultsPage,
  subPages,
  type PageKind,
  type PageNode,
  type SubPage,
} from './pages';
import { dictRepr, jsonDict, strip } from './pythonText';
import type { Reward } from './reward';
import { withOption, type ChosenOptions, type Shop } from './shop';

/** State of the original's text environment; plain data. */
export interface TextState {
  readonly page: PageKind;
  readonly keywords: readonly string[] | null;
  readonly pageNumber: number | null;
  readonly asin: string | null;
  readonly options: ChosenOptions;
  /** Products looked at since the last index page. */
  readonly visited: readonly string[];
  readonly subPage: SubPage | null;
  /** Null until something was bought. */
  readonly reward: number | null;
}

export const startOfText: TextState = {
  page: 'index',
  keywords: null,
  pageNumber: null,
  asin: null,
  options: [],
  visited: [],
  subPage: null,
  reward: null,
};

/** What the original's `get_available_actions` lists. */
export interface AvailableActions {
  readonly hasSearchBar: boolean;
  readonly clickables: readonly string[];
}

export interface TextMove {
  readonly state: TextState;
  /** The text was no action of this page: nothing happened. */
  readonly invalid: boolean;
  readonly reward: Reward | null;
}

/** `parse_action`: name and argument of `name[argument]`; the argument is null where the text has no such form. */
export function parseAction(text: string): readonly [string, string | null] {
  const match = /^([^\n]+)\[([^\n]+)\]/.exec(text);
  return match === null ? [text, null] : [match[1], match[2]];
}

/** The original's text environment (`WebAgentTextEnv`) as functions of its state. */
export class TextShop {
  private readonly pages = new PageCache();
  private available:
    { readonly nodes: readonly PageNode[]; readonly clickables: ReadonlyMap<string, PageNode> } | undefined;

  constructor(
    readonly shop: Shop,
    readonly goal: Goal,
    private readonly showAttributes = false,
  ) {}

  step(state: TextState, text: string): TextMove {
    const [name, argument] = parseAction(text);
    const target = argument?.toLowerCase();
    if (name === 'search' && target !== undefined) return this.to(this.searched(state, target.split(' '), 1));
    if (name === 'click' && target !== undefined && target !== 'search') {
      const node = this.clickables(state).get(target);
      if (node !== undefined) return this.click(state, target, node);
    }
    return { state, invalid: true, reward: null };
  }

  availableActions(state: TextState): AvailableActions {
    return { hasSearchBar: state.page === 'index', clickables: [...this.clickables(state).keys()] };
  }

  /** Texts that can be clicked, lower case: buttons, then products, then option values. */
  clickables(state: TextState): ReadonlyMap<string, PageNode> {
    const nodes = this.nodes(state);
    if (this.available?.nodes === nodes) return this.available.clickables;
    const clickables = new Map<string, PageNode>();
    for (const kind of ['button', 'product', 'option'] as const) {
      for (const node of nodes) {
        if (node.kind === kind) clickables.set(kind === 'option' ? node.text : node.text.toLowerCase(), node);
      }
    }
    this.available = { nodes, clickables };
    return clickables;
  }

  /** The page's visible texts. */
  nodes(state: TextState): readonly PageNode[] {
    const { shop, goal } = this;
    const asin = state.asin ?? '';
    switch (state.page) {
      case 'index':
        return this.pages.nodes('index', () => indexPage(goal));
      case 'search_results': {
        const keywords = state.keywords ?? [];
        const page = state.pageNumber ?? 1;
        return this.pages.nodes(`results ${page} ${keywords.join(' ')}`, () => {
          const found = shop.search(keywords);
          return resultsPage(goal, page, found.length, shop.page(found, page));
        });
      }
      case 'item_page':
        return this.pages.nodes(`item ${asin}`, () => itemPage(goal, shop.product(asin), this.showAttributes));
      case 'item_sub_page': {
        const subPage = state.subPage ?? 'Description';
        return this.pages.nodes(`${subPage} ${asin}`, () =>
          itemSubPage(goal, shop.product(asin), shop.attributes(asin), subPage),
        );
      }
      case 'done':
        return donePage(asin, state.options, state.reward ?? 0);
    }
  }

  /** Observation mode `text`. */
  text(state: TextState): string {
    const nodes = this.nodes(state);
    const write = (): string => nodes.map((node) => strip(node.text)).join(' [SEP] ');
    return state.page === 'done' ? write() : this.pages.text(nodes, write);
  }

  /** Observation mode `text_rich`. */
  richText(state: TextState): string {
    const address = this.address(state, '');
    let clicked = '';
    let text = '';
    for (const node of this.nodes(state)) {
      switch (node.kind) {
        case 'button':
          text += `[button] ${node.text} [button_]\n`;
          break;
        case 'option':
          if (address.includes(`"${node.text}"`)) {
            text += `  [clicked button] ${node.text} [clicked button_]\n`;
            clicked = `You have clicked ${node.text}.\n${clicked}`;
          } else {
            text += `  [button] ${node.text} [button_]\n`;
          }
          break;
        case 'product':
          text += state.visited.includes(node.text)
            ? `\n[clicked button] ${node.text} [clicked button_]\n`
            : `\n[button] ${node.text} [button_]\n`;
          break;
        case 'text':
          text += `${node.text}\n`;
          break;
      }
    }
    return clicked + text;
  }

  /** The page's address in the original. */
  address(state: TextState, session: string): string {
    const base = 'http://127.0.0.1:3000';
    const keywords = (state.keywords ?? []).join('+');
    const page = state.pageNumber ?? 1;
    switch (state.page) {
      case 'index':
        return `${base}/${session}`;
      case 'search_results':
        return `${base}/search_results/${session}/${keywords}/${page}`;
      case 'item_page':
        return `${base}/item_page/${session}/${state.asin ?? ''}/${keywords}/${page}/${jsonDict(state.options)}`;
      case 'item_sub_page': {
        const place = `${state.asin ?? ''}/${keywords}/${page}/${state.subPage ?? ''}`;
        return `${base}/item_sub_page/${session}/${place}/${dictRepr(state.options)}`;
      }
      case 'done':
        return `${base}/done/${session}/${state.asin ?? ''}/${dictRepr(state.options)}`;
    }
  }

  private to(state: TextState): TextMove {
    return { state, invalid: false, reward: null };
  }

  private searched(state: TextState, keywords: readonly string[], pageNumber: number): TextState {
    return { ...state, page: 'search_results', keywords, pageNumber, asin: null, options: [], subPage: null };
  }

  private click(state: TextState, target: string, node: PageNode): TextMove {
    // The names go before what they were clicked on: an option value "features" opens the features.
    if (target === buyNow.toLowerCase()) return this.buy(state);
    if (target === backToSearch.toLowerCase()) return this.to({ ...startOfText, reward: state.reward });
    const keywords = state.keywords ?? [];
    const pageNumber = state.pageNumber ?? 1;
    if (state.page === 'search_results') {
      if (target === nextPage.toLowerCase()) return this.to(this.searched(state, keywords, pageNumber + 1));
      if (target === previousPage.toLowerCase()) return this.to(this.searched(state, keywords, pageNumber - 1));
    }
    if (target === previousPage.toLowerCase()) {
      if (state.page === 'item_sub_page') return this.to({ ...state, page: 'item_page', subPage: null });
      if (state.page === 'item_page') return this.to(this.searched(state, keywords, pageNumber));
    }
    const subPage = subPages.find((page) => page.toLowerCase() === target);
    if (subPage !== undefined) return this.to({ ...state, page: 'item_sub_page', subPage });
    if (node.kind === 'product') {
      const asin = target.toUpperCase();
      const visited = state.visited.includes(asin) ? state.visited : [...state.visited, asin];
      return this.to({ ...state, page: 'item_page', asin, visited });
    }
    if (node.kind === 'option') {
      const options = withOption(state.options, node.group ?? '', target);
      return this.to({ ...state, page: 'item_page', options });
    }
    return this.to({ ...state, page: 'item_page' });
  }

  private buy(state: TextState): TextMove {
    const reward = this.shop.buy(state.asin ?? '', state.options, this.goal);
    return { state: { ...state, page: 'done', subPage: null, reward: reward.total }, invalid: false, reward };
  }
}
