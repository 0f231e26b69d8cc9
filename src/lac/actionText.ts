/** What a line that is kept does not have: white space other than single blanks, and control characters. */
const uneven = /[^\S ]|\p{Cc}| {2}/u;

/** A line as it is kept: trimmed, every run of white space and control characters one blank. */
export function normalizeLine(text: string): string {
  return (uneven.test(text) ? text.replace(/[\s\p{Cc}]+/gu, ' ') : text).trim();
}

/** What two spellings of one action have in common: normalised white space and case. */
export function actionKey(text: string): string {
  return normalizeLine(text).toLowerCase();
}

/** True for a thought: a line that begins with `think:`. */
export function isThought(text: string): boolean {
  return /^\s*think\s*:/iu.test(text);
}
