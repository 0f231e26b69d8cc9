import { look, UNSEEN, viewMiddle, viewSize } from './view';
import {
  codeCount,
  colorOf,
  colors,
  EMPTY,
  isDoor,
  NO_OBJECT,
  typeOf,
  WALL,
  formOf,
  FORM_CLOSED,
  FORM_OPEN,
  type World,
} from './world';

function steps(count: number): string {
  return `${count} step${count > 1 ? 's' : ''}`;
}

function place(i: number, j: number): string {
  const sideways = Math.abs(i - viewMiddle);
  const ahead = viewSize - 1 - j;
  const side = i < viewMiddle ? 'left' : 'right';
  if (sideways === 0) return `${steps(ahead)} forward`;
  if (ahead === 0) return `${steps(sideways)} ${side}`;
  return `${steps(sideways)} ${side} and ${steps(ahead)} forward`;
}

/** `red ball`, `locked blue door`. */
export function nameOfCode(code: number): string {
  const color = colors[colorOf(code)] ?? '';
  if (!isDoor(code)) return `${color} ${typeOf(code)}`;
  const form = formOf(code);
  const state = form === FORM_OPEN ? 'open' : form === FORM_CLOSED ? 'closed' : 'locked';
  return `${state} ${color} door`;
}

// Every sentence there can be, made once: by code, then by view cell.
const objectSentences: readonly (readonly string[])[] = Array.from({ length: codeCount }, (_, code) =>
  code <= WALL
    ? []
    : Array.from(
        { length: viewSize * viewSize },
        (__, k) => `You see a ${nameOfCode(code)} ${place(k % viewSize, Math.floor(k / viewSize))}`,
      ),
);
const carrySentences: readonly string[] = Array.from({ length: codeCount }, (_, code) =>
  code <= WALL ? '' : `You carry a ${nameOfCode(code)}`,
);

const nearRow = viewSize * (viewSize - 1);
const agentCell = viewMiddle + nearRow;

/** The three lines along which walls are told, as view cells outward, with the sentence for each distance. */
const wallLines = (
  [
    ['forward', viewSize - 1, (n: number) => viewMiddle + viewSize * (viewSize - 1 - n)],
    ['left', viewMiddle, (n: number) => viewMiddle - n + nearRow],
    ['right', viewMiddle, (n: number) => viewMiddle + n + nearRow],
  ] as const
).map(([where, reach, at]) =>
  Array.from({ length: reach }, (_, index) => ({
    cell: at(index + 1),
    sentence: `You see a wall ${steps(index + 1)} ${where}`,
  })),
);

/** Sentences for a view as `look` gives it, with the code of what the agent carries (`EMPTY` for nothing). */
export function describeView(view: Uint8Array, carrying: number): string[] {
  const sentences: string[] = [];
  if (carrying !== EMPTY) sentences.push(carrySentences[carrying] ?? '');
  for (const line of wallLines) {
    for (const { cell, sentence } of line) {
      const code = view[cell];
      if (code === EMPTY || code === UNSEEN) continue;
      if (code === WALL) sentences.push(sentence);
      break;
    }
  }
  for (let i = 0; i < viewSize; i++) {
    for (let k = i; k < viewSize * viewSize; k += viewSize) {
      const code = view[k] ?? EMPTY;
      if (code <= WALL || code === UNSEEN || k === agentCell) continue;
      sentences.push(objectSentences[code]?.[k] ?? '');
    }
  }
  return sentences;
}

const buffer = new Uint8Array(viewSize * viewSize);

/** What BabyAI-Text tells the agent now, in the original's order. */
export function describe(world: World): string[] {
  return describeView(
    look(world, buffer),
    world.carrying === NO_OBJECT ? EMPTY : (world.codes[world.carrying] ?? EMPTY),
  );
}
