import type { Catalogue } from './catalogue';
import type { Goal } from './goals';
import type { NounExtractor } from './nouns';
import { titleNouns } from './nouns';
import { mostHits, productsPerPage } from './pages';
import type { Product } from './product';
import { PythonRandom } from './pythonRandom';
import { reward, type Reward } from './reward';

/** Chosen option values by name, in the order of first choice. */
export type ChosenOptions = readonly (readonly [string, string])[];

/** The options with one value chosen anew. */
export function withOption(options: ChosenOptions, name: string, value: string): ChosenOptions {
  if (!options.some(([own]) => own === name)) return [...options, [name, value]];
  return options.map((entry) => (entry[0] === name ? [name, value] : entry));
}

/** Seed of the `<r>` operator's draw, which the original takes from a stream that nobody can repeat. */
const randomResultsSeed = 233;
const keptSearches = 64;

/** What both kinds of client do in the shop: search, look up, buy. */
export class Shop {
  private readonly searches = new Map<string, readonly number[]>();

  constructor(
    readonly catalogue: Catalogue,
    readonly extractor: NounExtractor = titleNouns,
  ) {}

  /**
   * Places of the products found, best first. As in the original, a first word `<r>` gives any 50 products, `<a>`
   * those with an attribute, `<c>` those of a category, `<q>` those under a query; otherwise at most 50 are found.
   */
  search(keywords: readonly string[]): readonly number[] {
    const key = keywords.join(' ');
    const known = this.searches.get(key);
    if (known !== undefined) return known;
    const places = this.find(keywords);
    if (this.searches.size >= keptSearches) {
      const oldest = this.searches.keys().next();
      if (oldest.done !== true) this.searches.delete(oldest.value);
    }
    this.searches.set(key, places);
    return places;
  }

  /** Products of one page of results; Python's slice, so that negative pages count from the end. */
  page(places: readonly number[], page: number): readonly Product[] {
    const place = (index: number): number => Math.max(0, index < 0 ? places.length + index : index);
    const from = place((page - 1) * productsPerPage);
    return places
      .slice(from, Math.max(from, place(page * productsPerPage)))
      .map((each) => this.catalogue.product(each));
  }

  /** Throws for an asin that is not in the catalogue: states only hold such that were shown. */
  product(asin: string): Product {
    return this.catalogue.product(this.placeOf(asin));
  }

  attributes(asin: string): readonly string[] {
    return this.catalogue.attributes(this.placeOf(asin));
  }

  buy(asin: string, options: ChosenOptions, goal: Goal): Reward {
    const place = this.placeOf(asin);
    const purchase = {
      product: this.catalogue.product(place),
      attributes: this.catalogue.attributes(place),
      price: this.catalogue.price(place),
      options: options.map(([, value]) => value),
    };
    return reward(purchase, goal, this.extractor);
  }

  private find(keywords: readonly string[]): readonly number[] {
    const { catalogue } = this;
    const rest = keywords.slice(1).join(' ').trim();
    switch (keywords.at(0)) {
      case '<r>': {
        const all = Array.from({ length: catalogue.size }, (_, i) => i);
        return new PythonRandom(randomResultsSeed).sample(all, Math.min(mostHits, all.length));
      }
      case '<a>':
        return catalogue.withAttribute(rest);
      case '<c>':
        return catalogue.inCategory((keywords.at(1) ?? '').trim());
      case '<q>':
        return catalogue.underQuery(rest);
      default:
        return catalogue.search(keywords.join(' '), mostHits).map((hit) => hit.document);
    }
  }

  private placeOf(asin: string): number {
    const place = this.catalogue.placeOf(asin);
    if (place < 0) throw new RangeError(`no product ${asin}`);
    return place;
  }
}
