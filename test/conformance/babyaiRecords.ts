import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Instruction, ObjectDescription, Place } from '../../src/environments/babyai/mission';
import { messageOf } from '../../src/errors/lacError';
import { colors, type Color, type Direction, type ObjectType } from '../../src/environments/babyai/world';

/** Recorded behaviour of BabyAI-Text, read by content: a record is what its fields make it, whatever its file is called. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface RecordedFile {
  readonly name: string;
  readonly records: readonly JsonObject[];
  /** Why the file could not be read, or null. */
  readonly problem: string | null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All records of a folder and its sub-folders: `.jsonl`, `.json` (an array or one record), each also gzipped. */
export function readRecordedFiles(folder: string): RecordedFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jsonl?(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      try {
        const bytes = readFileSync(path.join(folder, name));
        const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
        return { name, records: parseRecords(name, text), problem: null };
      } catch (error) {
        return { name, records: [], problem: `cannot be read: ${messageOf(error)}` };
      }
    });
}

function parseRecords(name: string, text: string): JsonObject[] {
  if (/\.json(\.gz)?$/.test(name)) {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).filter(isObject);
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isObject);
}

/** Thrown for a record whose form is not the one described. */
export class MalformedRecord extends Error {
  override readonly name = 'MalformedRecord';
}

export function object(value: Json | undefined, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedRecord(`${what} is no object`);
}

export function list(value: Json | undefined, what: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new MalformedRecord(`${what} is no list`);
}

export function number(value: Json | undefined, what: string): number {
  if (typeof value === 'number') return value;
  throw new MalformedRecord(`${what} is no number`);
}

export function text(value: Json | undefined, what: string): string {
  if (typeof value === 'string') return value;
  throw new MalformedRecord(`${what} is no text`);
}

export function texts(value: Json | undefined, what: string): string[] {
  return list(value, what).map((entry) => text(entry, what));
}

export function direction(value: Json | undefined, what: string): Direction {
  if (value === 0 || value === 1 || value === 2 || value === 3) return value;
  throw new MalformedRecord(`${what} is no direction`);
}

const types: readonly ObjectType[] = ['key', 'ball', 'box', 'door'];
const places: readonly Place[] = ['left', 'right', 'front', 'behind'];

function oneOf<T extends string>(value: Json | undefined, known: readonly T[], what: string): T | null {
  if (value === null || value === undefined) return null;
  const found = known.find((entry) => entry === value);
  if (found === undefined) throw new MalformedRecord(`${what}: unknown value ${JSON.stringify(value)}`);
  return found;
}

function description(value: Json | undefined): ObjectDescription {
  const desc = object(value, 'desc');
  return {
    type: oneOf(desc['type'], types, 'desc.type'),
    color: oneOf<Color>(desc['color'], colors, 'desc.color'),
    loc: oneOf(desc['loc'], places, 'desc.loc'),
  };
}

export function instruction(value: Json | undefined): Instruction {
  const instr = object(value, 'instr');
  const strict = instr['strict'] === true;
  const kind = text(instr['kind'], 'instr.kind');
  switch (kind) {
    case 'goto':
      return { kind, desc: description(instr['desc']) };
    case 'pickup':
    case 'open':
      return { kind, desc: description(instr['desc']), strict };
    case 'putnext':
      return { kind, move: description(instr['move']), fixed: description(instr['fixed']), strict };
    case 'before':
    case 'after':
    case 'and':
      return { kind, a: instruction(instr['a']), b: instruction(instr['b']), strict };
    default:
      throw new MalformedRecord(`unknown instruction ${kind}`);
  }
}
