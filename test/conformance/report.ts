/** What an environment's (or a model file's) conformance run found. */
export class ConformanceReport {
  passed = 0;
  failed = 0;
  private readonly failures: string[] = [];
  private readonly unchecked = new Map<string, number>();

  /** Counts one record; `problem` is undefined when it passed. */
  count(record: string, problem: string | undefined): void {
    if (problem === undefined) {
      this.passed++;
      return;
    }
    this.failed++;
    if (this.failures.length < 50) this.failures.push(`${record}: ${problem}`);
  }

  /** Names something that is there but cannot be checked, and why. */
  skip(what: string, records = 1): void {
    this.unchecked.set(what, (this.unchecked.get(what) ?? 0) + records);
  }

  print(log: (line: string) => void): void {
    for (const line of this.failures) log(`FAIL ${line}`);
    if (this.failed > this.failures.length) log(`... and ${this.failed - this.failures.length} more failures`);
    for (const [what, records] of this.unchecked) log(`not checked: ${what} (${records})`);
    log(`${this.passed} passed, ${this.failed} failed`);
  }
}

export interface ConformanceOptions {
  /** Folder of recorded behaviour. */
  readonly folder: string;
  /** Folder of the original's data (games, products), where the recordings need it. */
  readonly data: string | undefined;
}

/** Holds one implementation against a folder of recordings. */
export type Conformance = (options: ConformanceOptions, log: (line: string) => void) => Promise<ConformanceReport>;
