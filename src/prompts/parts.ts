import { LacError } from '../errors/lacError';
import { roles, type Role } from '../lac/transcript';

/** What every prompt file's name ends in. */
export const promptFileSuffix = '.lac-prompt.md';

/**
 * A part of a prompt set; its file is `<part>.lac-prompt.md`. The head is shared by all roles unless a role owns one
 * (`head.critic`); a tail is named as its role; examples are for all task types or for one (`examples.go-to`).
 */
export type PartId = 'head' | Role | `head.${Role}` | 'examples' | `examples.${string}`;

export type PartKind = 'head' | 'role-head' | 'tail' | 'examples';

function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

/** The part that a file is, by its name (folders before it are ignored); null when it is none. */
export function partOfFile(fileName: string): PartId | null {
  const name = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  return name.endsWith(promptFileSuffix) ? partNamed(name.slice(0, -promptFileSuffix.length)) : null;
}

/** The part of a name without suffix; null when it is none. */
export function partNamed(name: string): PartId | null {
  if (name === 'head' || name === 'examples' || isRole(name)) return name;
  const [first, second, ...more] = name.split('.');
  if (second === undefined || more.length > 0) return null;
  if (first === 'head' && isRole(second)) return `head.${second}`;
  if (first === 'examples' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(second)) return `examples.${second}`;
  return null;
}

/** As `partOfFile`; throws `prompt.unknown-file` when the file is no part. */
export function requirePartOfFile(fileName: string): PartId {
  const part = partOfFile(fileName);
  if (part === null) throw new LacError('prompt.unknown-file', { file: fileName });
  return part;
}

export function fileOfPart(part: PartId): string {
  return `${part}${promptFileSuffix}`;
}

export function kindOfPart(part: PartId): PartKind {
  if (part === 'head') return 'head';
  if (part.startsWith('head.')) return 'role-head';
  return isRole(part) ? 'tail' : 'examples';
}

/** The examples part of a task type: `go to` has `examples.go-to`, `pick_and_place_simple` has `examples.pick-and-place-simple`. */
export function examplesPart(taskType: string): PartId {
  const slug = taskType
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return slug === '' ? 'examples' : `examples.${slug}`;
}
