import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { LacError } from '../../src/errors/lacError';
import { importFiles, recordingOf } from '../../src/exchange';
import { unpack, zipMembers } from '../../src/exchange/inspect/zip';
import { bufferSource } from '../../src/trajectories/byteSource';
import { scanInto, TrajectoryIndex } from '../../src/trajectories/index/trajectoryIndex';
import { mutateBytes, mutateDocument, type Random } from './mutations';

/** A real file of one format, in the pieces that its format is made of. */
export interface RealFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: 'document' | 'lines' | 'archive';
}

/** Every file of a folder, its format told by its name. */
export function realFiles(folder: string, accepts: (name: string) => boolean = () => true): readonly RealFile[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:json|jsonl|traj|eval)$/.test(name) && accepts(name))
    .map((name): RealFile => ({
      name,
      bytes: readFileSync(path.join(folder, name)),
      kind: name.endsWith('.eval') ? 'archive' : name.endsWith('.jsonl') ? 'lines' : 'document',
    }));
}

/** Bytes above which a file counts as big. */
export const bigFile = 100 << 10;

/** The file damaged in one of the ways that its format allows; a big one is first made of more than 100 KB. */
export function damaged({ bytes, kind }: RealFile, random: Random, big: boolean): Uint8Array {
  const inBytes = random() < 0.25;
  switch (kind) {
    case 'document': {
      const document: unknown = JSON.parse(Buffer.from(bytes).toString());
      const grown = big ? grow(document, bytes.length) : document;
      if (inBytes) return mutateBytes(Buffer.from(JSON.stringify(grown)), random);
      return Buffer.from(JSON.stringify(mutateDocument(grown, random, big)));
    }
    case 'lines': {
      const lines = Buffer.from(bytes).toString().trimEnd().split('\n');
      while (big && lines.reduce((all, line) => all + line.length, 0) < bigFile) lines.push(...lines.slice(1));
      if (inBytes) return mutateBytes(Buffer.from(`${lines.join('\n')}\n`), random);
      return Buffer.from(`${damagedLines(lines, random, big).join('\n')}\n`);
    }
    case 'archive':
      return damagedArchive(bytes, random, big, inBytes);
  }
}

/** Some lines changed inside, and sometimes lines left out, doubled or out of order. */
function damagedLines(lines: readonly string[], random: Random, big: boolean): readonly string[] {
  const copy = [...lines];
  const changes = 1 + Math.floor(random() * 8);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * copy.length);
    const action = random();
    if (action < 0.6) copy[at] = JSON.stringify(mutateDocument(JSON.parse(copy[at]), random, big));
    else if (action < 0.7) copy.splice(at, 1 + Math.floor(random() * 4));
    else if (action < 0.8) copy.splice(at, 0, copy[Math.floor(random() * copy.length)] ?? '');
    else if (action < 0.9) copy.push(...copy.splice(at, 1 + Math.floor(random() * 20)));
    else copy[at] = copy[at].slice(0, Math.floor(random() * copy[at].length)).replace(/^$/, '{}');
    if (copy.length === 0) return [...lines];
    // A line that was cut is no JSON any more, and stays as it is.
    for (let each = 0; each < copy.length; each++) if (!isJson(copy[each])) return copy;
  }
  return copy;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function damagedArchive(bytes: Uint8Array, random: Random, big: boolean, inBytes: boolean): Uint8Array {
  const members = [...zipMembers('a', bytes).values()].map(
    (member) => [member.name, unpack('a', bytes, member, bigFile << 4)] as const,
  );
  const chosen = Math.floor(random() * members.length);
  const entries = members.map(([name, content], index): readonly [string, Uint8Array] => {
    let document: unknown = JSON.parse(Buffer.from(content).toString());
    if (big && name.startsWith('samples/')) document = grow(document, content.length);
    if (!inBytes && index === chosen) document = mutateDocument(document, random, big);
    const renamed = !inBytes && index === chosen && random() < 0.1 ? `../${name}` : name;
    return [renamed, strToU8(JSON.stringify(document))];
  });
  const archive = zipSync(Object.fromEntries(entries), {
    level: random() < 0.5 ? 0 : 6,
    mtime: '1980-01-01T00:00:00Z',
  });
  return inBytes ? mutateBytes(archive, random) : archive;
}

/** A document whose longest list of objects is repeated until it has more than 100 KB. */
function grow(document: unknown, bytes: number): unknown {
  const copy: unknown = structuredClone(document);
  const list = longestList(copy);
  if (list === null) return copy;
  const items = [...list];
  const each = Math.max(1, JSON.stringify(items).length);
  for (let size = bytes; size < bigFile * 1.1; size += each) list.push(...structuredClone(items));
  return copy;
}

function longestList(value: unknown): unknown[] | null {
  if (typeof value !== 'object' || value === null) return null;
  let best: unknown[] | null = Array.isArray(value) && value.some((item) => typeof item === 'object') ? value : null;
  for (const item of Object.values(value)) {
    const inner = longestList(item);
    if (inner !== null && JSON.stringify(inner).length > (best === null ? 0 : JSON.stringify(best).length * 0.9))
      best = inner;
  }
  return best;
}

/** What reading came to: `read`, or the code of the word that was given, and its processor time in milliseconds. */
export interface Verdict {
  readonly said: string;
  readonly cpuMs: number;
}

/**
 * Reads hostile bytes as the product does: imports them, lays the lines out as episodes, and, where they are lines of
 * the native format, indexes them and reads steps. Anything but a reading or a word of ours is thrown.
 */
export async function readHostile(name: string, bytes: Uint8Array): Promise<Verdict> {
  const start = process.cpuUsage();
  let said = 'read';
  try {
    const reading = importFiles([{ name, bytes }]);
    const { contents } = await recordingOf(name, reading.lines);
    if (reading.format !== 'lac' && reading.format !== 'atif' && contents.problems.length > 0)
      throw new Error(`an import is malformed: ${contents.problems[0].message}`);
  } catch (error) {
    said = wordOf(error, name);
  }
  if (name.endsWith('.jsonl')) {
    try {
      await openHostile(name, bytes);
    } catch (error) {
      said = wordOf(error, name);
    }
  }
  const { user, system } = process.cpuUsage(start);
  return { said, cpuMs: (user + system) / 1000 };
}

async function openHostile(name: string, bytes: Uint8Array): Promise<void> {
  const source = bufferSource(name, bytes);
  const index = new TrajectoryIndex(await scanInto(source, undefined, { offset: 0, lines: 0 }, {}), source);
  for (const track of index.tracks())
    for (let step = 0; step < track.rows.length; step += Math.max(1, track.rows.length >> 2))
      index.readStep(track, step);
}

function wordOf(error: unknown, name: string): string {
  if (!(error instanceof LacError) || !/^(exchange|trajectory)\./.test(error.code)) throw error;
  const [stem] = name.split('.');
  if (!error.message.includes(stem)) throw new Error(`the word does not name the file: ${error.message}`);
  return error.code;
}
