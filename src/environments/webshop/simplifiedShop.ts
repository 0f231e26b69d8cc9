import type { Goal } from './goals';
import {
  backToSearch,
  buyNow,
  indexPage,
  itemPage,
  itemSubPage,
  nextPage,
  previousPage,
  resultsPage,
  scoreLabel,
  subPages,
  type PageNode,
  type SubPage,
} from './pages';
import { PageCache } from './pageCache';
import { dictRepr, floatRepr } from './pythonText';
import type { Reward } from './reward';
import { withOption, type ChosenOptions, type Shop } from './shop';

/** What tells the clients of the simplified text apart. */
export interface SimplifiedRules {
  /** `Next >`, and `< Prev` on a page of results, are actions. */
  readonly paging: boolean;
  /** Results shown: the first three; or those, and of the others of the page the asins alone. */
  readonly listed: 'three' | 'three and asins';
  /** An episode goes on after a purchase that did not earn the full reward, though nothing can be done then. */
  readonly endsOnlyAtFullReward: boolean;
  /** The originals' accidents, each on its own switch. */
  readonly quirks: SimplifiedQuirks;
}

export interface SimplifiedQuirks {
  /** Queries and options stand raw in addresses: with # ? or / in them the page is not found, its text is empty. */
  readonly rawAddresses: boolean;
  /** Asins and option values of the last page that had any stay clickable on pages that have none. */
  readonly staleLists: boolean;
  /** On the index page and on sub pages any text can be clicked, and `Attributes` without a button on item pages. */
  readonly looseClicks: boolean;
  /** `search[` and `click[` suffice, the last character is cut off whatever it is, and `reset` is an action. */
  readonly looseBrackets: boolean;
  /** Backslash sequences in product texts are read as Python reads them. */
  readonly escapes: boolean;
}

const noQuirks: SimplifiedQuirks = {
  rawAddresses: false,
  staleLists: false,
  looseClicks: false,
  looseBrackets: false,
  escapes: false,
};
const allQuirks: SimplifiedQuirks = {
  rawAddresses: true,
  staleLists: true,
  looseClicks: true,
  looseBrackets: true,
  escapes: true,
};

/** ReAct's text with a working `Next >` and without the originals' accidents: the setting of LAC. */
export const sensibleRules: SimplifiedRules = {
  paging: true,
  listed: 'three',
  endsOnlyAtFullReward: false,
  quirks: noQuirks,
};
/** ReAct's client (`WebShop.ipynb`), accidents and all. */
export const reactRules: SimplifiedRules = {
  paging: false,
  listed: 'three',
  endsOnlyAtFullReward: false,
  quirks: allQuirks,
};
/** The client of Language Agent Tree Search, accidents and all. */
export const latsRules: SimplifiedRules = {
  paging: true,
  listed: 'three and asins',
  endsOnlyAtFullReward: true,
  quirks: allQuirks,
};

/** State of the simplified client; plain data. */
export interface SimplifiedState {
  readonly page: 'init' | 'search' | 'item' | 'item_sub' | 'end';
  readonly query: string | null;
  readonly pageNumber: number | null;
  readonly asin: string | null;
  /** Null until an option was chosen or cleared. */
  readonly options: ChosenOptions | null;
  readonly subPage: SubPage | null;
  /** Asins that can be clicked on a page of results. */
  readonly asins: readonly string[];
  /** The product whose option values can be clicked on an item page. */
  readonly optionsOf: string | null;
  readonly reward: number | null;
}

export const startOfSimplified: SimplifiedState = {
  page: 'init',
  query: null,
  pageNumber: null,
  asin: null,
  options: null,
  subPage: null,
  asins: [],
  optionsOf: null,
  reward: null,
};

export interface SimplifiedMove {
  readonly state: SimplifiedState;
  /** What the client says instead of the page's text; null where it shows the page. */
  readonly answer: string | null;
  /** Why the text is no action here; null where it is one. */
  readonly invalid: string | null;
  readonly reward: Reward | null;
  /** The reward that the page shows; 0 where it shows none. */
  readonly shownReward: number;
  readonly done: boolean;
}

export const invalidAction = 'Invalid action!';

