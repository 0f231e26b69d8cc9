const K = new Int32Array(64);
const initial = new Int32Array(8);
{
  // The constants of FIPS 180-4: fractional parts of square and cube roots of the first primes.
  let found = 0;
  for (let n = 2; found < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) initial[found] = fraction(Math.sqrt(n));
    K[found] = fraction(Math.cbrt(n));
    found += 1;
  }
}

function fraction(value: number): number {
  return ((value - Math.floor(value)) * 4294967296) | 0;
}

/**
 * SHA-256 of a text's UTF-8 bytes, 64 hex digits: the identity of a prompt part. Half a character counts as U+FFFD. Pure, so
 * that any room can use it; where there is Node, its own hash is faster.
 */
export function contentHash(text: string): string {
  running.set(initial);
  const length = take(text);
  let at = push(0x80, length & 63);
  // The length in bits takes the last eight bytes of a block.
  if (at > 56) at = zeros(at, 64);
  zeros(at, 56);
  word(Math.floor(length / 536870912), 56);
  word(length << 3, 60);
  compress();
  let digits = '';
  for (let i = 0; i < 8; i += 1) digits += hex(running[i] ?? 0);
  return digits;
}

/** Takes in a text from its beginning; returns its number of bytes, of which the last block's are not taken in yet. */
function take(text: string): number {
  let at = 0;
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      at = push(code, at);
      length += 1;
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i += 1;
      else code = 0xfffd;
    }
    if (code < 0x800) {
      at = push(0xc0 | (code >> 6), at);
      length += 2;
    } else {
      if (code < 0x10000) {
        at = push(0xe0 | (code >> 12), at);
        length += 3;
      } else {
        at = push(0xf0 | (code >> 18), at);
        at = push(0x80 | ((code >> 12) & 63), at);
        length += 4;
      }
      at = push(0x80 | ((code >> 6) & 63), at);
    }
    at = push(0x80 | (code & 63), at);
  }
  return length;
}

/** The words and the block that are being worked on; every call leaves them to the next. */
const running = new Int32Array(8);
const block = new Uint8Array(64);

/** Puts a byte at a place of the block; returns the next place, which is 0 behind a block that was taken in. */
function push(byte: number, at: number): number {
  block[at] = byte;
  if (at < 63) return at + 1;
  compress();
  return 0;
}

/** Fills the block with zeros up to before a place. */
function zeros(from: number, to: number): number {
  let at = from;
  for (let count = to - from; count > 0; count -= 1) at = push(0, at);
  return at;
}

/** Puts a number of 32 bits into the block, the highest byte first. */
function word(value: number, at: number): void {
  block[at] = value >>> 24;
  block[at + 1] = value >>> 16;
  block[at + 2] = value >>> 8;
  block[at + 3] = value;
}

const hexDigits = new Uint8Array(16);
for (let i = 0; i < 16; i += 1) hexDigits[i] = i.toString(16).charCodeAt(0);

/** Eight hex digits; `toString` takes several times as long, for most words are no small integers to the engine. */
function hex(value: number): string {
  const digit = (shift: number): number => hexDigits[(value >>> shift) & 15] ?? 0;
  return String.fromCharCode(digit(28), digit(24), digit(20), digit(16), digit(12), digit(8), digit(4), digit(0));
}

const w = new Int32Array(64);

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

/** Takes the block into the words. */
function compress(): void {
  for (let i = 0; i < 16; i += 1) {
    const from = i * 4;
    w[i] =
      ((block[from] ?? 0) << 24) |
      ((block[from + 1] ?? 0) << 16) |
      ((block[from + 2] ?? 0) << 8) |
      (block[from + 3] ?? 0);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15] ?? 0;
    const y = w[i - 2] ?? 0;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
  }
  let a = running[0] ?? 0;
  let b = running[1] ?? 0;
  let c = running[2] ?? 0;
  let d = running[3] ?? 0;
  let e = running[4] ?? 0;
  let f = running[5] ?? 0;
  let g = running[6] ?? 0;
  let h = running[7] ?? 0;
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  running[0] = (running[0] ?? 0) + a;
  running[1] = (running[1] ?? 0) + b;
  running[2] = (running[2] ?? 0) + c;
  running[3] = (running[3] ?? 0) + d;
  running[4] = (running[4] ?? 0) + e;
  running[5] = (running[5] ?? 0) + f;
  running[6] = (running[6] ?? 0) + g;
  running[7] = (running[7] ?? 0) + h;
}
