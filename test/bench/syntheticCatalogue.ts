import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../src/lac/random';

/** Words of a made-up language whose frequencies follow Zipf's law, as those of real listings do. */
export class Vocabulary {
  private readonly cumulative: Float64Array;

  constructor(private readonly size: number) {
    this.cumulative = new Float64Array(size);
    let total = 0;
    for (let i = 0; i < size; i++) this.cumulative[i] = total += 1 / (i + 12) ** 1.02;
  }

  /** The word of a rank; frequent words are short. */
  word(rank: number): string {
    const syllables = [
      'ba',
      'ko',
      'ti',
      'ren',
      'lu',
      'ma',
      'sel',
      'do',
      'vi',
      'nar',
      'pe',
      'gu',
      'fa',
      'zor',
      'hy',
      'wen',
    ];
    let text = '';
    for (let rest = rank + 16; rest > 0; rest = Math.floor(rest / 16)) text += syllables[rest % 16];
    return text;
  }

  draw(uniform: number): string {
    const wanted = uniform * this.cumulative[this.size - 1];
    let low = 0;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.cumulative[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return this.word(low);
  }
}

export const vocabularySize = 600_000;

/** Writes a catalogue of any size in the original's form, the same for the same seed. Returns its bytes. */
export function writeSyntheticCatalogue(folder: string, products: number, seed: number): number {
  const random = seededRandom(seed);
  const vocabulary = new Vocabulary(vocabularySize);
  const below = (n: number): number => Math.floor(random.next() * n);
  const words = (n: number): string => Array.from({ length: n }, () => vocabulary.draw(random.next())).join(' ');
  mkdirSync(folder, { recursive: true });
  const items = new Sink(path.join(folder, 'items_shuffle.json'), '[', ']');
  const attributes = new Sink(path.join(folder, 'items_ins_v2.json'), '{', '}');
  const people = new Sink(path.join(folder, 'items_human_ins.json'), '{', '}');
  const categories = ['beauty', 'electronics', 'garden', 'fashion', 'grocery'];
  for (let i = 0; i < products; i++) {
    const asin = `S${String(below(1000)).padStart(3, '0')}${i.toString(36).toUpperCase().padStart(6, '0')}`;
    const colors = Array.from({ length: below(6) }, () => ({ value: words(1 + below(2)), image: null }));
    const low = (500 + below(20_000)) / 100;
    const category = categories[below(5)];
    const kind = below(2000);
    items.put(
      JSON.stringify({
        name: words(8 + below(12)),
        full_description: below(3) === 0 ? '' : words(20 + below(70)),
        pricing: below(6) === 0 ? `$${low}$${(low * 1.4).toFixed(2)}` : `$${low}`,
        images: ['https://example.invalid/picture.jpg'],
        product_category: `${category} › ${vocabulary.word(kind % 40)} › ${vocabulary.word(kind)}`,
        small_description: Array.from({ length: 3 + below(3) }, () => words(8 + below(14))),
        customization_options: colors.length === 0 ? '' : { Color: colors },
        asin,
        category,
        query: vocabulary.word(kind),
      }),
    );
    const own = [words(2), words(2)];
    const instruction = i % 3 === 0 ? { instruction: `Find me ${own.join(', ')}`, instruction_attributes: own } : {};
    attributes.put(`${JSON.stringify(asin)}: ${JSON.stringify({ attributes: own, ...instruction })}`);
    if (i % 97 === 0) {
      const goal = { asin, instruction: `i need ${words(10)}.`, instruction_attributes: own, instruction_options: [] };
      people.put(`${JSON.stringify(asin)}: ${JSON.stringify([goal])}`);
    }
  }
  return items.end() + attributes.end() + people.end();
}

/** Writes the members of one JSON array or object. */
class Sink {
  private readonly descriptor: number;
  private pending: string[] = [];
  private first = true;
  private bytes = 0;

  constructor(
    file: string,
    opening: string,
    private readonly closing: string,
  ) {
    this.descriptor = openSync(file, 'w');
    this.pending.push(opening);
  }

  put(text: string): void {
    this.pending.push(this.first ? text : `,\n${text}`);
    this.first = false;
    if (this.pending.length >= 2000) this.flush();
  }

  end(): number {
    this.pending.push(this.closing);
    this.flush();
    closeSync(this.descriptor);
    return this.bytes;
  }

  private flush(): void {
    this.bytes += writeSync(this.descriptor, this.pending.join(''));
    this.pending = [];
  }
}
