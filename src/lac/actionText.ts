/** A line as it is kept: trimmed, every run of white space and control characters one blank. */
export function normalizeLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** What two spellings of one action have in common: normalised white space and case. */
export function actionKey(text: string): string {
  return normalizeLine(text).toLowerCase();
}

/** True for a thought: a line that begins with `think:`. */
export function isThought(text: string): boolean {
  return /^\s*think\s*:/iu.test(text);
}
