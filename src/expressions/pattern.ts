/**
 * Patterns over recorded texts. They are written by people and read from shared files, so none may hang the debugger:
 * regular expressions run on a machine that reads every character once (no backtracking, hence no look-around and no
 * back-references), and globs by a matcher of at most pattern x text steps.
 */

/** Says whether a text contains a match. */
export type Matcher = (text: string) => boolean;

/** Why a pattern can't be used, and where in it. */
export class PatternError extends Error {
  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(reason);
  }
}

/** A program has at most this many instructions, a searched text is read up to this many characters. */
const longestProgram = 1000;
const longestText = 50_000;

/**
 * What `~ "text"` and function breakpoints mean: with `*` (any text) or `?` (any character) the whole text has to
 * fit, without them it has to contain the words. Case and runs of white space make no difference.
 */
export function glob(pattern: string): Matcher {
  const wanted = normalise(pattern);
  if (!/[*?]/.test(wanted)) return (text) => normalise(text).includes(wanted);
  return (text) => globMatches(wanted, normalise(text));
}

function normalise(text: string): string {
  return text.slice(0, longestText).replace(/\s+/g, ' ').trim().toLowerCase();
}

function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      mark = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star !== -1) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Whether a character (a UTF-16 code unit) belongs. */
type Test = (code: number) => boolean;

type Tree =
  | { readonly kind: 'character'; readonly test: Test }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'no-boundary' }
  | { readonly kind: 'sequence' | 'either'; readonly of: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly of: Tree; readonly least: number; readonly most: number };

type Instruction =
  | { readonly op: 'character'; readonly test: Test }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'no-boundary' }
  | { readonly op: 'split'; readonly a: number; readonly b: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'match' };

/**
 * A regular expression in JavaScript's notation, without look-around, back-references and named groups; flags `i` and
 * `s`, others are refused. Throws `PatternError`. Matching takes time proportional to text x pattern.
 */
export function regularExpression(source: string, flags = ''): Matcher {
  const wrongFlag = /[^is]/.exec(flags);
  if (wrongFlag !== null) throw new PatternError(`the flag "${wrongFlag[0]}" is not supported`, source.length + 1);
  const tree = new PatternReader(source, flags.includes('i'), flags.includes('s')).read();
  const program: Instruction[] = [];
  emit(tree, program);
  program.push({ op: 'match' });
  return (text) => search(program, text.length > longestText ? text.slice(0, longestText) : text);
}

