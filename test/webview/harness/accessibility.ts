import type { Frame, Page } from 'playwright-core';

/** Violations that axe-core finds in a page, in words; `axe` is its source. */
export async function accessibilityViolations(page: Page | Frame, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target.join(' ') + ': ' + failureSummary)))`);
}
