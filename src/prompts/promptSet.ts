import { LacError } from '../errors/lacError';
import type { Role } from '../lac/transcript';
import { builtinSets, type BuiltinSet } from './builtin';
import { contentHash } from './contentHash';
import { diagnoseSet, type Diagnostic } from './diagnostics';
import { defaultOptions, readOptions, type PromptOptions } from './options';
import { fileOfPart, partNamed, requirePartOfFile, type PartId } from './parts';
import { parsePromptFile, type PromptFile } from './syntax';

/** One file of a prompt set. */
export interface PromptPart {
  readonly id: PartId;
  /** Name of the file, without folder. */
  readonly file: string;
  readonly syntax: PromptFile;
  /** SHA-256 of the text. */
  readonly hash: string;
  readonly origin: 'built-in' | 'file';
  /** True when the text differs from the built-in part of that name, or there is none. */
  readonly changed: boolean;
}

/** Head, tails and examples of an environment, parsed and checked. */
export interface PromptSet {
  /** Id of the built-in set that it is or stands on. */
  readonly id: string;
  readonly environment: string;
  readonly parts: ReadonlyMap<PartId, PromptPart>;
  /** Options of the shared head. */
  readonly options: PromptOptions;
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 over the hashes of all parts: two sets are equal exactly when this is. */
  readonly hash: string;
}

/** A file that takes the place of a built-in part, or adds one. */
export interface PromptSource {
  /** `head.lac-prompt.md`; folders before the name are ignored. */
  readonly name: string;
  readonly text: string;
}

/** The built-in set of an id; throws `prompt.unknown-set`. */
export function builtinSet(id: string): BuiltinSet {
  const found = builtinSets.find((set) => set.id === id);
  if (found === undefined) {
    throw new LacError('prompt.unknown-set', { set: id, known: builtinSets.map((set) => set.id).join(', ') });
  }
  return found;
}

/** The text of a built-in part, for `lac-prompt:/builtin/<set>/<part>`; null when the set has no such part. */
export function builtinText(id: string, part: string): string | null {
  const known = partNamed(part);
  return known === null ? null : (builtinSet(id).parts[known] ?? null);
}

/**
 * Opens a prompt set: the built-in one, its parts replaced by the files. Malformed files do not throw here, they are
 * told in `diagnostics`; a file whose name is no part throws `prompt.unknown-file`, an unknown id `prompt.unknown-set`.
 */
export function openPromptSet(id: string, files: readonly PromptSource[] = []): PromptSet {
  const base = builtinSet(id);
  const parts = new Map(builtinParts(base));
  for (const file of files) {
    const part = requirePartOfFile(file.name);
    parts.set(part, openPart(part, file.text, 'file', base.parts[part] !== file.text));
  }
  const head = parts.get('head');
  const { options } = readOptions(head?.syntax.options ?? [], defaultOptions);
  const ordered = [...parts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    id,
    environment: base.environment,
    parts,
    options,
    diagnostics: diagnoseSet(ordered, options),
    hash: contentHash(ordered.map((part) => `${part.id} ${part.hash}\n`).join('')),
  };
}

const openedBuiltins = new Map<string, ReadonlyMap<PartId, PromptPart>>();

/** The parts of a built-in set, parsed once. */
function builtinParts(set: BuiltinSet): ReadonlyMap<PartId, PromptPart> {
  const known = openedBuiltins.get(set.id);
  if (known !== undefined) return known;
  const parts = new Map<PartId, PromptPart>();
  for (const [name, text] of Object.entries(set.parts)) {
    const part = partNamed(name);
    if (part !== null && text !== undefined) parts.set(part, openPart(part, text, 'built-in', false));
  }
  openedBuiltins.set(set.id, parts);
  return parts;
}

function openPart(id: PartId, text: string, origin: PromptPart['origin'], changed: boolean): PromptPart {
  return { id, file: fileOfPart(id), syntax: parsePromptFile(text), hash: contentHash(text), origin, changed };
}

/** The options that hold for a role: the shared head's, and over them those of a head of its own. */
export function optionsOf(set: PromptSet, role: Role): PromptOptions {
  const own = set.parts.get(`head.${role}`);
  return own === undefined ? set.options : readOptions(own.syntax.options, set.options).options;
}
