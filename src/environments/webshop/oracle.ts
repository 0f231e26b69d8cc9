import type { Truth } from '../environment';
import type { ClientWays, Situation } from './client';
import { goalOptionCount, type Goal } from './goals';
import { backToSearch, buyNow, nextPage, previousPage, productsPerPage, subPages } from './pages';
import type { Product } from './product';
import { matchedOptions, matchType } from './reward';
import type { ChosenOptions, Shop } from './shop';

/** Catalogues up to this size are looked through whole for what earns the best reward. */
const wholeSearch = 20_000;

/** A way to buy a product as well as it can be bought. */
interface BestPurchase {
  readonly reward: number;
  /** Option values to click, fewest possible. */
  readonly clicks: readonly string[];
}

/** What is true of one goal in one shop, for judging critics; found once and kept. */
export class Oracle {
  private best: { readonly reward: number; readonly places: readonly number[]; readonly exact: boolean } | undefined;
  private readonly queries = new Map<number, { readonly query: string; readonly rank: number } | null>();

  constructor(
    private readonly shop: Shop,
    private readonly goal: Goal,
    private readonly ways: ClientWays,
  ) {}

  /** Rank of the wanted product among the hits of a query, from 1; null when it is not among the 50. */
  rankOfGoal(query: string): number | null {
    return this.rankFor(query, this.shop.catalogue.placeOf(this.goal.asin));
  }

  truth(situation: Situation, signal?: AbortSignal): Truth {
    if (situation.page === 'done') {
      const bestReward = situation.reward ?? 0;
      return { remaining: bestReward === 1 ? 0 : null, plan: [], bestReward, exact: true };
    }
    const { reward, places, exact } = this.bestProducts(signal);
    let shortest: { readonly plan: readonly string[]; readonly sure: boolean } | undefined;
    for (const place of places) {
      signal?.throwIfAborted();
      for (const way of this.waysTo(place, reward, situation)) {
        if (shortest === undefined || way.plan.length < shortest.plan.length) shortest = way;
      }
    }
    return {
      remaining: shortest?.plan.length ?? null,
      plan: shortest?.plan ?? [],
      bestReward: reward,
      exact: exact && shortest?.sure === true,
    };
  }

  /** All products that can earn the best reward, or in a large catalogue those that are known to. */
  private bestProducts(signal: AbortSignal | undefined): NonNullable<typeof this.best> {
    if (this.best !== undefined) return this.best;
    const { catalogue } = this.shop;
    const whole = catalogue.size <= wholeSearch;
    const wanted = catalogue.placeOf(this.goal.asin);
    const candidates = new Set<number>(wanted < 0 ? [] : [wanted]);
    for (const place of this.shop.search([this.goal.instruction])) candidates.add(place);
    if (whole) for (let place = 0; place < catalogue.size; place++) candidates.add(place);
    let reward = 0;
    let places: number[] = [];
    for (const place of candidates) {
      signal?.throwIfAborted();
      if (this.bound(place) < reward) continue;
      const own = this.bestPurchase(place, []).reward;
      if (own < reward || own === 0) continue;
      if (own > reward) places = [];
      reward = own;
      places.push(place);
    }
    this.best = { reward, places, exact: whole || reward === 1 };
    return this.best;
  }

  /** What the product's reward cannot exceed, by its kind and price: cheap, and low for most products. */
  private bound(place: number): number {
    const { catalogue, extractor } = this.shop;
    const parts = this.goal.attributes.length + goalOptionCount(this.goal.options) + 1;
    const withinLimit = catalogue.price(place) <= this.goal.priceUpper;
    const { typeFactor } = matchType(catalogue.product(place), this.goal, extractor);
    return ((withinLimit ? parts : parts - 1) / parts) * typeFactor;
  }

  /** The best purchase of a product, and the fewest clicks to it when some values are chosen already. */
  private bestPurchase(place: number, chosen: ChosenOptions): BestPurchase {
    const product = this.shop.catalogue.product(place);
    const groups = this.choices(product);
    const kept = new Map(chosen);
    // By the set of the goal's options that are satisfied: the fewest clicks that satisfy them.
    let reached = new Map<number, readonly string[]>([[0, []]]);
    for (const [name, values] of groups) {
      const own = kept.get(name);
      const steps: readonly (readonly [number, string | null])[] = [
        [own === undefined ? 0 : this.satisfied(own), null],
        ...values,
      ];
      const next = new Map<number, readonly string[]>();
      for (const [set, clicks] of reached) {
        for (const [more, click] of steps) {
          const all = click === null ? clicks : [...clicks, click];
          const known = next.get(set | more);
          if (known === undefined || known.length > all.length) next.set(set | more, all);
        }
      }
      reached = next;
    }
    let best: { readonly count: number; readonly clicks: readonly string[] } = { count: -1, clicks: [] };
    for (const [set, clicks] of reached) {
      const count = bitCount(set);
      if (count > best.count || (count === best.count && clicks.length < best.clicks.length)) best = { count, clicks };
    }
    const options = new Map(chosen);
    for (const [name, values] of groups) {
      for (const [, value] of values) if (best.clicks.includes(value)) options.set(name, value);
    }
    return { reward: this.shop.buy(product.asin, [...options], this.goal).total, clicks: best.clicks };
  }

