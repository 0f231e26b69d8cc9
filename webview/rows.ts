import type { DecisionCandidate } from '../src/lac/decision';
import { envelope } from '../src/lac/improvement';
import type { ShownDecision } from './shownDecision';
import type { SortKey } from './viewState';

/** So many rows are drawn before the rest is folded away. */
const mostRows = 12;

export interface Rows {
  readonly rows: readonly DecisionCandidate[];
  /** How many are folded away. */
  readonly left: number;
}

/**
 * The candidates in the order of a column, the greatest first, equal ones as they were proposed. Of many only the first
 * are rows, with those that some alpha chooses and those that are `kept`.
 */
export function rowsOf(shown: ShownDecision, sort: SortKey, kept: (candidate: DecisionCandidate) => boolean): Rows {
  const { candidates, winner } = shown.decision;
  const key = (candidate: DecisionCandidate): number => {
    switch (sort) {
      case 'prior':
        return candidate.prior ?? -Infinity;
      case 'q':
        return candidate.value?.q ?? -Infinity;
      case 'policy':
        return candidate.policy ?? -Infinity;
    }
  };
  const ordered = [...candidates].sort((a, b) => order(key(b), key(a)) || a.index - b.index);
  if (ordered.length <= mostRows) return { rows: ordered, left: 0 };
  const chosen = new Set(envelope(shown.lines, shown.section.parameters.tieRule).map(({ candidate }) => candidate));
  const rows = ordered.filter(
    (candidate, place) =>
      place < mostRows - 2 || candidate.index === winner?.index || chosen.has(candidate.index) || kept(candidate),
  );
  return { rows, left: ordered.length - rows.length };
}

/** Both may be infinite, which a difference cannot compare. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
