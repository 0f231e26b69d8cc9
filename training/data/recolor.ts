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
/** Colours of the doors that only MixedTest's missions name; as scenery they are everywhere. */
const reservedDoorColors = ['red', 'grey'] as const;
export const reservedDoor = new RegExp(`\\b(?:${reservedDoorColors.join('|')}) door\\b`);
/** A goal that names no colour: whatever the door's is, and its key's, no mission of MixedTest is named. */
const nameless = 'Gopen the door';
/** Share of the texts with such a goal whose door takes one of the reserved colours. */
const inReservedColors = 0.5;

/**
 * The same texts in other colours, each colour in exchange for one of its own or a borrowed one, the same in all of them.
 * With many colours a model has to compare the words of goal and observation; with six it can learn the few pairs of
 * colour and type that missions name by heart, and is lost with a pair that none named. null where something would be
 * called what MixedTest's missions ask for. All texts have the same goal.
 */
export function recolored(texts: readonly (readonly string[])[], random: Random): string[][] | null {
  const palette = [...colors, ...borrowed];
  const exchange = new Map<string, string>();
  for (const color of colors) {
    const [taken] = palette.splice(Math.floor(random.next() * palette.length), 1);
    if (taken !== undefined) exchange.set(color, taken);
  }
  const goal = texts[0]?.[0] ?? '';
  const open = goal === nameless;
  const [, door] = /\b(\w+) door\b/.exec(texts.flatMap((lines) => lines.slice(1)).join('\n')) ?? [];
  if (open && door !== undefined && random.next() < inReservedColors) {
    const wanted = reservedDoorColors[Math.floor(random.next() * reservedDoorColors.length)] ?? 'red';
    for (const [color, taken] of exchange) if (taken === wanted) exchange.set(color, exchange.get(door) ?? taken);
    exchange.set(door, wanted);
  }
  const inExchange = (line: string): string => line.replace(named, (color) => exchange.get(color) ?? color);
  if (reservedDoor.test(inExchange(goal))) return null;
  const changed = texts.map((lines) => lines.map(inExchange));
  const taboo = (line: string): boolean => (line.match(thing) ?? []).some(isReservedName);
  return !open && changed.some((lines) => lines.some(taboo)) ? null : changed;
}
