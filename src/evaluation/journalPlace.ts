import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The file that is recorded in at a place (a path without its ending): the one of that name, or where it was written anew
 * after another program had taken that one. A note beside it says so; the names alone don't, as `NAME-2` may be another place.
 */
export function journalAt(place: string): string {
  const note = noteAt(place);
  const moved = existsSync(note)
    ? path.join(path.dirname(place), path.basename(readFileSync(note, 'utf8').trim()))
    : null;
  return moved !== null && existsSync(moved) ? moved : usualFile(place);
}

/** Notes where the journal of a place lies now. */
export function noteJournal(place: string, file: string): void {
  const note = noteAt(place);
  if (path.resolve(file) === path.resolve(usualFile(place))) {
    rmSync(note, { force: true });
    return;
  }
  writeFileSync(`${note}.new`, `${path.basename(file)}\n`);
  renameSync(`${note}.new`, note);
}

function usualFile(place: string): string {
  return `${place}.lac.jsonl`;
}

function noteAt(place: string): string {
  return `${place}.moved.txt`;
}
