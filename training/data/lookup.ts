import type { Random } from '../../src/lac/random';
import { uniform } from './policies';
import { beginningOf } from './windows';

const sight = /^~?You see an? (?:(?:locked|closed|open) )?(\w+ (?:key|ball|box|door)) (.+)$/;

/**
 * A text that ends with a look instead of an action: the reflection says where each thing of the last observation is, in
 * any order. Things that are seen twice are left out; null where none is left. An agent has no such action. These texts
 * teach early to find a named thing's place, which reflections ask for once or twice in a text only.
 */
export function lookup(text: readonly string[], random: Random): string[] | null {
  const beginning = beginningOf(text);
  const observation = beginning.findLast((line) => line.startsWith('o') || line.startsWith('O'))?.slice(1) ?? '';
  const seen = new Map<string, string | null>();
  for (const sentence of observation.split(', ')) {
    const [, name, place] = sight.exec(sentence) ?? [];
    if (name !== undefined && place !== undefined) seen.set(name, seen.has(name) ? null : place);
  }
  const left = [...seen].filter(([, place]) => place !== null);
  if (left.length === 0) return null;
  const sentences: string[] = [];
  while (left.length > 0) {
    for (const [name, place] of left.splice(uniform(random, left.length), 1))
      sentences.push(`The ${name} is ${place}.`);
  }
  return [...beginning, 'alook', `NLooked. ${sentences.join(' ')} This step is BAD.`];
}
