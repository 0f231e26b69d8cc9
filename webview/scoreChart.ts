import {
  axisOf,
  axisScore,
  envelope,
  type EnvelopeSegment,
  type ScoreLine,
  type TieRule,
} from '../src/lac/improvement';

/** Score lines over t = alpha / (1 + alpha) as geometry in pixels; drawing is left to others. */

export interface ChartLine {
  readonly candidate: number;
  /** Left end (t = 0) and right end (t = 1), from the top. */
  readonly left: number;
  readonly right: number;
  /** Where its number stands at the right end, moved apart from the others; null where there is no room for all. */
  readonly labelY: number | null;
}

export interface ChartSegment extends EnvelopeSegment {
  /** Its stretch of the axis, 0 to 1. */
  readonly start: number;
  readonly end: number;
}

export interface ScoreChart {
  readonly lines: readonly ChartLine[];
  /** Who is chosen where. */
  readonly segments: readonly ChartSegment[];
  /** Corners of the envelope, as points. */
  readonly envelope: readonly (readonly [x: number, y: number])[];
  /** Height of a score at a place. */
  yOf(line: ScoreLine, t: number): number;
}

/** Lines far below the contest would press it flat: no more than this much of the scores is shown below its floor. */
const deepest = 3;
const margin = 8;
const labelHeight = 13;
/** Of more lines only those that some alpha chooses are numbered. */
const mostLabels = 8;

export function scoreChart(
  lines: readonly ScoreLine[],
  tieRule: TieRule,
  width: number,
  height: number,
): ScoreChart | null {
  if (lines.length === 0) return null;
  const segments = envelope(lines, tieRule).map((segment) => ({
    ...segment,
    start: axisOf(segment.from),
    end: axisOf(segment.to),
  }));
  const corners = segments.flatMap(({ candidate, start, end }) => [
    axisScore(lines[candidate], start),
    axisScore(lines[candidate], end),
  ]);
  const ends = lines.flatMap((line) => [axisScore(line, 0), axisScore(line, 1)]).filter(Number.isFinite);
  const top = Math.max(...corners, ...ends);
  const bottom = Math.max(Math.min(...ends), Math.min(...corners) - deepest);
  const span = Math.max(top - bottom, 0.1);
  const yOf = (line: ScoreLine, t: number): number =>
    margin + ((top - axisScore(line, t)) / span) * (height - 2 * margin);
  const raw = lines.map((line, candidate) => ({ candidate, left: yOf(line, 0), right: yOf(line, 1) }));
  const chosen = new Set(segments.map(({ candidate }) => candidate));
  const labelled = raw.filter(({ candidate }) => raw.length <= mostLabels || chosen.has(candidate));
  const places = spread(
    labelled.map(({ right }) => Math.min(right, height - margin)),
    height,
  );
  const labels = new Map(labelled.map(({ candidate }, i) => [candidate, places[i]]));
  return {
    lines: raw.map((line) => ({ ...line, labelY: labels.get(line.candidate) ?? null })),
    segments,
    envelope: segments.flatMap(({ candidate, start, end }) => [
      [start * width, yOf(lines[candidate], start)] as const,
      [end * width, yOf(lines[candidate], end)] as const,
    ]),
    yOf,
  };
}

/** Moves places apart so that labels do not cover each other, keeping their order. */
function spread(places: readonly number[], height: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const room = Math.min(labelHeight, height / Math.max(places.length, 1));
  const moved = [...places];
  let least = room / 2;
  for (const i of order) {
    moved[i] = Math.max(moved[i], least);
    least = moved[i] + room;
  }
  let most = height - room / 2;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i], most);
    most = moved[i] - room;
  }
  return moved;
}