type Intent =
  | { readonly kind: 'think' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'search'; readonly query: string }
  | { readonly kind: 'click'; readonly target: string }
  | { readonly kind: 'none'; readonly reason: string };

/** The clients of ReAct and LATS, which speak with the shop's web site, as functions of their state. */
export class SimplifiedShop {
  private readonly pages = new PageCache();

  constructor(
    readonly shop: Shop,
    readonly goal: Goal,
    readonly rules: SimplifiedRules = sensibleRules,
    private readonly showAttributes = false,
  ) {}

  start(): SimplifiedMove {
    return this.arrive(startOfSimplified);
  }

  step(state: SimplifiedState, text: string): SimplifiedMove {
    const intent = this.intent(text);
    switch (intent.kind) {
      case 'none':
        return this.refused(state, intent.reason);
      case 'reset':
        return this.start();
      case 'think':
        return this.arrive(state, 'OK.');
      case 'search':
        if (state.page !== 'init') return this.refused(state, 'there is no search bar on this page');
        return this.arrive({ ...startOfSimplified, page: 'search', query: intent.query, pageNumber: 1 });
      case 'click':
        return this.click(state, intent.target);
    }
  }

  /** What can be clicked, in the page's order: `Back to Search`, asins, option values and the like. */
  clickables(state: SimplifiedState): readonly string[] {
    const subPageButtons = subPages.filter((page) => page !== 'Attributes' || this.showAttributes);
    switch (state.page) {
      case 'init':
      case 'end':
        return [];
      case 'search': {
        const paging = this.rules.paging ? [...((state.pageNumber ?? 1) > 1 ? [previousPage] : []), nextPage] : [];
        return [backToSearch, ...paging, ...state.asins];
      }
      case 'item':
        return [backToSearch, previousPage, ...this.optionGroups(state).keys(), ...subPageButtons, buyNow];
      case 'item_sub':
        return [backToSearch, previousPage];
    }
  }

  /** The page's text nodes; null where a raw address leads nowhere. */
  nodes(state: SimplifiedState): readonly PageNode[] | null {
    const { shop, goal } = this;
    if (this.unreachable(state)) return null;
    switch (state.page) {
      case 'init':
        return this.pages.nodes('index', () => indexPage(goal));
      case 'search': {
        const query = state.query ?? '';
        const page = state.pageNumber ?? 1;
        return this.pages.nodes(`results ${page} ${query}`, () => {
          const found = shop.search([query]);
          return resultsPage(goal, page, found.length, shop.page(found, page));
        });
      }
      case 'item': {
        const asin = state.asin ?? '';
        return this.pages.nodes(`item ${asin}`, () => itemPage(goal, shop.product(asin), this.showAttributes));
      }
      case 'item_sub': {
        const asin = state.asin ?? '';
        const subPage = state.subPage ?? 'Description';
        return this.pages.nodes(`${subPage} ${asin}`, () =>
          itemSubPage(goal, shop.product(asin), shop.attributes(asin), subPage),
        );
      }
      case 'end':
        return [];
    }
  }

  /** The text of the state's page. */
  text(state: SimplifiedState): string {
    if (state.page === 'end') {
      return this.unreachable(state) ? '' : `${scoreLabel}: ${floatRepr(state.reward ?? 0)}`;
    }
    const nodes = this.nodes(state);
    if (nodes === null) return '';
    const chosen = state.page === 'item' && (state.options ?? []).length > 0;
    const write = (): string => {
      const text = this.simplified(nodes, state);
      return this.rules.quirks.escapes ? unescapePython(text) : text;
    };
    return chosen || this.rules.quirks.rawAddresses ? write() : this.pages.text(nodes, write);
  }

