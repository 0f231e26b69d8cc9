/** Texts as CPython writes them: the pages, addresses and prices of WebShop show these forms. */

const pythonSpace = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const outerSpace = new RegExp(`^${pythonSpace}+|${pythonSpace}+$`, 'g');

/** `str.strip()`. */
export function strip(text: string): string {
  return text.replace(outerSpace, '');
}

/** `repr(float)`: the shortest digits, always with a point or an exponent. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = value.toExponential().split('e');
    const power = Number(exponent);
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `repr(str)`: single quotes unless only those occur inside; what cannot be printed is escaped. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === '\\') result += `\\${character}`;
    else if (character === '\n') result += '\\n';
    else if (character === '\r') result += '\\r';
    else if (character === '\t') result += '\\t';
    else if (code < 0x20 || code === 0x7f) result += `\\x${hex(code, 2)}`;
    else if (code < 0x7f) result += character;
    else if (!/[\p{C}\p{Z}]/u.test(character)) result += character;
    else if (code < 0x100) result += `\\x${hex(code, 2)}`;
    else if (code < 0x10000) result += `\\u${hex(code, 4)}`;
    else result += `\\U${hex(code, 8)}`;
  }
  return result + quote;
}

/** `repr(dict)` of strings. */
export function dictRepr(entries: Iterable<readonly [string, string]>): string {
  return `{${[...entries].map(([key, value]) => `${stringRepr(key)}: ${stringRepr(value)}`).join(', ')}}`;
}

/** `json.dumps(str)`: ASCII only. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, (unit) => {
    return unit === '\x7f' ? unit : `\\u${hex(unit.charCodeAt(0), 4)}`;
  });
}

/** `json.dumps(dict)` of strings. */
export function jsonDict(entries: Iterable<readonly [string, string]>): string {
  return `{${[...entries].map(([key, value]) => `${jsonString(key)}: ${jsonString(value)}`).join(', ')}}`;
}

/** Jinja's `tojson` of a dict of strings: keys sorted by code point, markup characters escaped. */
export function templateJson(entries: Iterable<readonly [string, string]>): string {
  const sorted = [...entries].sort(([a], [b]) => compareCodePoints(a, b));
  return jsonDict(sorted).replace(/[&<>']/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

/** Python's order of strings. */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above all other units.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
