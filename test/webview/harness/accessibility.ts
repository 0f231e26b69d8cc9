import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';

const source = readFileSync(path.resolve(__dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8');

/** axe-core's rules whose outcome a theme can change, of those that it runs unless told otherwise. */
const colourRules = ['color-contrast', 'link-in-text-block'] as const;

/** Of those that it does not run unless told: what speech input depends on, that a name holds the text which is seen. */
const furtherRules = { 'label-content-name-mismatch': { enabled: true } } as const;

/** `colours`: those rules alone that depend on a theme. */
export type AccessibilityRules = 'all' | 'colours';

/** Violations that axe-core finds in a page, in words. */
export async function accessibilityViolations(
  page: Page | Frame,
  rules: AccessibilityRules = 'all',
): Promise<string[]> {
  if (await page.evaluate<boolean>('typeof axe === "undefined"')) await page.evaluate(source);
  const options = {
    resultTypes: ['violations'],
    ...(rules === 'all' ? { rules: furtherRules } : { runOnly: { type: 'rule', values: colourRules } }),
  };
  return page.evaluate<string[]>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target.join(' ') + ': ' + failureSummary)))`);
}
