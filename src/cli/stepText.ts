import { foldDecision, type Decision, type DecisionCandidate } from '../lac/decision';
import type { Agreement } from '../lac/events';
import { lengthAndReward } from '../trajectories/outcome';
import type { EndLine } from '../trajectories/schema';
import { type NodeEntry, decisionShown } from '../trajectories/timeline';
import { actionValue, printable, probability, type Terminal } from './terminal';

const agreements: Readonly<Record<Agreement, string>> = {
  both: 'prior and critic agree',
  prior: 'prior overrules critic',
  critic: 'critic overrules prior',
  neither: 'neither alone',
};

function bar(fraction: number, cells: number): string {
  const filled = Math.round(Math.max(0, Math.min(1, fraction)) * cells);
  return '#'.repeat(filled).padEnd(cells);
}

/** A bar that grows to the right from the middle for positive values and to the left for negative ones. */
function divergingBar(value: number | null, most: number, cells: number): string {
  if (value === null || most === 0) return ' '.repeat(2 * cells + 1);
  const filled = Math.round((Math.abs(value) / most) * cells);
  const left = value < 0 ? '#'.repeat(filled).padStart(cells) : ' '.repeat(cells);
  const right = value > 0 ? '#'.repeat(filled).padEnd(cells) : ' '.repeat(cells);
  return `${left}|${right}`;
}

function candidateRow(
  terminal: Terminal,
  candidate: DecisionCandidate,
  decision: Decision,
  width: number,
  most: number,
): string {
  const chosen = decision.choice?.candidate === candidate.index;
  const q = candidate.value?.q ?? null;
  const cells = [
    chosen ? '>' : ' ',
    printable(candidate.action).slice(0, width).padEnd(width),
    probability(candidate.prior).padStart(4),
    bar(candidate.prior ?? 0, 8),
    actionValue(q, candidate.value?.bound ?? 'none').padStart(8),
    divergingBar(q, most, 5),
    probability(candidate.policy).padStart(4),
    bar(candidate.policy ?? 0, 8),
  ];
  const row = cells.join(' ').trimEnd();
  return chosen ? terminal.style('bold', row) : row;
}

/** The candidates of a decision as a table, the chosen one marked. */
export function decisionLines(terminal: Terminal, decision: Decision): string[] {
  const width = Math.min(40, Math.max(6, ...decision.candidates.map(({ action }) => printable(action).length)));
  const most = Math.max(0, ...decision.candidates.map(({ value }) => Math.abs(value?.q ?? 0)));
  const head = `  ${'action'.padEnd(width)} ${'prior'.padEnd(13)} ${'Q'.padStart(8)} ${' '.repeat(11)} policy`;
  const rows = decision.candidates.map((candidate) => candidateRow(terminal, candidate, decision, width, most));
  const notes: string[] = [];
  const { choice, improvement } = decision;
  if (choice !== null) {
    notes.push(agreements[choice.agreement]);
    if (!choice.certain) notes.push('not certain: a bound could change the choice');
    notes.push(...choice.notes.map((note) => note.replaceAll('-', ' ')));
  }
  const flips = (improvement?.flips ?? []).map(({ alpha }) => alpha.toPrecision(3));
  if (flips.length > 0) notes.push(`flips at alpha ${flips.join(', ')}`);
  return [terminal.style('dim', head), ...rows, terminal.style('dim', `  ${notes.join(' · ')}`)];
}

/** One step: the observation, the decision made at it, what was done and what came of it. */
export function stepLines(terminal: Terminal, node: NodeEntry, next: NodeEntry | undefined): string[] {
  const lines = [
    `${terminal.style('cyan', `step ${node.step}`)}  ${printable(node.observation).replaceAll('\n', '\n        ')}`,
  ];
  const entry = decisionShown(node, next);
  if (entry !== undefined) {
    const decision = foldDecision(entry.events);
    for (const thought of decision.thoughts) lines.push(`  ${printable(thought.text)}`);
    if (decision.candidates.length > 0) lines.push(...decisionLines(terminal, decision));
  }
  if (next?.arrival) {
    const { action, by, invalid, useless } = next.arrival;
    const marks = [by === 'person' ? 'by hand' : '', invalid ? 'invalid' : '', useless ? 'no effect' : ''].filter(
      Boolean,
    );
    lines.push(`  ${terminal.style('bold', printable(action))}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`);
    if (next.reflection !== null) lines.push(`  ${terminal.style('dim', printable(next.reflection.text))}`);
  }
  const end = next?.end ?? node.end;
  if (end !== null && (next === undefined || next.end !== null)) lines.push(outcomeLine(terminal, end));
  return lines;
}

/** How an episode ended, in one line. */
export function outcomeLine(terminal: Terminal, end: EndLine): string {
  const style = end.reason === 'success' ? 'green' : 'red';
  return `${terminal.style(style, end.reason)} ${lengthAndReward(end)}`;
}
