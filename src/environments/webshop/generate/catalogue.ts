import { seededRandom } from '../../../lac/random';
import { productKinds, type ProductKind } from './productKinds';

/** A made-up catalogue as the contents of the original's three files. */
export interface GeneratedCatalogue {
  /** `items_shuffle.json` */
  readonly products: readonly Readonly<Record<string, unknown>>[];
  /** `items_ins_v2.json` */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `items_human_ins.json` */
  readonly instructions: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

const brands = (
  'Brightfell Harrowmere Oakline Tindrel Marlowe&Fern Quillhaven Sundreath Petalworks Norvik Lumeral Casterly Driftwell ' +
  'Hollowbrook Verdano Pinecrest Almaro Skylark Teasel Copperpot Willowtide Ferngate Ombra Halden Ridgeway Solstead'
)
  .split(' ')
  .map((brand) => brand.replace('&', ' & '));

const series = 'Aster Breeze Comet Daybreak Ember Fable Grove Haven Isle Juniper Kestrel Lark Meadow Nova'.split(' ');

/**
 * Makes `perKind` products of every kind, in mixed order; the same for the same seed. Products of a kind share some
 * attributes and differ in others, so that reading pages pays.
 */
export function generateCatalogue(seed: number, perKind: number): GeneratedCatalogue {
  const draw = new Draw(seed);
  const drafts = draw.shuffled(productKinds.flatMap((kind) => Array.from({ length: perKind }, () => kind)));
  const asins = new Set<string>();
  const products: Readonly<Record<string, unknown>>[] = [];
  const attributes: Record<string, unknown> = {};
  const instructions: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
  for (const kind of drafts) {
    const asin = draw.asin(asins);
    const listing = makeListing(kind, asin, draw);
    products.push(listing.product);
    attributes[asin] = listing.attributes;
    if (draw.chance(0.75)) instructions[asin] = [humanInstruction(kind, asin, listing, draw)];
  }
  return { products, attributes, instructions };
}

interface Listing {
  readonly noun: string;
  readonly qualities: readonly string[];
  readonly features: readonly string[];
  readonly uses: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly product: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function makeListing(kind: ProductKind, asin: string, draw: Draw): Listing {
  const noun = draw.one(kind.nouns);
  const qualities = draw.some(kind.qualities, 2, 3);
  const features = draw.some(kind.features, 1, 3);
  const uses = draw.some(kind.uses, 1, 2);
  const options = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(kind.options)) {
    if (draw.chance(0.9)) options.set(name, draw.some(values, 2, 7));
  }
  const brand = draw.one(brands);
  // Some of what a product has stands in its bullets or description alone.
  const inTitle = [...qualities.slice(0, draw.between(1, 2)).map(capitalized)];
  const name = draw.one([
    `${brand} ${inTitle.join(' ')} ${noun} with ${capitalized(features[0])} for ${capitalized(uses[0])}`,
    `${brand} ${draw.one(series)} ${noun}, ${inTitle.join(', ')}, ${capitalized(features[0])}`,
    `${noun} by ${brand}, ${inTitle.join(' and ')}, for ${capitalized(uses[0])}`,
    `${brand} ${noun} - ${inTitle.join(', ')} - with ${features.slice(0, 2).map(capitalized).join(' and ')}`,
  ]);
  const bullets = [
    ...qualities.map((quality) => draw.one(qualityBullets)(capitalized(quality), noun.toLowerCase())),
    ...features.map((feature) => draw.one(featureBullets)(feature, noun.toLowerCase())),
    draw.one(useBullets)(uses.join(' and '), noun.toLowerCase()),
  ];
  const description = draw.chance(0.8)
    ? draw.one(descriptions)(`${brand} ${noun.toLowerCase()}`, listed([...qualities, features[0]]), uses.at(-1) ?? '')
    : '';
  const [query, path] = [kind.query, kind.productCategory];
  const own = [...qualities, ...features, ...uses];
  const wanted = {
    qualities: draw.some(qualities, 1, 2),
    features: draw.some(features, 0, 1),
    uses: draw.some(uses, 0, 1),
  };
  const synthetic = [...wanted.qualities, ...wanted.features, ...wanted.uses];
  return {
    noun,
    qualities,
    features,
    uses,
    options,
    product: {
      asin,
      name,
      full_description: description,
      small_description: draw.shuffled(bullets),
      pricing: price(kind, draw),
      images: [`https://example.invalid/${asin}.jpg`],
      category: kind.category,
      query,
      product_category: path,
      average_rating: draw.between(31, 49) / 10,
      customization_options:
        options.size === 0
          ? ''
          : Object.fromEntries(Array.from(options, ([each, values]) => [each, values.map((value) => ({ value }))])),
    },
    attributes: draw.chance(0.8)
      ? {
          attributes: own,
          instruction: `Find me ${wanted.qualities.join(', ')} ${query}${following('with', wanted.features)}${following('for', wanted.uses)}`,
          instruction_attributes: synthetic,
        }
      : { attributes: own },
  };
}

/** One price, a range, or now and then none. */
function price(kind: ProductKind, draw: Draw): string {
  const [low, high] = kind.price;
  const dollars = (value: number): string => `$${(Math.floor(value) + draw.one([0.0, 0.49, 0.95, 0.99])).toFixed(2)}`;
  const first = low + (high - low) * draw.next() ** 1.5;
  if (draw.chance(0.03)) return '';
  return draw.chance(0.2) ? dollars(first) + dollars(first * (1.15 + draw.next() * 0.5) + 1) : dollars(first);
}

function humanInstruction(
  kind: ProductKind,
  asin: string,
  listing: Listing,
  draw: Draw,
): Readonly<Record<string, unknown>> {
  const qualities = draw.some(listing.qualities, 1, 2);
  const features = draw.some(listing.features, 0, 1);
  const uses = draw.some(listing.uses, 0, 1);
  const chosen = [...listing.options].filter(() => draw.chance(0.8));
  const options = chosen.map(([name, values]) => [name.toLowerCase(), draw.one(values).toLowerCase()] as const);
  const thing = draw.chance(0.6) ? listing.noun.toLowerCase() : kind.query;
  const [first, second] = qualities;
  const before = `${first} ${thing}`;
  const rest = [
    second === undefined ? '' : ` that ${isAre(thing)} also ${second}`,
    following('with', features),
    following('for', uses),
  ].join('');
  const wishes = options.map(([name, value]) => optionWish(name, value, draw));
  const choice =
    wishes.length === 0
      ? ''
      : draw.one([`, ${wishes.join(', ')}`, `, ideally ${listed(wishes)}`, `, preferably ${listed(wishes)}`]);
  const opening = draw.one(openings);
  return {
    asin,
    instruction: `${opening(before, plural(thing))}${rest}${choice}.`,
    attributes: [...listing.qualities, ...listing.features, ...listing.uses],
    options: options.map(([name, value]) => `${name}: ${value}`),
    instruction_attributes: [...qualities, ...features, ...uses],
    instruction_options: options.map(([, value]) => value),
    assignment_id: '',
    worker_id: '',
  };
}

function optionWish(name: string, value: string, draw: Draw): string {
  switch (name) {
    case 'color':
      return draw.one([`in ${value}`, `the color ${value}`, `${value} colored`]);
    case 'size':
      return draw.one([`size ${value}`, `in size ${value}`, `the ${value} size`]);
    case 'flavor':
    case 'scent':
      return draw.one([`${value} ${name}`, `the ${value} ${name}`]);
    default:
      return draw.one([`${name}: ${value}`, `${value} ${name}`]);
  }
}

const asinSigns = Array.from('ABCDEFGHJKLMNPQRSTUVWXYZ23456789');

type Opening = (thing: string, plural: boolean) => string;
const article = (thing: string): string => (/^(?:[aeio]|ultra)/.test(thing) ? 'an' : 'a');
const counted: Opening = (thing, plural) => (plural ? `some ${thing}` : `${article(thing)} ${thing}`);
const openings: readonly Opening[] = [
  (thing, plural) => `i need ${counted(thing, plural)}`,
  (thing, plural) => `i am looking for ${counted(thing, plural)}`,
  (thing, plural) => `i'm looking for ${counted(thing, plural)}`,
  (thing, plural) => `i want to buy ${counted(thing, plural)}`,
  (thing, plural) => `find me ${counted(thing, plural)}`,
  (thing, plural) => `please get me ${counted(thing, plural)}`,
  (thing, plural) => `can you show me ${counted(thing, plural)}`,
];

type Bullet = (attribute: string, noun: string) => string;
const qualityBullets: readonly Bullet[] = [
  (quality, noun) => `${quality.toUpperCase()}: we tested this ${noun} for months before we called it that`,
  (quality) => `${quality} by design, not as an afterthought`,
  (quality, noun) => `A ${noun} that is ${quality.toLowerCase()} and stays that way`,
  (quality) => `${quality} - checked in every batch we make`,
];
const featureBullets: readonly Bullet[] = [
  (feature, noun) => `This ${noun} comes with ${feature}, chosen with care`,
  (feature) => `With ${feature} for a result that you notice from the first day`,
  (feature) => `${capitalized(feature)}: the detail that our customers ask for most`,
];
const useBullets: readonly Bullet[] = [
  (uses) => `Made for ${uses}; also a welcome gift`,
  (uses, noun) => `Whether for ${uses} or something else, this ${noun} does its part`,
  (uses) => `Customers choose it for ${uses}`,
];
const descriptions: readonly ((product: string, attributes: string, use: string) => string)[] = [
  (product, attributes, use) =>
    `The ${product} was made by a small team that wanted something better for ${use}. It is known for being ${attributes}. ` +
    'Write to us if it is not what you hoped for and we will make it right.',
  (product, attributes, use) =>
    `Looking for something for ${use}? The ${product} brings together what matters: ${attributes}. Packed without plastic.`,
  (product, attributes, use) =>
    `Every ${product} leaves our workshop after a last look by hand. Think ${attributes}, and think of ${use}. ` +
    'Care: follow the card in the box.',
];

/** Seeded choices. */
class Draw {
  private readonly random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  next(): number {
    return this.random.next();
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  one<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)];
  }

  /** Between `low` and `high` of the items, in the items' order. */
  some<T>(items: readonly T[], low: number, high: number): readonly T[] {
    const count = Math.min(items.length, this.between(low, high));
    const chosen = new Set(this.shuffled(items.map((_, i) => i)).slice(0, count));
    return items.filter((_, i) => chosen.has(i));
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      [result[i], result[j]] = [result[j], result[i]];
    }
    return result;
  }

  /** A product number that no other has; Z marks what was never on sale anywhere. */
  asin(taken: Set<string>): string {
    for (;;) {
      const asin = `Z0${Array.from({ length: 8 }, () => this.one(asinSigns)).join('')}`;
      if (taken.has(asin)) continue;
      taken.add(asin);
      return asin;
    }
  }
}

function capitalized(text: string): string {
  return text.replace(/(^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase());
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;
}

function following(word: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : ` ${word} ${texts.join(', ')}`;
}

function plural(thing: string): boolean {
  return /[^s]s$/.test(thing) || /(?:polish|mix|jerky|tea|shampoo)$/.test(thing);
}

function isAre(thing: string): string {
  return /[^s]s$/.test(thing) ? 'are' : 'is';
}
