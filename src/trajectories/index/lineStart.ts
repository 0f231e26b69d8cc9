/**
 * Reads the beginnings of lines from their bytes. Fields in the lines that this program writes come in one order, so
 * that what a line is about stands at its start and most lines need not be parsed.
 */

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const marks = {
  call: ascii('{"type":"call","id":"'),
  segment: ascii('{"type":"segment","id":"'),
  event: ascii('{"type":"event","episode":"'),
  decision: ascii('{"type":"decision","episode":"'),
  reflection: ascii('{"type":"reflection","episode":"'),
  step: ascii('{"type":"step","episode":"'),
  node: ascii('","node":'),
  index: ascii(',"decision":'),
  inner: ascii(',"event":{'),
  kind: ascii('"type":"'),
  comma: ascii(','),
} as const;

const quote = 0x22;
/** Value of a hexadecimal digit by its byte; -1 for others. */
const digits = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) digits[value.toString(16).charCodeAt(0)] = value;

/** What a line is about; `other` for lines that must be parsed to know. The object is used again for the next line. */
export class LineStart {
  kind: 'call' | 'segment' | 'event' | 'decision' | 'reflection' | 'step' | 'other' = 'other';
  /** The first 64 bits of a call's or segment's id. */
  high = 0;
  low = 0;
  episode = '';
  node = -1;
  decision = -1;
  /** Of an event: its type; empty where it does not stand first. */
  event = '';
  /** Of a decision, an event and a reflection: where the fields behind those above begin, in an event those of its own. */
  rest = 0;

  private line: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Episodes and types of events that were met, so that lines share their texts. */
  private readonly words: Uint8Array[] = [];
  private readonly texts: string[] = [];

  read(line: Uint8Array): void {
    this.line = line;
    this.kind = 'other';
    // The byte behind `{"type":"` tells which mark to try.
    switch (line[9]) {
      case 0x63:
        if (this.passes(0, marks.call) && this.id(line, this.at)) this.kind = 'call';
        return;
      case 0x65:
        if (this.passes(0, marks.event) && this.place() && this.passes(this.at, marks.inner)) {
          this.rest = this.at;
          this.event = this.passes(this.at, marks.kind) && this.word() ? this.text : '';
          this.kind = 'event';
        }
        return;
      case 0x64:
        if (this.passes(0, marks.decision) && this.place() && this.passes(this.at, marks.comma)) {
          this.rest = this.at;
          this.kind = 'decision';
        }
        return;
      case 0x72:
        if (
          this.passes(0, marks.reflection) &&
          this.word() &&
          this.passes(this.at, marks.node) &&
          this.number() &&
          this.passes(this.at, marks.comma)
        ) {
          this.episode = this.text;
          this.node = this.value;
          this.rest = this.at;
          this.kind = 'reflection';
        }
        return;
      case 0x73:
        if (line[10] === 0x65) {
          if (this.passes(0, marks.segment) && this.id(line, this.at)) this.kind = 'segment';
        } else if (this.passes(0, marks.step)) this.kind = 'step';
        return;
    }
  }

  private text = '';
  private value = 0;

  private passes(at: number, mark: Uint8Array): boolean {
    const { line } = this;
    if (at + mark.length > line.length) return false;
    for (let each = 0; each < mark.length; each++) if (line[at + each] !== mark[each]) return false;
    this.at = at + mark.length;
    return true;
  }

  /** Takes the first 64 bits of an id in hexadecimal digits; false where there is none. */
  id(line: Uint8Array, at: number): boolean {
    if (at + 16 >= line.length) return false;
    let [high, low] = [0, 0];
    for (let each = 0; each < 8; each++) {
      const first = digits[line[at + each]];
      const second = digits[line[at + 8 + each]];
      if (first < 0 || second < 0) return false;
      high = (high << 4) | first;
      low = (low << 4) | second;
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
    return true;
  }

  /** Episode, node and decision. */
  private place(): boolean {
    if (!this.word()) return false;
    this.episode = this.text;
    if (!this.passes(this.at, marks.node) || !this.number()) return false;
    this.node = this.value;
    if (!this.passes(this.at, marks.index) || !this.number()) return false;
    this.decision = this.value;
    return true;
  }

  /** At most `longestWord` letters, digits and hyphens up to the quote, which is not passed over. */
  private word(): boolean {
    const { line, at, words } = this;
    const most = Math.min(line.length, at + longestWord);
    let end = at;
    while (end < most && isWordByte(line[end])) end++;
    if (end === at || line[end] !== quote) return false;
    this.at = end;
    known: for (let each = 0; each < words.length; each++) {
      const word = words[each];
      if (word.length !== end - at) continue;
      for (let k = 0; k < word.length; k++) if (word[k] !== line[at + k]) continue known;
      this.text = this.texts[each];
      return true;
    }
    const word = line.slice(at, end);
    this.text = String.fromCharCode(...word);
    if (words.length === mostWords) {
      words.length = 0;
      this.texts.length = 0;
    }
    words.push(word);
    this.texts.push(this.text);
    return true;
  }

  private number(): boolean {
    const { line, at } = this;
    let end = at;
    let value = 0;
    for (; end < line.length && line[end] >= 0x30 && line[end] <= 0x39; end++) value = value * 10 + line[end] - 0x30;
    if (end === at || end - at > 15) return false;
    this.value = value;
    this.at = end;
    return true;
  }
}

const stateMark = ascii(',"state":{');

/** The line of a node up to its state, which is most of it; all of a line that has none. */
export function beforeState(line: Uint8Array): Uint8Array {
  const at = Buffer.from(line.buffer, line.byteOffset, line.length).indexOf(stateMark);
  return at < 0 ? line : line.subarray(0, at);
}

const mostWords = 64;
/** Longer ones only a damaged file has; its line is parsed. */
const longestWord = 64;

function isWordByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
}
