import { normalizeLine } from './actionText';
import type { Verdict } from './transcript';

/** A reflection as the method needs it: up to its verdict slot, and the verdict that stands there. */
export interface SplitReflection {
  /** The text up to and including the verdict's lead: what the critic reads after. */
  readonly head: string;
  /** The whole line where it holds a verdict; null where the slot was appended or holds no verdict. */
  readonly whole: string | null;
  readonly says: Verdict | null;
}

const words: Readonly<Record<string, Verdict>> = { GOOD: 'GOOD', BAD: 'BAD', UNKNOWN: 'UNKNOWN' };

let lastPattern: { readonly lead: string; readonly pattern: RegExp } | null = null;

/** Finds a lead as a whole word, whatever its case. Kept, for a run has one lead and thousands of reflections. */
function leadPattern(lead: string): RegExp {
  if (lastPattern?.lead !== lead) {
    const pattern = new RegExp(`${lead.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'giu');
    lastPattern = { lead, pattern };
  }
  return lastPattern.pattern;
}

/** Where the leads of a line end, the last first. */
function leadEnds(line: string, lead: string): number[] {
  const pattern = leadPattern(lead);
  const ends: number[] = [];
  pattern.lastIndex = 0;
  while (pattern.test(line)) ends.unshift(pattern.lastIndex);
  return ends;
}

/**
 * Finds the verdict slot of a written reflection: the last lead (`This step is`) that a verdict follows. Without one the
 * reflection is cut at the last lead, or at its end, and the lead appended.
 */
export function splitReflection(text: string, lead: string): SplitReflection {
  const line = normalizeLine(text);
  const ends = leadEnds(line, lead);
  for (const end of ends) {
    const verdict = /^\s*["'*]*(GOOD|BAD|UNKNOWN)(?!\w)/iu.exec(line.slice(end));
    if (verdict !== null) {
      return { head: line.slice(0, end), whole: line, says: words[verdict[1].toUpperCase()] };
    }
  }
  const last = ends.at(0);
  if (last !== undefined) return { head: line.slice(0, last), whole: null, says: null };
  return { head: line === '' ? lead : `${line} ${lead}`, whole: null, says: null };
}

/** The reflection with a verdict in its appended slot; up to the slot alone where no verdict is known. */
export function withVerdict(head: string, says: Verdict | null): string {
  return says === null ? head : `${head} ${says}.`;
}
