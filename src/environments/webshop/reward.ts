import { normalizeColor, normalizeColorPair } from './colors';
import { tokenSetRatio } from './fuzzy';
import { goalOptionCount, type Goal, type GoalOptions } from './goals';
import { capitalizedWords, everyWord, titleNouns, type NounExtractor } from './nouns';
import type { Product } from './product';
import { stringRepr } from './pythonText';

/** What was bought. */
export interface Purchase {
  readonly product: Product;
  readonly attributes: readonly string[];
  readonly price: number;
  /** The chosen option values. */
  readonly options: readonly string[];
}

/** The reward and all its parts, as in the original's verbose record. */
export interface Reward extends TypeMatch {
  /** 0 to 1: matched attributes, options and price over their number, times the type factor. */
  readonly total: number;
  readonly attributeMatches: number;
  readonly optionMatches: number;
  readonly priceMatch: boolean;
  /** False where another reading of the titles' nouns would give another type factor. */
  readonly typeRobust: boolean;
}

/** The part of a reward that tells whether the right kind of product was bought. */
export interface TypeMatch {
  readonly typeFactor: number;
  readonly queryMatch: boolean;
  readonly categoryMatch: boolean;
  readonly titleScore: number;
}

/** The original's `get_type_reward`. */
export function matchType(product: Product, goal: Goal, extractor: NounExtractor): TypeMatch {
  const queryMatch = product.query === goal.query;
  const categoryMatch = commonLevels(product.productCategory, goal.productCategory) >= 2;
  const titleScore = titleScoreOf(product.name, goal.name, extractor);
  return { typeFactor: typeFactorOf(titleScore, queryMatch || categoryMatch), queryMatch, categoryMatch, titleScore };
}

/** The original's `get_reward`, with its nouns from `extractor`. */
export function reward(purchase: Purchase, goal: Goal, extractor: NounExtractor = titleNouns): Reward {
  const { product } = purchase;
  const type = matchType(product, goal, extractor);
  const typeRobust = [titleNouns, everyWord, capitalizedWords].every(
    (other) => matchType(product, goal, other).typeFactor === type.typeFactor,
  );
  const attributeMatches = matchedAttributes(purchase, goal.attributes);
  const optionMatches = matchedOptions(purchase.options, goal.options).filter(Boolean).length;
  const priceMatch = purchase.price <= goal.priceUpper;
  const parts = goal.attributes.length + goalOptionCount(goal.options) + 1;
  const matched = attributeMatches + optionMatches + (priceMatch ? 1 : 0);
  return {
    ...type,
    total: (matched / parts) * type.typeFactor,
    attributeMatches,
    optionMatches,
    priceMatch,
    typeRobust,
  };
}

/** Which of the goal's options the chosen values satisfy, in the goal's order. */
export function matchedOptions(chosen: readonly string[], wanted: GoalOptions): readonly boolean[] {
  const values = chosen.map(normalizeColor);
  return comparedOptions(wanted).map((option) => values.some((value) => tokenSetRatio(value, option) > 85));
}

/** How many of the wanted attributes the bought product has, be it only in its texts. */
export function matchedAttributes(purchase: Purchase, wanted: readonly string[]): number {
  const { product } = purchase;
  let texts: readonly string[] | undefined;
  return wanted.filter((attribute) => {
    if (purchase.attributes.some((own) => tokenSetRatio(own, attribute) > 85)) return true;
    texts ??= [product.name, product.bullets.join(' '), product.description].map((text) => text.toLowerCase());
    return texts.some((text) => text.includes(attribute));
  }).length;
}

/**
 * The goal's options as the original compares them: values with their colour's name; names with values become the
 * text of a Python pair, unless name or value is a colour's name.
 */
function comparedOptions(wanted: GoalOptions): readonly string[] {
  if (wanted.kind === 'values') return wanted.values.map(normalizeColor);
  return wanted.entries.map(
    (entry) => normalizeColorPair(entry) ?? `(${stringRepr(entry[0])}, ${stringRepr(entry[1])})`,
  );
}

function commonLevels(a: string, b: string): number {
  const levels = (category: string): Set<string> => new Set(category.split('\u203a').map((level) => level.trim()));
  const others = levels(b);
  return [...levels(a)].filter((level) => others.has(level)).length;
}

/** Share of the wanted title's nouns that the bought one has too; repetitions count below the line alone. */
export function titleScoreOf(bought: string, wanted: string, extractor: NounExtractor): number {
  const wantedNouns = extractor.nouns(wanted);
  if (wantedNouns.length === 0) return 0.2;
  const boughtNouns = new Set(extractor.nouns(bought));
  return [...new Set(wantedNouns)].filter((noun) => boughtNouns.has(noun)).length / wantedNouns.length;
}

function typeFactorOf(titleScore: number, sameKind: boolean): number {
  if (titleScore === 0) return 0;
  if (titleScore < 0.1) return 0.1;
  return sameKind || titleScore > 0.2 ? 1 : 0.5;
}
