import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { messageOf, type LacError } from '../errors/lacError';

/**
 * Makes a folder and those above it that are missing. Throws what `refusal` makes of the reason. Goes down step by step:
 * the recursive `mkdir` of Node never returns in a file system that takes no folders, such as /proc.
 */
export function makeFolder(folder: string, refusal: (reason: string, cause: ErrorOptions) => LacError): void {
  try {
    make(path.resolve(folder));
  } catch (error) {
    throw refusal(messageOf(error), { cause: error });
  }
}

function make(folder: string): void {
  if (isFolder(folder)) return;
  make(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
