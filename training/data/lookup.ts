import type { Random } from '../../src/lac/random';
import { shuffledOrder } from '../../src/lac/seeds';
import { isReservedName } from './episodes';
import { uniform } from './policies';
import { reservedDoor } from './recolor';
import { beginningOf } from './windows';

const sight = /^~?You see an? (?:(?:locked|closed|open) )?(\w+ (?:key|ball|box|door)) (.+)$/;

/**
 * A text that ends with a look instead of an action: the reflection says where each thing of the last observation is, in
 * any order. Things that are seen twice are left out, and what MixedTest's missions name; null where none is left. An agent
 * has no such action. These texts teach early to find a named thing's place, which reflections ask for once or twice only.
 */
export function lookup(text: readonly string[], random: Random): string[] | null {
  const beginning = beginningOf(text);
  const observation = beginning.findLast((line) => line.startsWith('o') || line.startsWith('O'))?.slice(1) ?? '';
  const seen = new Map<string, string | null>();
  for (const sentence of observation.split(', ')) {
    const [, name, place] = sight.exec(sentence) ?? [];
    if (name !== undefined && place !== undefined) seen.set(name, seen.has(name) ? null : place);
  }
  const sentences = [...seen]
    .filter(([name, place]) => place !== null && !isReservedName(name) && !reservedDoor.test(name))
    .map(([name, place]) => `The ${name} is ${place}.`);
  if (sentences.length === 0) return null;
  const inAnyOrder = shuffledOrder(sentences.length, uniform(random, 2 ** 32)).map((index) => sentences[index]);
  return [...beginning, 'alook', `NLooked. ${inAnyOrder.join(' ')} This step is BAD.`];
}
