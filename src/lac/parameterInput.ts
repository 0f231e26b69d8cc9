import { LacError } from '../errors/lacError';
import {
  defaultParameters,
  parameterNames,
  parameterSpecs,
  type ParameterName,
  type Parameters,
  type ParameterSpec,
} from './parameters';

/**
 * Reads a partial set of parameters from JSON or from strings (command line, settings) over a base.
 * @param source where the input comes from, for messages: a file, `launch.json`, `command line`.
 * @throws LacError `lac.parameters-shape`, `lac.parameter-unknown`, `lac.parameter`.
 */
export function parseParameters(input: unknown, source: string, base: Parameters = defaultParameters): Parameters {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new LacError('lac.parameters-shape', { source, found: shown(input), example: '{ "alpha": 1, "depth": 2 }' });
  }
  const values = new Map<ParameterName, string | number>();
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined) values.set(knownName(name, source), parseParameter(name, value, source));
  }
  return withValues(base, values);
}

/** A base with some values replaced; the values have been parsed. */
function withValues(base: Parameters, values: ReadonlyMap<ParameterName, string | number>): Parameters {
  return Object.freeze({ ...base, ...Object.fromEntries(values) });
}

/** Reads one parameter's value; `name` as in `Parameters`. */
export function parseParameter(name: string, value: unknown, source: string): string | number {
  const spec: ParameterSpec = parameterSpecs[knownName(name, source)];
  const refuse = (expected: string): LacError =>
    new LacError('lac.parameter', { source, name, value: shown(value), expected });
  switch (spec.kind) {
    case 'choice': {
      const text = typeof value === 'string' ? value.trim() : '';
      if (spec.choices.includes(text)) return text;
      const near = nearest(text, spec.choices);
      throw refuse(`one of ${spec.choices.join(', ')}${near === null ? '' : ` (did you mean "${near}"?)`}`);
    }
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' ? decimalNumber(value) : value;
      const kind = spec.kind === 'integer' ? 'a whole number' : 'a number';
      if (
        typeof number !== 'number' ||
        !(number >= spec.minimum && number <= spec.maximum) ||
        (spec.kind === 'integer' && !Number.isInteger(number))
      ) {
        throw refuse(`${kind} from ${spec.minimum} to ${spec.maximum}`);
      }
      // -0 would print and hash differently from 0.
      return number === 0 ? 0 : number;
    }
  }
}

/** The number that a whole text is, in decimal notation (not 0x10); null when it is none. Very many digits give Infinity. */
export function decimalNumber(text: string): number | null {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/iu.test(text) ? Number(text) : null;
}

function shown(value: unknown): string {
  // NaN and Infinity have no JSON.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether there is a parameter of this name. */
export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(parameterSpecs, name);
}

function knownName(name: string, source: string): ParameterName {
  if (isParameterName(name)) return name;
  const near = nearest(name, parameterNames);
  const hint = near === null ? `Use one of: ${parameterNames.join(', ')}.` : `Did you mean "${near}"?`;
  throw new LacError('lac.parameter-unknown', { source, name: name.slice(0, 60), hint });
}

/** The word that a mistyped one is nearest to: at most a third of its letters wrong; null when none is near. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/gu, '');
  const wanted = plain(typed.slice(0, 60));
  let best: string | null = null;
  let least = Infinity;
  for (const word of words) {
    const distance = editDistance(wanted, plain(word));
    if (distance < least && distance <= Math.max(1, Math.floor(word.length / 3))) {
      best = word;
      least = distance;
    }
  }
  return best;
}

/** Least number of letters to insert, delete, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

/** One command-line flag. */
export interface ParameterFlag {
  readonly name: ParameterName;
  /** Without the dashes: `prior-score`. */
  readonly flag: string;
  /** What stands for the value in help: `number`, or the choices. */
  readonly value: string;
  readonly description: string;
  readonly default: string | number;
}

/** The command-line flags of all parameters, in the order of their specification. */
export function parameterFlags(): readonly ParameterFlag[] {
  return parameterNames.map((name) => {
    const spec: ParameterSpec = parameterSpecs[name];
    return {
      name,
      flag: name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`),
      value: spec.kind === 'choice' ? spec.choices.join('|') : spec.kind === 'integer' ? 'n' : 'number',
      description: spec.description,
      default: spec.default,
    };
  });
}
