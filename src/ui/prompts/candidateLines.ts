import { foldDecision } from '../../lac/decision';
import type { DecisionEntry, NodeEntry } from '../../trajectories/timeline';

/**
 * A line for each candidate of a decision: its Q, and how it differs from the last whole decision before it. The chosen
 * one comes first, as an editor cuts off what is wider than itself; until something is chosen, the one that was chosen
 * before, so that the lines keep their places while Qs arrive.
 */
export function candidateLines(node: NodeEntry, entry: DecisionEntry): readonly string[] {
  const { candidates, choice } = foldDecision(entry.events);
  const before = node.decisions.findLast(({ index, complete }) => complete && index < entry.index);
  const earlier = before === undefined ? null : foldDecision(before.events);
  const earlierQs = new Map(earlier?.candidates.map(({ action, value }) => [action, value?.q ?? null]));
  const lines = candidates.map(({ action, value }) => {
    const q = value?.q ?? null;
    const was = earlierQs.get(action);
    const change = q === null || was === undefined || was === null ? '' : ` (${signed(q - was)})`;
    return `${action}: Q ${q === null ? '?' : signed(q)}${change}`;
  });
  const first = choice?.candidate ?? candidates.findIndex(({ action }) => action === earlier?.winner?.action);
  if (first < 0) return lines;
  return [`${choice === null ? '' : '▸ '}${lines[first]}`, ...lines.filter((_, index) => index !== first)];
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : `+${text}`;
}
