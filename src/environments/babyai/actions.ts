import type { ParsedAction } from '../environment';
import { actionNames, type ActionName } from './world';

/** The six actions that agents are offered; their index is their number. The engine's `done` is not among them. */
export const offeredActions: readonly ActionName[] = actionNames.slice(0, 6);

const longest = 100;

/**
 * The action that a text means: one of the six names, whatever the case, with any blanks around and between its words
 * and at most one full stop behind it.
 */
export function parseAction(text: string): ParsedAction {
  const trimmed = text.trim();
  if (trimmed === '') return { valid: false, reason: 'the text is empty' };
  if (trimmed.length > longest) {
    return { valid: false, reason: `the text has ${trimmed.length} characters, more than any action` };
  }
  if (/\p{Cc}/u.test(trimmed)) return { valid: false, reason: 'the text contains a line break or control character' };
  const name = trimmed
    .replace(/\s*\.$/, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  const action = offeredActions.find((offered) => offered === name);
  if (action === undefined) return { valid: false, reason: `"${trimmed}" is none of: ${offeredActions.join(', ')}` };
  return { valid: true, action };
}
