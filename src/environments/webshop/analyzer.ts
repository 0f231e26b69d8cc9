import { stemmer } from 'stemmer';

/**
 * The analyser of the original's index (Anserini's default for English on Lucene 8): standard tokenizer by UAX #29,
 * possessive 's off, lower case, 33 stop words out, Porter's stem.
 */
export function analyze(text: string): string[] {
  const terms: string[] = [];
  forEachTerm(text, (term) => terms.push(term));
  return terms;
}

/** `analyze` without the list: calls `visit` for each term in order. */
export function forEachTerm(text: string, visit: (term: string) => void): void {
  if (!nonAscii.test(text)) {
    visitAsciiWords(text, (word) => visitToken(word, visit));
    return;
  }
  // No word reaches over white space, so that only what holds other characters needs the full rules.
  for (const piece of text.split(/[\t-\r ]+/)) {
    if (piece === '') continue;
    if (nonAscii.test(piece)) visitWords(piece, (word) => visitToken(word, visit));
    else visitAsciiWords(piece, (word) => visitToken(word, visit));
  }
}

const nonAscii = /[^\x00-\x7f]/;

/** UAX #29 in ASCII: letters, digits and _ join; . ' : join letters; . ' , ; join digits. */
const asciiWord = /\w+(?:(?:(?<=[A-Za-z])[.':](?=[A-Za-z])|(?<=[0-9])[.',;](?=[0-9]))\w+)*/g;

function visitAsciiWords(text: string, visit: (word: string) => void): void {
  const words = text.match(asciiWord);
  if (words === null) return;
  for (const word of words) if (word.charCodeAt(0) !== 0x5f || /[^_]/.test(word)) visit(word);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
/** A word holds a letter or a digit; the halfwidth sound marks are letters to Unicode, extenders to Lucene. */
const wordLike = /[\p{L}\p{Nd}]/u;
const soundMarks = /[\uff9e\uff9f]/g;
const ideographic = /[\p{Script=Han}\p{Script=Hiragana}]/u;
const katakana = /^[\p{Script=Katakana}\u30fc]+$/u;
const unspacedScript = /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]+$/u;
/** How one extended code point of an unspaced script is cut: the base with what is attached to it. */
const ideographs = /[\p{Script=Han}\p{Script=Hiragana}]\p{M}*|[^\p{Script=Han}\p{Script=Hiragana}]+/gu;

/** Code points that are no letter or decimal digit and that Lucene's tokenizer makes a token of all the same. */
const symbolRanges: readonly (readonly [number, number])[] = symbolTable();

function visitWords(text: string, visit: (word: string) => void): void {
  let joined: { text: string; script: RegExp } | undefined;
  const flush = (): void => {
    if (joined !== undefined) visit(joined.text);
    joined = undefined;
  };
  for (const { segment } of segmenter.segment(text)) {
    // ICU cuts these scripts by dictionary, Lucene keeps their runs whole.
    const run = katakana.test(segment) ? katakana : unspacedScript.test(segment) ? unspacedScript : undefined;
    if (run !== undefined) {
      if (joined?.script === run) joined.text += segment;
      else {
        flush();
        joined = { text: segment, script: run };
      }
      continue;
    }
    flush();
    if (ideographic.test(segment)) {
      for (const part of segment.match(ideographs) ?? []) visit(part);
    } else if (wordLike.test(segment.replace(soundMarks, ''))) {
      visit(segment);
    } else if (isSymbol(segment.codePointAt(0) ?? 0)) {
      visit(segment);
    }
  }
  flush();
}

function isSymbol(code: number): boolean {
  let low = 0;
  let high = symbolRanges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const [first, last] = symbolRanges[middle];
    if (code < first) high = middle - 1;
    else if (code > last) low = middle + 1;
    else return true;
  }
  return false;
}

const longestToken = 255;

const stopWords: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such ' +
    'that the their then there these they this to was will with'
  ).split(' '),
);

/** Terms by raw token; texts repeat themselves, and stemming is what costs. Emptied when it has grown large. */
const known = new Map<string, string>();
const knownLimit = 200_000;

function visitToken(token: string, visit: (term: string) => void): void {
  if (token.length > longestToken) {
    for (let i = 0; i < token.length; i += longestToken) visitToken(token.slice(i, i + longestToken), visit);
    return;
  }
  let term = known.get(token);
  if (term === undefined) {
    term = termOf(token);
    if (known.size >= knownLimit) known.clear();
    // Cut out of its text, a token would keep the whole text alive.
    known.set(Buffer.from(token).toString(), term);
  }
  if (term !== '') visit(term);
}

/** The term of a token; empty for a stop word. */
function termOf(token: string): string {
  const word = lowerCase(token.replace(/['\u2019\uff07][sS]$/, ''));
  if (stopWords.has(word)) return '';
  return word.length < 3 ? word : stemmer(word);
}

/** Character by character as Java does it: no final sigma, no added dot. */
function lowerCase(word: string): string {
  if (!nonAscii.test(word)) return word.toLowerCase();
  return Array.from(word, (character) => (character === '\u0130' ? 'i' : character.toLowerCase())).join('');
}

function symbolTable(): (readonly [number, number])[] {
  const table =
    'a9 ae 5f3 66b e31 e34-e3a e47-e4e eb1 eb4-eb9 ebb-ebc ec8-ecd 102b-103e 1056-1059 105e-1060 ' +
    '1062-1064 1067-106d 1071-1074 1082-108d 108f 109a-109f 16ee-16f0 17b4-17d3 17dd 19da 19de-19df ' +
    '1a55-1a5e 1a60-1a7c 1aa0-1aa6 1aa8-1aad 203c 2049 2122 2160-2182 2185-2188 2194-2199 21a9-21aa ' +
    '231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa 24b6-24e9 25aa-25ab 25b6 25c0 25fb-25fe 2600-2605 ' +
    '2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 2733-2734 2744 2747 274c 274e ' +
    '2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 2e80-2e99 ' +
    '2e9b-2ef3 2f00-2fd5 3007 3021-3029 3030 3038-303a 303d 309b-309c 30a0 3297 3299 32d0-32fe 3300-3357 ' +
    'a6e6-a6ef a9e5 aa77-aa79 aa7b-aa7d aab0 aab2-aab4 aab7-aab8 aabe-aabf aac1 aade-aadf 10140-10174 ' +
    '10341 1034a 103d1-103d5 1171d-1172b 1173a-1173b 1173f 12400-1246e 1f000-1f0ff 1f10d-1f10f ' +
    '1f12f-1f149 1f150-1f169 1f16c-1f189 1f18e 1f191-1f19a 1f1ad-1f1e5 1f200-1f20f 1f21a 1f22f ' +
    '1f232-1f23a 1f23c-1f23f 1f249-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f 1f7d5-1f7ff 1f80c-1f80f ' +
    '1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff 1f90c-1f93a 1f93c-1f945 1f947-1fbef 1fbfa-1fffd';
  return table.split(' ').map((range) => {
    const [first, last] = range.split('-').map((code) => parseInt(code, 16));
    return [first, range.includes('-') ? last : first] as const;
  });
}
