import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelBinary } from '../../support/kernelBinary';

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** The compiler that the package pins, and the one that is installed. */
function compilers(): { pinned: unknown; installed: unknown } {
  const development = json('package.json')['devDependencies'];
  const pinned =
    typeof development === 'object' && development !== null && 'assemblyscript' in development
      ? development.assemblyscript
      : undefined;
  try {
    return { pinned, installed: json('node_modules/assemblyscript/package.json')['version'] };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { pinned, installed: 'none' };
    throw error;
  }
}

describe('the compiled kernel', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-kernel-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is what its source compiles to', (context) => {
    const { pinned, installed } = compilers();
    if (pinned !== installed) {
      context.skip(
        `SKIPPED: the kernel is compiled with AssemblyScript ${String(pinned)}, here is ${String(installed)}`,
      );
    }
    const outfile = path.join(folder, 'kernel.wasm');
    execFileSync(process.execPath, ['scripts/kernel.mjs', outfile]);
    expect(readFileSync(outfile).equals(Buffer.from(kernelBinary()))).toBe(true);
  }, 60_000);
});
