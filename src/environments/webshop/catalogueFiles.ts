import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { LacError, messageOf } from '../../errors/lacError';

/** The files of one catalogue. */
export interface CatalogueFiles {
  /** `items_shuffle*.json`: the products. */
  readonly products: string;
  /** `items_ins_v2*.json`: attributes and synthetic instructions. */
  readonly attributes: string;
  /** `items_human_ins*.json` by kind of goal: `human`, and `human_<suffix>` where the name has one. */
  readonly instructions: ReadonlyMap<string, string>;
}

/**
 * The catalogue in a folder, or of one products file. With several products files in a folder the whole catalogue
 * (`items_shuffle.json`) goes first, then the one of the lowest name; the attributes file of the same suffix is taken.
 * Throws `webshop.missing-file`.
 */
export function findCatalogueFiles(place: string): CatalogueFiles {
  let isFile: boolean;
  let names: string[];
  try {
    isFile = statSync(place).isFile();
    names = readdirSync(isFile ? path.dirname(place) : place).sort();
  } catch (error) {
    throw new LacError('webshop.unreadable-file', { file: place, reason: messageOf(error) }, { cause: error });
  }
  const folder = isFile ? path.dirname(place) : place;
  const products = isFile ? path.basename(place) : pick(names, /^items_shuffle(.*)\.json$/, '');
  if (products === undefined) throw new LacError('webshop.missing-file', { folder, pattern: 'items_shuffle*.json' });
  const suffix = /^items_shuffle(.*)\.json$/.exec(products)?.[1] ?? '';
  const attributes = pick(names, /^items_ins_v2(.*)\.json$/, suffix);
  if (attributes === undefined) throw new LacError('webshop.missing-file', { folder, pattern: 'items_ins_v2*.json' });
  const instructions = new Map<string, string>();
  for (const name of names) {
    const match = /^items_human_ins(.*)\.json$/.exec(name);
    if (match !== null) instructions.set(`human${match[1]}`, path.join(folder, name));
  }
  return { products: path.join(folder, products), attributes: path.join(folder, attributes), instructions };
}

function pick(names: readonly string[], pattern: RegExp, suffix: string): string | undefined {
  const matching = names.filter((name) => pattern.test(name));
  return matching.find((name) => pattern.exec(name)?.[1] === suffix) ?? matching.at(0);
}

/** Size and time of change of each file: what tells that an index is still of these files. */
export function fileStamps(files: CatalogueFiles): readonly string[] {
  return [files.products, files.attributes].map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${path.basename(file)} ${size} ${Math.floor(mtimeMs)}`;
  });
}
