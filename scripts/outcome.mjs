// What comes of tests: how many passed, failed and were left out, the names of those that failed, and of those that passed at
// their second chance.

export const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], secondChances: [] };

export function added(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    secondChances: [...a.secondChances, ...b.secondChances],
  };
}

/** Prints the closing lines, names first, and ends the process. */
export function close({ passed, failed, skipped, failures, secondChances }) {
  for (const name of secondChances) console.log(`passed at its second chance: ${name}`);
  for (const name of failures) console.log(`FAILED: ${name}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed === 0 ? 0 : 1);
}
