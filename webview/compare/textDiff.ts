/** A stretch of text that is on both sides, or on one alone. */
export interface Piece {
  readonly kind: 'same' | 'left' | 'right';
  readonly text: string;
}

/** Above so many pairs of parts the middle is told as wholly different: comparing them would be felt. */
const mostPairs = 1_000_000;

/** Texts compared word by word. */
export function diffWords(left: string, right: string): readonly Piece[] {
  return diff(left.match(words) ?? [], right.match(words) ?? []);
}

/** Texts compared line by line. */
export function diffLines(left: string, right: string): readonly Piece[] {
  return diff(left.match(lines) ?? [], right.match(lines) ?? []);
}

const words = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const lines = /[^\n]*\n|[^\n]+$/gu;

function diff(left: readonly string[], right: readonly string[]): readonly Piece[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end++;
  }
  const [a, b] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  return joined([
    ...left.slice(0, start).map((text): Piece => ({ kind: 'same', text })),
    ...middle(a, b),
    ...left.slice(left.length - end).map((text): Piece => ({ kind: 'same', text })),
  ]);
}

/** The longest common subsequence. */
function middle(a: readonly string[], b: readonly string[]): readonly Piece[] {
  const whole: Piece[] = [
    { kind: 'left', text: a.join('') },
    { kind: 'right', text: b.join('') },
  ];
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostPairs) return whole;
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i] });
      i++;
      j++;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) pieces.push({ kind: 'left', text: a[i++] });
    else pieces.push({ kind: 'right', text: b[j++] });
  }
  return [...pieces, { kind: 'left', text: a.slice(i).join('') }, { kind: 'right', text: b.slice(j).join('') }];
}

/** Neighbours of one kind as one piece; within a change first the left, then the right. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  let [left, right] = ['', ''];
  const flush = (): void => {
    if (left !== '') result.push({ kind: 'left', text: left });
    if (right !== '') result.push({ kind: 'right', text: right });
    left = '';
    right = '';
  };
  for (const { kind, text } of pieces) {
    if (text === '') continue;
    if (kind === 'left') left += text;
    else if (kind === 'right') right += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === 'same') result[result.length - 1] = { kind, text: last.text + text };
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}
