/** The suite that runs inside VS Code's extension host: `run` is what VS Code calls. */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** File for the outcome: whoever started VS Code takes a run without it, or without tests, for failed. */
const resultVariable = 'LAC_HOST_RESULT';

/** One test as it ended. */
interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly ms: number;
  /** What was wrong, where it failed. */
  readonly error: string | null;
}

/** Slow machines: as much as the tests that drive the workbench from outside have. */
const timeoutMs = 120_000;

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMs, color: false });
  // By name, so that the tests of activation find an extension that nothing has asked for yet.
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.suite.js')) mocha.addFile(path.join(__dirname, name));
  }
  const results: TestResult[] = [];
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const add = (test: Mocha.Runnable, state: TestResult['state'], error: string | null): void => {
      results.push({ title: test.fullTitle(), state, ms: test.duration ?? 0, error });
    };
    runner.on('pass', (test) => add(test, 'passed', null));
    runner.on('pending', (test) => add(test, 'pending', null));
    // A hook that fails comes here too.
    runner.on('fail', (test, error: unknown) => add(test, 'failed', errorText(error)));
  });
  const file = process.env[resultVariable];
  if (file !== undefined) writeFileSync(file, JSON.stringify(results));
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
