import type { Random } from '../../src/lac/random';
import { colors, movableTypes } from '../../src/environments/babyai/world';
import { uniform } from './policies';

/**
 * Spoils an observation as a small model's imagination does: things lost, shifted, doubled or made up, walls misjudged.
 * The reflection that follows stays true, so that the critic learns to go by history and action.
 */
const lost = 0.12;
const shifted = 0.18;
const wallWrong = 0.12;
const madeUp = 0.35;

const placed = /^(You see an? .*?) (?:(\d+) steps? (left|right))?(?: and )?(?:(\d+) steps? forward)?$/;

function steps(count: number): string {
  return `${count} step${count > 1 ? 's' : ''}`;
}

function sentence(what: string, aside: number, ahead: number): string {
  const parts: string[] = [];
  if (aside !== 0) parts.push(`${steps(Math.abs(aside))} ${aside < 0 ? 'left' : 'right'}`);
  if (ahead > 0) parts.push(`${steps(ahead)} forward`);
  return `${what} ${parts.join(' and ')}`;
}

interface Placed {
  readonly what: string;
  readonly aside: number;
  readonly ahead: number;
}

function read(text: string): Placed | null {
  const match = placed.exec(text);
  if (match === null) return null;
  const [, what = '', aside = '0', side, ahead = '0'] = match;
  return { what, aside: side === 'left' ? -Number(aside) : Number(aside), ahead: Number(ahead) };
}

function inView(aside: number, ahead: number): boolean {
  return Math.abs(aside) <= 3 && ahead >= 0 && ahead <= 6 && (aside !== 0 || ahead !== 0);
}

export function spoil(observation: string, random: Random): string {
  const head: string[] = [];
  const things: Placed[] = [];
  for (const text of observation.split(', ')) {
    const thing = read(text);
    if (thing === null) {
      head.push(text);
    } else if (thing.what === 'You see a wall') {
      const draw = random.next();
      if (draw < wallWrong / 2) continue;
      const off = draw < wallWrong ? (random.next() < 0.5 ? 1 : -1) : 0;
      const aside = thing.aside === 0 ? 0 : thing.aside + off * Math.sign(thing.aside);
      const ahead = thing.ahead === 0 ? 0 : thing.ahead + off;
      if (inView(aside, ahead)) head.push(sentence(thing.what, aside, ahead));
    } else {
      const draw = random.next();
      if (draw < lost) continue;
      const [aside, ahead] =
        draw >= lost + shifted
          ? [thing.aside, thing.ahead]
          : random.next() < 0.5
            ? [thing.aside + (random.next() < 0.5 ? 1 : -1), thing.ahead]
            : [thing.aside, thing.ahead + (random.next() < 0.5 ? 1 : -1)];
      if (inView(aside, ahead)) things.push({ what: thing.what, aside, ahead });
    }
  }
  for (let n = 0; n < 3 && random.next() < madeUp; n++) {
    const copied = things[uniform(random, things.length)];
    const what =
      copied !== undefined && random.next() < 0.5
        ? copied.what
        : `You see a ${colors[uniform(random, colors.length)]} ${movableTypes[uniform(random, movableTypes.length)]}`;
    const aside = uniform(random, 7) - 3;
    const ahead = 1 + uniform(random, 4);
    things.push({ what, aside, ahead });
  }
  things.sort((a, b) => a.aside - b.aside || b.ahead - a.ahead);
  return [...head, ...things.map(({ what, aside, ahead }) => sentence(what, aside, ahead))].join(', ');
}
