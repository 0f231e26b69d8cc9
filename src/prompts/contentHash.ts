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

/** SHA-256 of a text's UTF-8 bytes, 64 hex digits: the identity of a prompt part. Pure, so that any room can use it. */
export function contentHash(text: string): string {
  return emptyHash.with(text).digest();
}

/** SHA-256 of a text that is known piece by piece: a value, from which any number of longer texts go on. */
export class TextHash {
  private constructor(
    /** The eight words after all whole blocks. */
    private readonly words: Int32Array,
    /** Bytes of the last block that is not whole, one character each. */
    private readonly rest: string,
    /** Bytes so far. */
    private readonly length: number,
  ) {}

  static readonly empty: TextHash = new TextHash(initial, '', 0);

  /** The hash of the text so far and these characters. Half a character at either end counts as U+FFFD. */
  with(text: string): TextHash {
    const added = bytesOf(text);
    const bytes = this.rest + added;
    const whole = bytes.length & ~63;
    let { words } = this;
    if (whole > 0) {
      words = words.slice();
      for (let at = 0; at < whole; at += 64) compress(words, bytes, at);
    }
    return new TextHash(words, bytes.slice(whole), this.length + added.length);
  }

  /** 64 hex digits. */
  digest(): string {
    const bits = this.length * 8;
    const zeros = '\0'.repeat((119 - (this.length & 63)) & 63);
    const size = word(Math.floor(bits / 4294967296)) + word(bits | 0);
    const bytes = `${this.rest}\x80${zeros}${size}`;
    const words = this.words.slice();
    for (let at = 0; at < bytes.length; at += 64) compress(words, bytes, at);
    let text = '';
    for (const each of words) text += hex(each);
    return text;
  }
}

const emptyHash = TextHash.empty;

/** A number of 32 bits as four bytes, the highest first. */
function word(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

const w = new Int32Array(64);

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

/** Takes one block of 64 bytes into the words. */
function compress(words: Int32Array, bytes: string, at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const from = at + i * 4;
    w[i] =
      (bytes.charCodeAt(from) << 24) |
      (bytes.charCodeAt(from + 1) << 16) |
      (bytes.charCodeAt(from + 2) << 8) |
      bytes.charCodeAt(from + 3);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15] ?? 0;
    const y = w[i - 2] ?? 0;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
  }
  let a = words[0] ?? 0;
  let b = words[1] ?? 0;
  let c = words[2] ?? 0;
  let d = words[3] ?? 0;
  let e = words[4] ?? 0;
  let f = words[5] ?? 0;
  let g = words[6] ?? 0;
  let h = words[7] ?? 0;
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
  words[0] = (words[0] ?? 0) + a;
  words[1] = (words[1] ?? 0) + b;
  words[2] = (words[2] ?? 0) + c;
  words[3] = (words[3] ?? 0) + d;
  words[4] = (words[4] ?? 0) + e;
  words[5] = (words[5] ?? 0) + f;
  words[6] = (words[6] ?? 0) + g;
  words[7] = (words[7] ?? 0) + h;
}

/** What takes more than one byte. */
const wide = /[^\x00-\x7f]/;

/** The text's UTF-8 bytes, one character each. */
function bytesOf(text: string): string {
  if (!wide.test(text)) return text;
  let bytes = '';
  for (const character of text) {
    let code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes += character;
    else if (code < 0x800) bytes += String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000)
      bytes += String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes += String.fromCharCode(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
    }
  }
  return bytes;
}