  private intent(text: string): Intent {
    if (text.startsWith('think[')) return { kind: 'think' };
    if (this.rules.quirks.looseBrackets) {
      if (text === 'reset') return { kind: 'reset' };
      if (text.startsWith('search[')) return { kind: 'search', query: text.slice(7, -1) };
      if (text.startsWith('click[')) return { kind: 'click', target: text.slice(6, -1) };
      return { kind: 'none', reason: 'an action is search[...], click[...] or think[...]' };
    }
    const match = /^(search|click)\[(.*)\]$/s.exec(text);
    if (match === null) {
      const unclosed = /^(?:search|click)\[/.test(text);
      return {
        kind: 'none',
        reason: unclosed ? 'the closing bracket is missing' : 'an action is search[...] or click[...]',
      };
    }
    const [, name, argument] = match;
    if (argument === '') return { kind: 'none', reason: `${name}[] names nothing` };
    return name === 'search' ? { kind: 'search', query: argument } : { kind: 'click', target: argument };
  }

  private click(state: SimplifiedState, target: string): SimplifiedMove {
    const { paging, quirks } = this.rules;
    const inside = state.page === 'search' || state.page === 'item' || state.page === 'item_sub';
    switch (target) {
      case buyNow:
        if (state.page !== 'item') return this.refused(state, `there is no button "${buyNow}" on this page`);
        return this.buy(state);
      case backToSearch:
        if (!inside) return this.refused(state, `there is no button "${backToSearch}" on this page`);
        return this.arrive(startOfSimplified);
      case nextPage:
        if (!paging) return this.refused(state, `"${nextPage}" is no action under these rules`);
        if (state.page !== 'search') return this.refused(state, `there is no button "${nextPage}" on this page`);
        return this.arrive({ ...state, pageNumber: (state.pageNumber ?? 1) + 1 });
      case previousPage:
        return this.back(state);
      case 'Description':
      case 'Features':
      case 'Reviews':
      case 'Attributes':
        if (state.page !== 'item' || (target === 'Attributes' && !this.showAttributes && !quirks.looseClicks)) {
          return this.refused(state, `there is no button "${target}" on this page`);
        }
        return this.arrive({ ...state, page: 'item_sub', subPage: target });
      default:
        return this.clickOther(state, target);
    }
  }

  private back(state: SimplifiedState): SimplifiedMove {
    switch (state.page) {
      case 'search': {
        const page = state.pageNumber ?? 1;
        if (!this.rules.paging)
          return this.refused(state, `"${previousPage}" is no action on this page under these rules`);
        if (page <= 1 && !this.rules.quirks.looseClicks) return this.refused(state, 'this is the first page');
        return this.arrive({ ...state, pageNumber: page - 1 });
      }
      case 'item_sub':
        return this.arrive({ ...state, page: 'item' });
      case 'item':
        return this.arrive({ ...state, page: 'search', options: [] });
      case 'init':
      case 'end':
        return this.refused(state, `there is no button "${previousPage}" on this page`);
    }
  }

  private clickOther(state: SimplifiedState, target: string): SimplifiedMove {
    switch (state.page) {
      case 'search':
        if (!state.asins.includes(target)) return this.refused(state, `no product "${target}" on this page`);
        return this.arrive({ ...state, page: 'item', asin: target });
      case 'item': {
        const name = this.optionGroups(state).get(target);
        if (name === undefined) return this.refused(state, `no option or button "${target}" on this page`);
        const options = withOption(state.options ?? [], name, target);
        return this.arrive({ ...state, options }, `You have clicked ${target}.`);
      }
      case 'init':
      case 'item_sub':
      case 'end':
        if (!this.rules.quirks.looseClicks) return this.refused(state, `nothing "${target}" to click on this page`);
        return this.arrive(state);
    }
  }

  private buy(state: SimplifiedState): SimplifiedMove {
    const options = state.options ?? [];
    if (this.unreachable({ ...state, page: 'end' })) {
      return { ...this.arrive({ ...state, page: 'end', reward: 0 }), done: !this.rules.endsOnlyAtFullReward };
    }
    const reward = this.shop.buy(state.asin ?? '', options, this.goal);
    const done = !this.rules.endsOnlyAtFullReward || reward.total === 1;
    return { ...this.arrive({ ...state, page: 'end', reward: reward.total }), reward, done };
  }

  /** Fetches the page of a state: the lists that it brings along. */
  private arrive(state: SimplifiedState, answer: string | null = null): SimplifiedMove {
    const { staleLists } = this.rules.quirks;
    let next = state;
    const nodes = state.page === 'search' ? this.nodes(state) : null;
    if (state.page === 'search') {
      const asins = (nodes ?? []).filter((node) => node.kind === 'product').map((node) => node.text);
      if (asins.length > 0 || !staleLists) next = { ...next, asins };
    } else if (state.page === 'item' && !this.unreachable(state)) {
      const asin = state.asin ?? '';
      const hasOptions = [...this.shop.product(asin).options.values()].some((values) => values.length > 0);
      if (hasOptions || !staleLists) next = { ...next, optionsOf: asin };
    }
    const shownReward = state.page === 'end' && !this.unreachable(state) ? (state.reward ?? 0) : 0;
    return { state: next, answer, invalid: null, reward: null, shownReward, done: false };
  }

  private refused(state: SimplifiedState, reason: string): SimplifiedMove {
    return { state, answer: invalidAction, invalid: reason, reward: null, shownReward: 0, done: false };
  }

  /** Names of options by their values; of equal values the last group's. */
  private optionGroups(state: SimplifiedState): ReadonlyMap<string, string> {
    const groups = new Map<string, string>();
    if (state.optionsOf === null) return groups;
    for (const [name, values] of this.shop.product(state.optionsOf).options) {
      for (const value of values) if (value.trim() !== '') groups.set(value, name);
    }
    return groups;
  }

  private unreachable(state: SimplifiedState): boolean {
    if (!this.rules.quirks.rawAddresses || state.page === 'init') return false;
    const query = state.query ?? '';
    const options = dictRepr(state.options ?? []);
    const cut = /[#?/]/;
    switch (state.page) {
      case 'search':
        // A query that begins with a bracket is taken for a Python list; `<c>` alone fails in the site's search.
        return query === '' || cut.test(query) || query.startsWith('[') || query === '<c>';
      case 'item':
      case 'item_sub':
        return query === '' || cut.test(query) || cut.test(options);
      case 'end':
        return cut.test(options);
    }
  }

  private simplified(nodes: readonly PageNode[], state: SimplifiedState): string {
    const options = state.options ?? [];
    // The originals look for the quoted value anywhere in the page's address.
    const address = `${state.asin ?? ''}/${state.query ?? ''}/${dictRepr(options)}`;
    const isChosen = (node: PageNode): boolean =>
      this.rules.quirks.rawAddresses
        ? address.includes(`'${node.text}'`)
        : options.some(([name, value]) => name === node.group && value === node.text);
    let text = '';
    let texts = 0;
    let products = 0;
    let sinceProduct = 0;
    for (const node of nodes) {
      if (isBlank(node.text)) continue;
      switch (node.kind) {
        case 'button':
          text += `\n[${node.text}] `;
          break;
        case 'option':
          text += isChosen(node) ? `[[${node.text}]]` : `[${node.text}]`;
          break;
        case 'product':
          if (products < 3 || this.rules.listed === 'three and asins') text += `\n[${node.text}] `;
          products++;
          sinceProduct = 0;
          break;
        case 'text':
          // The first two texts repeat the instruction.
          if ((texts >= 2 || state.page === 'init') && !(sinceProduct <= 2 && products >= 4)) text += `\n${node.text} `;
          texts++;
          break;
      }
      sinceProduct++;
    }
    return text;
  }
}

/** Nothing but spaces and line ends, be they written as `\\n`. */
function isBlank(text: string): boolean {
  return /^(?: |\n|\\n)*$/.test(text);
}

/** The text as Python's `unicode-escape` reads it; unchanged where Python would fail. */
function unescapePython(text: string): string {
  if (!text.includes('\\')) return text;
  let failed = false;
  const result = text.replace(
    /\\(?:\n|([\\'"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xuUN]|.)/gs,
    (sequence, simple: string | undefined, octal: string | undefined, ...hexes: (string | undefined)[]) => {
      if (sequence === '\\\n') return '';
      if (simple !== undefined) return simpleEscapes.get(simple) ?? sequence;
      const digits = hexes.slice(0, 3).find((hex) => typeof hex === 'string');
      const code = octal !== undefined ? parseInt(octal, 8) : digits === undefined ? NaN : parseInt(digits, 16);
      if (Number.isNaN(code)) {
        if (/^\\[xuUN]/.test(sequence)) failed = true;
        return sequence;
      }
      // The result is read as UTF-8 again: a single byte above ASCII is none.
      if (code > 0x7f) failed = true;
      return String.fromCharCode(code & 0x7f);
    },
  );
  return failed ? text : result;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