  /** By option name: for each set of the goal's options that a value satisfies, one such value that can be clicked. */
  private choices(product: Product): ReadonlyMap<string, readonly (readonly [number, string])[]> {
    const groupOf = new Map<string, string>();
    for (const [name, values] of product.options) for (const value of values) groupOf.set(value, name);
    const reserved = new Set([...subPages, backToSearch, previousPage, buyNow].map((text) => text.toLowerCase()));
    const groups = new Map<string, Map<number, string>>();
    for (const [value, name] of groupOf) {
      if (value.trim() === '' || reserved.has(value)) continue;
      if (this.ways.rawAddresses && /[#?/]/.test(value + name)) continue;
      const own = groups.get(name) ?? new Map<number, string>();
      groups.set(name, own);
      const set = this.satisfied(value);
      if (set !== 0 && !own.has(set)) own.set(set, value);
    }
    return new Map(Array.from(groups, ([name, values]) => [name, [...values]]));
  }

  private readonly satisfiedBy = new Map<string, number>();

  /** The goal's options that a value satisfies, as a set of bits. */
  private satisfied(value: string): number {
    const known = this.satisfiedBy.get(value);
    if (known !== undefined) return known;
    let set = 0;
    matchedOptions([value], this.goal.options).forEach((matched, i) => {
      if (matched) set |= 1 << i;
    });
    this.satisfiedBy.set(value, set);
    return set;
  }

  /** Ways from the situation to buying a product at the best reward; `sure` when none can be shorter. */
  private *waysTo(
    place: number,
    reward: number,
    from: Situation,
  ): Generator<{ readonly plan: readonly string[]; readonly sure: boolean }> {
    const asin = this.shop.catalogue.asin(place);
    const click = (text: string): string => `click[${this.ways.lowerCase ? text.toLowerCase() : text}]`;
    const buying = (chosen: ChosenOptions): readonly string[] | null => {
      const best = this.bestPurchase(place, chosen);
      return best.reward < reward ? null : [...best.clicks.map(click), click(buyNow)];
    };
    const opened = buying([]);
    // On the product's own page what is chosen already counts.
    const inside = from.page === 'item_page' ? [] : from.page === 'item_sub_page' ? [click(previousPage)] : null;
    if (inside !== null && from.asin === asin) {
      const rest = buying(from.options);
      if (rest !== null) yield { plan: [...inside, ...rest], sure: true };
    }
    if (opened === null) return;
    // Through the results that are open or lie behind the open product.
    if (from.page !== 'index') {
      const back = inside === null ? [] : [...inside, click(previousPage)];
      const hit = this.shop.search(from.keywords).indexOf(place);
      const turns = hit < 0 ? null : this.turns(from.pageNumber, Math.floor(hit / productsPerPage) + 1);
      if (turns !== null) yield { plan: [...back, ...turns.map(click), click(asin), ...opened], sure: true };
    }
    const found = this.queryFor(place);
    const turns = found === null ? null : this.turns(1, Math.floor((found.rank - 1) / productsPerPage) + 1);
    if (found === null || turns === null) return;
    const start = from.page === 'index' || this.ways.searchesAnywhere ? [] : [click(backToSearch)];
    const query = `search[${found.query}]`;
    yield { plan: [...start, query, ...turns.map(click), click(asin), ...opened], sure: turns.length === 0 };
  }

  private turns(from: number, to: number): readonly string[] | null {
    if (from === to) return [];
    if (!this.ways.paging) return null;
    return Array.from({ length: Math.abs(to - from) }, () => (to > from ? nextPage : previousPage));
  }

  /** A query that brings a product as far up as queries of its kind do. */
  private queryFor(place: number): { readonly query: string; readonly rank: number } | null {
    const known = this.queries.get(place);
    if (known !== undefined) return known;
    const product = this.shop.catalogue.product(place);
    let best: { readonly query: string; readonly rank: number } | null = null;
    const texts = [this.goal.instruction.replace(/, and price lower than [0-9.]+ dollars$/, ''), product.name];
    texts.push(`${product.name} ${product.bullets.at(0) ?? ''}`, product.description);
    for (const text of texts) {
      // Signs that close the action or break the original's addresses carry no words.
      const query = text.replace(/[[\]#?/\s]+/g, ' ').trim();
      if (query === '') continue;
      const rank = this.rankFor(query, place);
      if (rank !== null && (best === null || rank < best.rank)) best = { query, rank };
      if (best !== null && best.rank <= productsPerPage) break;
    }
    this.queries.set(place, best);
    return best;
  }

  private rankFor(query: string, place: number): number | null {
    const words = this.ways.lowerCase ? query.toLowerCase().split(' ') : [query];
    const index = this.shop.search(words).indexOf(place);
    return index < 0 ? null : index + 1;
  }
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
