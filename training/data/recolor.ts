import { colors } from '../../src/environments/babyai/world';
import type { Random } from '../../src/lac/random';
import { isReservedName } from './episodes';

/** Colours that BabyAI-Text does not have; training texts borrow them. All begin with a consonant, as its own do. */
const borrowed = [
  ...['black', 'brown', 'cyan', 'golden', 'lime', 'maroon', 'navy', 'pink', 'silver', 'teal'],
  ...['violet', 'white', 'beige', 'bronze', 'copper', 'coral', 'cream', 'crimson', 'fuchsia', 'ginger'],
  ...['jade', 'khaki', 'lavender', 'lemon', 'lilac', 'magenta', 'mauve', 'mint', 'mustard', 'peach'],
  ...['pearl', 'plum', 'ruby', 'rust', 'salmon', 'scarlet', 'tan', 'tawny', 'turquoise', 'wine'],
];
/** Share of the texts that are put in other colours where that can be done. */
export const inOtherColors = 0.7;
const named = new RegExp(`\\b(${colors.join('|')})\\b`, 'g');
const thing = new RegExp(`\\b(${[...colors, ...borrowed].join('|')}) (?:key|ball|box)\\b`, 'g');
/** Doors that only MixedTest's missions name; as scenery they are everywhere. */
const reservedDoor = /\b(?:red|grey) door\b/;

/**
 * The same text in other colours, each colour in exchange for one of its own or a borrowed one. With many colours a model
 * has to compare the words of goal and observation; with six it can learn the few pairs of colour and type that
 * missions name by heart, and is lost with a pair that none named. null where something would be called what
 * MixedTest's missions ask for.
 */
export function recolored(lines: readonly string[], random: Random): string[] | null {
  const palette = [...colors, ...borrowed];
  const exchange = new Map<string, string>();
  for (const color of colors) {
    const [taken] = palette.splice(Math.floor(random.next() * palette.length), 1);
    if (taken !== undefined) exchange.set(color, taken);
  }
  const changed = lines.map((line) => line.replace(named, (color) => exchange.get(color) ?? color));
  if (reservedDoor.test(changed[0] ?? '')) return null;
  return changed.some((line) => (line.match(thing) ?? []).some(isReservedName)) ? null : changed;
}
