import { LacError } from '../../errors/lacError';
import { isObject, RecordProblem, stringField, stringList } from './product';
import { compareCodePoints } from './pythonText';
import { PythonRandom } from './pythonRandom';
import { jsonRecords, parseRecord } from './jsonRecords';
import type { Catalogue } from './catalogue';

/** What the shopper is asked to buy. */
export interface Goal {
  readonly asin: string;
  readonly category: string;
  readonly query: string;
  readonly name: string;
  readonly productCategory: string;
  /** The instruction with its price limit. */
  readonly instruction: string;
  readonly attributes: readonly string[];
  /** 1000000 where no limit is named. */
  readonly priceUpper: number;
  /** Of a human goal: values. Of a synthetic goal: names with their values. */
  readonly options: GoalOptions;
  /** By which the original draws goals at random. */
  readonly weight: number;
}

export type GoalOptions =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'named'; readonly entries: readonly (readonly [string, string])[] };

export function goalOptionCount(options: GoalOptions): number {
  return options.kind === 'values' ? options.values.length : options.entries.length;
}

/** The goals of one kind in the order in which the original numbers its tasks, each made when it is asked for. */
export interface GoalList {
  readonly size: number;
  at(index: number): Goal;
  /** The goal's place before the original shuffles. */
  placeBeforeShuffle(index: number): number;
}

const noLimit = 1_000_000;
const priceSteps = Array.from({ length: 99 }, (_, i) => 10 * (i + 1));
/** The original's seed before it shuffles its goals. */
const shuffleSeed = 233;

/** The random stream as it stands after the catalogue's prices are drawn. */
function streamAfterPrices(catalogue: Catalogue): PythonRandom {
  const random = new PythonRandom(catalogue.seed);
  for (let i = 0; i < catalogue.columns.drawnPrices; i++) random.random();
  return random;
}

function drawPriceUpper(random: PythonRandom, price: number): number {
  const first = priceSteps.findIndex((step) => step > price);
  const range = first < 0 ? [] : priceSteps.slice(first, first + 4);
  return range.length < 2 ? noLimit : Math.max(...random.sample(range, 2));
}

function priceText(priceUpper: number): string {
  return priceUpper === noLimit ? '' : `, and price lower than ${priceUpper.toFixed(2)} dollars`;
}

function shuffledOrder(size: number): Uint32Array {
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  new PythonRandom(shuffleSeed).shuffle(order);
  return order;
}

interface HumanInstruction {
  readonly instruction: string;
  readonly attributes: readonly string[];
  readonly options: readonly string[];
}

/**
 * Goals that people wrote: `items_human_ins.json`. Throws `webshop.malformed-file`, `webshop.bad-record`.
 */
export function humanGoals(catalogue: Catalogue, file: string): GoalList {
  const byPlace = new Map<number, readonly HumanInstruction[]>();
  for (const record of jsonRecords(file)) {
    const place = record.key === null ? -1 : catalogue.placeOf(record.key);
    if (place < 0) continue;
    try {
      const list = parseRecord(file, record);
      if (!Array.isArray(list)) throw new RecordProblem('the instructions of a product must be a list');
      byPlace.set(place, list.map(loadHumanInstruction));
    } catch (error) {
      if (!(error instanceof RecordProblem)) throw error;
      const args = { file, record: record.index, asin: record.key ?? '', reason: error.message };
      throw new LacError('webshop.bad-record', args, { cause: error });
    }
  }
  const random = streamAfterPrices(catalogue);
  const goals: { place: number; priceUpper: number; text: HumanInstruction }[] = [];
  for (const place of [...byPlace.keys()].sort((a, b) => a - b)) {
    for (const text of byPlace.get(place) ?? []) {
      if (text.attributes.length === 0) continue;
      goals.push({ place, priceUpper: drawPriceUpper(random, catalogue.price(place)), text });
    }
  }
  const order = shuffledOrder(goals.length);
  return {
    size: goals.length,
    placeBeforeShuffle: (index) => order[index],
    at: (index) => {
      const { place, priceUpper, text } = goals[order[index]];
      return {
        ...ofProduct(catalogue, place),
        instruction: text.instruction.replace(/^\.+|\.+$/g, '') + priceText(priceUpper),
        attributes: text.attributes,
        priceUpper,
        options: { kind: 'values', values: text.options },
        weight: 1,
      };
    },
  };
}

function loadHumanInstruction(value: unknown): HumanInstruction {
  if (!isObject(value)) throw new RecordProblem('an instruction must be an object');
  return {
    instruction: stringField(value, 'instruction'),
    attributes: stringList(value['instruction_attributes'], 'instruction_attributes'),
    options: stringList(value['instruction_options'], 'instruction_options'),
  };
}

/** Goals that the original made from attributes: one for each combination of a product's option values. */
export function syntheticGoals(catalogue: Catalogue): GoalList {
  const { combinations, attributeGoals, size } = catalogue.columns;
  const random = streamAfterPrices(catalogue);
  const places: number[] = [];
  const limits: number[] = [];
  /** The number of goals before each product's. */
  const starts: number[] = [];
  let total = 0;
  for (let place = 0; place < size; place++) {
    if (!catalogue.hasInstruction(place)) continue;
    // Drawn once for a product, even when it makes no goal.
    const limit = drawPriceUpper(random, catalogue.price(place));
    if (combinations[place] === 0) continue;
    places.push(place);
    limits.push(limit);
    starts.push(total);
    total += combinations[place];
  }
  const order = shuffledOrder(total);
  return {
    size: total,
    placeBeforeShuffle: (index) => order[index],
    at: (index) => {
      const own = lastAtMost(starts, order[index]);
      const place = places[own];
      const entries = combination(catalogue.product(place).options, order[index] - starts[own]);
      const { instruction, instructionAttributes } = catalogue.attributeEntry(place);
      const optionText = entries.map(([name, value]) => `${name}: ${value}`).join(', and ');
      let weight = 0;
      for (const attribute of instructionAttributes) weight += 1 / (attributeGoals.get(attribute) ?? 1);
      return {
        ...ofProduct(catalogue, place),
        instruction: `${instruction ?? ''}${optionText === '' ? '' : ` with ${optionText}`}${priceText(limits[own])}`,
        attributes: instructionAttributes,
        priceUpper: limits[own],
        options: { kind: 'named', entries },
        weight: weight / instructionAttributes.length,
      };
    },
  };
}

/** The n-th combination of option values, names in alphabetical order, the last name turning fastest. */
function combination(
  options: ReadonlyMap<string, readonly string[]>,
  n: number,
): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  let rest = n;
  for (const [name, values] of [...options].sort(([a], [b]) => compareCodePoints(b, a))) {
    entries.push([name, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return entries.reverse();
}

function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function ofProduct(
  catalogue: Catalogue,
  place: number,
): Pick<Goal, 'asin' | 'category' | 'query' | 'name' | 'productCategory'> {
  const { asin, category, query, name, productCategory } = catalogue.product(place);
  return { asin, category, query, name, productCategory };
}