class PatternReader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly ignoreCase: boolean,
    private readonly dotAll: boolean,
  ) {}

  read(): Tree {
    const tree = this.either();
    if (this.at < this.source.length) throw new PatternError('a closing bracket has no opening one', this.at);
    return tree;
  }

  private either(): Tree {
    this.depth += 1;
    if (this.depth > 100) throw new PatternError('it is nested too deeply', this.at);
    const branches = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      branches.push(this.sequence());
    }
    this.depth -= 1;
    return branches.length === 1 ? branches[0] : { kind: 'either', of: branches };
  }

  private sequence(): Tree {
    const items: Tree[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      items.push(this.quantified());
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', of: items };
  }

  private quantified(): Tree {
    const start = this.at;
    const of = this.atom();
    const range = this.quantifier();
    if (range === null) return of;
    if (of.kind === 'assert') throw new PatternError('an anchor can not be repeated', start);
    // Whether a repetition is lazy makes no difference to whether there is a match.
    if (this.source[this.at] === '?') this.at += 1;
    if (/[*+?]/.test(this.source.charAt(this.at))) throw new PatternError('there is nothing to repeat', this.at);
    return { kind: 'repeat', of, least: range[0], most: range[1] };
  }

  private quantifier(): readonly [number, number] | null {
    switch (this.source[this.at]) {
      case '*':
        this.at += 1;
        return [0, Infinity];
      case '+':
        this.at += 1;
        return [1, Infinity];
      case '?':
        this.at += 1;
        return [0, 1];
      default: {
        const counts = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.source.slice(this.at, this.at + 12));
        if (counts === null) return null;
        const least = Number(counts[1]);
        const most = counts.at(2) === undefined ? least : counts[3] === '' ? Infinity : Number(counts[3]);
        if (most < least) throw new PatternError('a count ends below its beginning', this.at);
        this.at += counts[0].length;
        return [least, most];
      }
    }
  }

  private atom(): Tree {
    const character = this.source.charAt(this.at);
    const start = this.at;
    this.at += 1;
    switch (character) {
      case '(': {
        if (this.source[this.at] === '?') {
          if (this.source[this.at + 1] !== ':')
            throw new PatternError('look-around and named groups are not supported', start);
          this.at += 2;
        }
        const tree = this.either();
        if (this.source[this.at] !== ')') throw new PatternError('a group is not closed', start);
        this.at += 1;
        return { kind: 'sequence', of: [tree] };
      }
      case '[':
        return { kind: 'character', test: this.characterClass(start) };
      case '.':
        return { kind: 'character', test: this.dotAll ? () => true : (code) => code !== 10 && code !== 13 };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\': {
        const next = this.source[this.at];
        if (next === 'b' || next === 'B') {
          this.at += 1;
          return { kind: 'assert', what: next === 'b' ? 'boundary' : 'no-boundary' };
        }
        const escape = this.escape();
        return { kind: 'character', test: typeof escape === 'number' ? this.literal(escape) : escape };
      }
      case '*':
      case '+':
      case '?':
        throw new PatternError('there is nothing to repeat', start);
      default:
        return { kind: 'character', test: this.literal(character.charCodeAt(0)) };
    }
  }

  private literal(code: number): Test {
    if (!this.ignoreCase) return (other) => other === code;
    const [lower, upper] = cases(code);
    return (other) => other === code || other === lower || other === upper;
  }

  /** Behind a backslash: a class of characters, or one character's code. */
  private escape(): Test | number {
    const character = this.source.charAt(this.at);
    const start = this.at - 1;
    if (character === '') throw new PatternError('it ends in a backslash', start);
    this.at += 1;
    switch (character) {
      case 'd':
        return isDigit;
      case 'D':
        return (code) => !isDigit(code);
      case 'w':
        return isWord;
      case 'W':
        return (code) => !isWord(code);
      case 's':
        return isSpace;
      case 'S':
        return (code) => !isSpace(code);
      case 'n':
        return 10;
      case 'r':
        return 13;
      case 't':
        return 9;
      case 'x':
      case 'u': {
        const length = character === 'x' ? 2 : 4;
        const digits = this.source.slice(this.at, this.at + length);
        if (digits.length !== length || /[^0-9a-fA-F]/.test(digits))
          throw new PatternError(`\\${character} lacks digits`, start);
        this.at += length;
        return parseInt(digits, 16);
      }
      default:
        if (/[1-9k]/.test(character)) throw new PatternError('back-references are not supported', start);
        if (/[a-zA-Z]/.test(character)) throw new PatternError(`\\${character} is not known`, start);
        return character.charCodeAt(0);
    }
  }

  private characterClass(start: number): Test {
    const negated = this.source[this.at] === '^';
    if (negated) this.at += 1;
    const tests: Test[] = [];
    for (;;) {
      if (this.at >= this.source.length) throw new PatternError('a class of characters is not closed', start);
      if (this.source[this.at] === ']') break;
      const first = this.classItem();
      const range =
        this.source[this.at] === '-' && this.at + 1 < this.source.length && this.source[this.at + 1] !== ']';
      if (!range || typeof first !== 'number') {
        tests.push(typeof first === 'number' ? this.literal(first) : first);
        continue;
      }
      this.at += 1;
      const last = this.classItem();
      if (typeof last !== 'number' || last < first)
        throw new PatternError('a range of characters is not in order', this.at);
      tests.push(this.range(first, last));
    }
    this.at += 1;
    return (code) => tests.some((test) => test(code)) !== negated;
  }

  private classItem(): Test | number {
    const character = this.source.charAt(this.at);
    this.at += 1;
    if (character !== '\\') return character.charCodeAt(0);
    if (this.source[this.at] === 'b') {
      this.at += 1;
      return 8;
    }
    return this.escape();
  }

  private range(first: number, last: number): Test {
    const within = (code: number): boolean => code >= first && code <= last;
    return this.ignoreCase ? (code) => within(code) || cases(code).some(within) : within;
  }
}

