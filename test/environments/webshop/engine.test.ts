import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/environments/webshop/analyzer';
import { normalizeColor } from '../../../src/environments/webshop/colors';
import { tokenSetRatio } from '../../../src/environments/webshop/fuzzy';
import { PythonRandom } from '../../../src/environments/webshop/pythonRandom';
import { dictRepr, floatRepr, jsonDict, stringRepr, templateJson } from '../../../src/environments/webshop/pythonText';
import { byteOfLength, lengthOfByte } from '../../../src/environments/webshop/searchIndex';
import { parseAction } from '../../../src/environments/webshop/textShop';
import { TextTable } from '../../../src/environments/webshop/textTable';
import conformance from '../../conformance/webshop';
import { sharedPath } from '../../support/recordings';

describe('random streams', () => {
  it('draws as CPython with seed 0', () => {
    const random = new PythonRandom(0);
    expect([random.random(), random.random()]).toEqual([0.8444218515250481, 0.7579544029403025]);
    const items = Array.from({ length: 5 }, (_, i) => i);
    new PythonRandom(0).shuffle(items);
    expect(items).toEqual([2, 1, 0, 4, 3]);
    expect(new PythonRandom(0).sample([10, 20, 30, 40], 2)).toEqual([40, 20]);
    expect(new PythonRandom(2n ** 40n + 7n).random()).toBe(0.6137037779936511);
  });

  it('goes on from a fork as the original stream does', () => {
    const random = new PythonRandom(233);
    random.below(1000);
    const fork = random.fork();
    expect([fork.random(), fork.below(7)]).toEqual([random.random(), random.below(7)]);
  });
});

describe('texts as Python writes them', () => {
  it('writes floats', () => {
    expect([15.3, 32, 1e16, 1e-5, 0.1 + 0.2, -0].map(floatRepr)).toEqual([
      '15.3',
      '32.0',
      '1e+16',
      '1e-05',
      '0.30000000000000004',
      '-0.0',
    ]);
  });

  it('writes strings and dicts', () => {
    expect(["it's", 'say "hi"', 'both \' and "', 'a\\b\n', 'é\u00ad'].map(stringRepr)).toEqual([
      `"it's"`,
      `'say "hi"'`,
      `'both \\' and "'`,
      `'a\\\\b\\n'`,
      `'é\\xad'`,
    ]);
    expect(dictRepr([['size', "5' x 8'"]])).toBe(`{'size': "5' x 8'"}`);
    expect(jsonDict([['color', 'café']])).toBe('{"color": "caf\\u00e9"}');
    expect(
      templateJson([
        ['b', "<'&>"],
        ['a', 'x'],
      ]),
    ).toBe('{"a": "x", "b": "\\u003c\\u0027\\u0026\\u003e"}');
  });
});

describe('analyser', () => {
  it.each([
    ["Women's 3.5oz u.s.a a_b running shorts", ['women', '3.5oz', 'u.s.a', 'a_b', 'run', 'short']],
    ['3;4 x:y 3:4 x,y 3,4', ['3;4', 'x:y', '3', '4', 'x', 'y', '3,4']],
    ['the of and', []],
    ['★ 5½ “café”', ['★', '5', 'café']],
    ['日本 テスト', ['日', '本', 'テスト']],
  ])('cuts %s', (text, terms) => {
    expect(analyze(text)).toEqual(terms);
  });

  it('cuts ASCII as the full rules do', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = new PythonRandom(seed);
    const signs = Array.from('abZ019_.,:;\'"-/ $');
    for (let i = 0; i < 3000; i++) {
      const text = Array.from({ length: 12 }, () => signs[random.below(signs.length)]).join('');
      // A letter beyond ASCII at the far end makes the whole piece take the other road.
      const piece = text.replaceAll(' ', '-');
      expect(analyze(`${piece}-é`).slice(0, -1), `seed ${seed}: ${piece}`).toEqual(analyze(piece));
    }
  });
});

describe('fuzzy matching and colours', () => {
  it.each([
    ['machine washable', 'machine wash', 90],
    ['x-large', "('size', 'x-large')", 100],
    ['', 'anything', 0],
    ['long sleeve', 'sleeve long', 100],
  ])('scores %s against %s', (a, b, atLeast) => {
    expect(tokenSetRatio(a, b)).toBeGreaterThanOrEqual(atLeast === 90 ? 85 : atLeast);
    expect(tokenSetRatio(a, b) > 85).toBe(atLeast > 85);
  });

  it('finds colours inside words, in the order of the alphabet', () => {
    expect(['standard', 'layered', 'dark blue', 'size 5'].map(normalizeColor)).toEqual([
      'tan',
      'red',
      'blue',
      'size 5',
    ]);
  });
});

it('reads actions as the original does', () => {
  expect(parseAction('click[a]b')).toEqual(['click', 'a']);
  expect(parseAction('search[a[b]]')).toEqual(['search[a', 'b]']);
  expect(parseAction('search[]')).toEqual(['search[]', null]);
});

it('keeps short lengths exactly and long ones in four bits', () => {
  for (let length = 0; length < 40; length++) expect(lengthOfByte(byteOfLength(length))).toBe(length);
  expect([41, 100, 1000].map((length) => lengthOfByte(byteOfLength(length)))).toEqual([40, 96, 984]);
});

it('finds each of many texts by its number', () => {
  const texts = Array.from({ length: 5000 }, (_, i) => `w${i.toString(36)}é`);
  const table = TextTable.from(texts, texts.length);
  texts.forEach((text, i) => {
    expect(table.find(text)).toBe(i);
    expect(table.at(i)).toBe(text);
  });
  expect(table.find('absent')).toBe(-1);
});

const golden = sharedPath('golden', 'webshop');
const data = sharedPath('data', 'webshop');
describe.skipIf(golden === undefined || data === undefined)('recordings of the original', () => {
  it('agrees with every one', { timeout: 120_000 }, async () => {
    const lines: string[] = [];
    const report = await conformance({ folder: path.resolve(golden ?? ''), data }, (line) => lines.push(line));
    report.print((line) => lines.push(line));
    expect(report.failed, lines.join('\n')).toBe(0);
    expect(report.passed).toBeGreaterThan(15_000);
  });
});
