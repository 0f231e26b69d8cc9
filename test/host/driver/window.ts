import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Workbench } from './workbench';
import { workspace } from './workspace';

/** A window for the tests of a block, and the folder that is open in it. */
export interface TestWindow {
  readonly workbench: Workbench;
  readonly folder: string;
}

export interface TestWindowOptions {
  /** Makes the folder; a copy of the sample workspace unless told. */
  readonly folder?: () => string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly asksForTrust?: boolean;
  readonly language?: string;
}

/**
 * Opens a VS Code on a folder before the first test of a block, told to `take`, and closes it and removes the folder after
 * the last. What a test that failed has left on the screen is kept.
 */
export function useWindow(take: (window: TestWindow) => void, options: TestWindowOptions = {}): void {
  const { folder: make = workspace, settings, ...more } = options;
  let open: TestWindow | undefined;

  beforeAll(async () => {
    const folder = make();
    const all = { 'debug.openDebug': 'neverOpen', ...settings };
    open = { folder, workbench: await Workbench.open({ workspace: folder, settings: all, ...more }) };
    take(open);
  });

  afterAll(async () => {
    await open?.workbench.close();
    if (open !== undefined) rmSync(open.folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await open?.workbench.screenshotOfFailure(task.name);
  });
}