function cases(code: number): readonly [number, number] {
  const character = String.fromCharCode(code);
  return [character.toLowerCase().charCodeAt(0), character.toUpperCase().charCodeAt(0)];
}
function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
function isWord(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}
function isSpace(code: number): boolean {
  return /\s/.test(String.fromCharCode(code));
}

function emit(tree: Tree, program: Instruction[]): void {
  if (program.length > longestProgram) throw new PatternError('it is too large', 0);
  switch (tree.kind) {
    case 'character':
      program.push({ op: 'character', test: tree.test });
      return;
    case 'assert':
      program.push({ op: 'assert', what: tree.what });
      return;
    case 'sequence':
      for (const item of tree.of) emit(item, program);
      return;
    case 'either':
      emitEither(tree.of, program);
      return;
    case 'repeat': {
      for (let i = 0; i < tree.least; i += 1) {
        const before = program.length;
        emit(tree.of, program);
        // Nothing repeated is nothing, however often.
        if (program.length === before) return;
      }
      if (tree.most === Infinity) {
        const split = program.length;
        program.push({ op: 'match' });
        emit(tree.of, program);
        program.push({ op: 'jump', to: split });
        program[split] = { op: 'split', a: split + 1, b: program.length };
        return;
      }
      const splits: number[] = [];
      for (let i = tree.least; i < tree.most; i += 1) {
        splits.push(program.length);
        program.push({ op: 'match' });
        emit(tree.of, program);
      }
      for (const split of splits) program[split] = { op: 'split', a: split + 1, b: program.length };
      return;
    }
  }
}

function emitEither(branches: readonly Tree[], program: Instruction[]): void {
  const jumps: number[] = [];
  branches.forEach((branch, index) => {
    if (index === branches.length - 1) {
      emit(branch, program);
      return;
    }
    const split = program.length;
    program.push({ op: 'match' });
    emit(branch, program);
    jumps.push(program.length);
    program.push({ op: 'match' });
    program[split] = { op: 'split', a: split + 1, b: program.length };
  });
  for (const jump of jumps) program[jump] = { op: 'jump', to: program.length };
}

/** Runs all ways through the program at once, a character at a time. */
function search(program: readonly Instruction[], text: string): boolean {
  const visited = new Int32Array(program.length).fill(-1);
  let threads: number[] = [];
  let next: number[] = [];
  const stack: number[] = [];
  for (let at = 0; ; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : -1;
    // A match may begin at any place, so the program's beginning joins at each of them.
    for (const begin of [...threads, 0]) {
      stack.push(begin);
      for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
        if (visited[pc] === at) continue;
        visited[pc] = at;
        const instruction = program[pc];
        switch (instruction.op) {
          case 'match':
            return true;
          case 'jump':
            stack.push(instruction.to);
            break;
          case 'split':
            stack.push(instruction.b, instruction.a);
            break;
          case 'assert':
            if (holds(instruction.what, text, at)) stack.push(pc + 1);
            break;
          case 'character':
            if (code !== -1 && instruction.test(code)) next.push(pc + 1);
            break;
        }
      }
    }
    if (code === -1) return false;
    [threads, next] = [next, threads];
    next.length = 0;
  }
}

function holds(what: 'start' | 'end' | 'boundary' | 'no-boundary', text: string, at: number): boolean {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'boundary':
    case 'no-boundary': {
      const before = at > 0 && isWord(text.charCodeAt(at - 1));
      const after = at < text.length && isWord(text.charCodeAt(at));
      return (before !== after) === (what === 'boundary');
    }
  }
}
