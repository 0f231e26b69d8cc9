import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { promptFileSuffix } from '../../prompts/parts';

/** Milliseconds between two looks at a folder. */
const lookEvery = 1000;

/** State of each prompt file of a folder, by name. */
type Listing = ReadonlyMap<string, string>;

/**
 * Tells of prompt files that are written, made or deleted, by whomever, in the folders that sessions use, wherever they lie.
 * It asks the disk, as a watcher misses changes now and then.
 */
export class PromptWatch implements vscode.Disposable {
  private readonly used = new Map<string, Listing>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly onDisk: (uri: vscode.Uri) => void) {}

  /** Looks after these folders from now on, and no longer after those that are not among them. */
  use(folders: Iterable<string>): void {
    const wanted = new Set([...folders].map((folder) => path.normalize(folder)));
    for (const folder of this.used.keys()) if (!wanted.has(folder)) this.used.delete(folder);
    for (const folder of wanted) if (!this.used.has(folder)) this.used.set(folder, listingOf(folder));
    this.dispose();
    if (this.used.size > 0) this.timer = setInterval(() => this.look(), lookEvery);
  }

  private look(): void {
    for (const [folder, before] of this.used) {
      const now = listingOf(folder);
      this.used.set(folder, now);
      for (const name of new Set([...before.keys(), ...now.keys()])) {
        if (before.get(name) !== now.get(name)) this.onDisk(vscode.Uri.file(path.join(folder, name)));
      }
    }
  }

  dispose(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}

/** Empty where there is no such folder. */
function listingOf(folder: string): Listing {
  const listing = new Map<string, string>();
  try {
    for (const name of readdirSync(folder).filter((each) => each.endsWith(promptFileSuffix))) {
      const found = statSync(path.join(folder, name), { throwIfNoEntry: false });
      if (found !== undefined) listing.set(name, `${found.mtimeMs} ${found.size} ${found.ino}`);
    }
  } catch {
    // A folder that cannot be read holds no prompts; it may come later.
  }
  return listing;
}
