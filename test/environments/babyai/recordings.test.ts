import path from 'node:path';
import { expect, test } from 'vitest';
import { conform } from '../../conformance/babyai-text';
import type { ConformanceReport } from '../../conformance/report';
import { sharedPath } from '../../support/recordings';

async function run(folder: string): Promise<{ report: ConformanceReport; printed: string }> {
  const report = await conform({ folder, data: undefined }, () => undefined);
  const lines: string[] = [];
  report.print((line) => lines.push(line));
  return { report, printed: lines.join('\n') };
}

test('behaves as recorded from the original', async () => {
  const { report, printed } = await run(path.join(import.meta.dirname, 'recordings'));
  expect(report.failed, printed).toBe(0);
  expect(report.passed).toBe(148);
});

const golden = sharedPath('golden', 'babyai-text');

test.skipIf(golden === undefined)('behaves as in every recording at hand', { timeout: 120_000 }, async () => {
  const { report, printed } = await run(golden ?? '');
  expect(report.failed, printed).toBe(0);
  expect(report.passed).toBeGreaterThan(2000);
});
