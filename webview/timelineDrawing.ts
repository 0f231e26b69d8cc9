import type { Agreement } from '../src/lac/events';
import type { ThemeColors } from './themeColors';
import type { TimelineModel } from './timelineModel';

/** Draws the timeline on canvases: each step where there is room, else what a column of pixels holds together. */

export const timelineHeight = 96;
const marksTop = 11;
const chartTop = 18;
const chartBottom = 78;
const differencesTop = 84;
const side = 10;
/** The axis is labelled at the right. */
const labels = 46;
/** Steps stand at most this far apart, and below this near are drawn by columns. */
const widest = 34;
const nearest = 6;

export interface TimelineScale {
  readonly width: number;
  readonly spacing: number;
  readonly count: number;
}

export function timelineScale(count: number, width: number): TimelineScale {
  const spacing = count < 2 ? widest : Math.min(widest, Math.max(0, width - side - labels) / (count - 1));
  return { width, spacing, count };
}

export function xOf({ spacing }: TimelineScale, index: number): number {
  return side + index * spacing;
}

/** The step nearest to a place; -1 without steps. */
export function indexAt({ spacing, count }: TimelineScale, x: number): number {
  if (count === 0) return -1;
  return Math.min(count - 1, Math.max(0, Math.round((x - side) / Math.max(spacing, 1e-9))));
}

function prepared(canvas: HTMLCanvasElement, width: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const pixels = Math.round(width * ratio);
  if (canvas.width !== pixels || canvas.height !== Math.round(timelineHeight * ratio)) {
    canvas.width = pixels;
    canvas.height = Math.round(timelineHeight * ratio);
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, timelineHeight);
  return context;
}

function yOf({ low, high }: TimelineModel, q: number): number {
  const share = (Math.min(high, Math.max(low, q)) - low) / (high - low);
  return chartBottom - share * (chartBottom - chartTop);
}

/** All that does not change while alpha is dragged. */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  model: TimelineModel,
  scale: TimelineScale,
  colors: ThemeColors,
): void {
  const context = prepared(canvas, scale.width);
  if (context === null) return;
  context.strokeStyle = colors.grid;
  context.lineWidth = 1;
  context.beginPath();
  const zero = Math.round(yOf(model, 0)) + 0.5;
  context.moveTo(0, zero);
  context.lineTo(scale.width - labels + side, zero);
  context.stroke();
  if (scale.spacing >= nearest) drawSteps(context, model, scale, colors);
  else drawColumns(context, model, scale, colors);
  drawMarks(context, model, scale, colors);
}

function drawSteps(
  context: CanvasRenderingContext2D,
  model: TimelineModel,
  scale: TimelineScale,
  colors: ThemeColors,
): void {
  context.strokeStyle = colors.line;
  context.lineWidth = 1.8;
  context.beginPath();
  let drawing = false;
  model.q.forEach((q, i) => {
    if (Number.isNaN(q)) {
      drawing = false;
      return;
    }
    if (drawing) context.lineTo(xOf(scale, i), yOf(model, q));
    else context.moveTo(xOf(scale, i), yOf(model, q));
    drawing = true;
  });
  context.stroke();
  model.q.forEach((q, i) => {
    const step = model.steps.at(i);
    const x = xOf(scale, i);
    if (step === undefined) return;
    if (Number.isNaN(q)) {
      if (step.action === null) return;
      // A person's step, or one without Q: a dash on the zero line.
      context.fillStyle = colors.dim;
      context.fillRect(x - 3, yOf(model, 0) - 1, 6, 2);
      return;
    }
    drawPoint(context, x, yOf(model, q), step.agreement, colors, Math.min(4, scale.spacing / 2.5));
  });
}

/** Agreement by shape as well as by colour: disc, square, diamond, cross. */
export function drawPoint(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  agreement: Agreement | null,
  colors: ThemeColors,
  size: number,
): void {
  context.beginPath();
  context.lineWidth = 1.6;
  switch (agreement) {
    case null:
    case 'both':
      context.arc(x, y, size * 0.9, 0, 2 * Math.PI);
      context.fillStyle = colors.line;
      context.fill();
      return;
    case 'prior':
      context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
      context.fillStyle = colors.ground;
      context.fill();
      context.strokeStyle = colors.line;
      context.stroke();
      return;
    case 'critic':
      context.moveTo(x, y - size * 1.25);
      context.lineTo(x + size * 1.25, y);
      context.lineTo(x, y + size * 1.25);
      context.lineTo(x - size * 1.25, y);
      context.closePath();
      context.fillStyle = colors.bad;
      context.fill();
      return;
    case 'neither':
      context.moveTo(x - size, y - size);
      context.lineTo(x + size, y + size);
      context.moveTo(x + size, y - size);
      context.lineTo(x - size, y + size);
      context.strokeStyle = colors.warn;
      context.lineWidth = 2;
      context.stroke();
  }
}

function drawColumns(
  context: CanvasRenderingContext2D,
  model: TimelineModel,
  scale: TimelineScale,
  colors: ThemeColors,
): void {
  const width = Math.ceil(scale.width);
  const least = new Float64Array(width).fill(Infinity);
  const most = new Float64Array(width).fill(-Infinity);
  const sum = new Float64Array(width);
  const known = new Uint32Array(width);
  const overruled = new Uint32Array(width);
  model.q.forEach((q, i) => {
    if (Number.isNaN(q)) return;
    const column = Math.min(width - 1, Math.floor(xOf(scale, i)));
    least[column] = Math.min(least[column], q);
    most[column] = Math.max(most[column], q);
    sum[column] += q;
    known[column]++;
    overruled[column] += model.overruled[i];
  });
  context.fillStyle = colors.line;
  context.globalAlpha = 0.3;
  for (let x = 0; x < width; x++) {
    if (known[x] === 0) continue;
    const top = yOf(model, most[x]);
    context.fillRect(x, top, 1, Math.max(1, yOf(model, least[x]) - top));
  }
  context.globalAlpha = 1;
  context.strokeStyle = colors.line;
  context.lineWidth = 1.4;
  context.beginPath();
  let drawing = false;
  for (let x = 0; x < width; x++) {
    if (known[x] === 0) continue;
    const y = yOf(model, sum[x] / known[x]);
    if (drawing) context.lineTo(x + 0.5, y);
    else context.moveTo(x + 0.5, y);
    drawing = true;
  }
  context.stroke();
  // The share of steps at which the critic overruled the prior, as a strip at the chart's foot.
  context.fillStyle = colors.bad;
  for (let x = 0; x < width; x++) {
    if (overruled[x] > 0) {
      const height = 1 + 4 * (overruled[x] / known[x]);
      context.fillRect(x, chartBottom + 4 - height, 1, height);
    }
  }
}

/** Breakpoints (disc), hits (triangle) and branches (fork) above the chart; the end's outcome at its right. */
function drawMarks(
  context: CanvasRenderingContext2D,
  model: TimelineModel,
  scale: TimelineScale,
  colors: ThemeColors,
): void {
  let lastHit = -Infinity;
  let lastBranch = -Infinity;
  let lastBreakpoint = -Infinity;
  model.marked.forEach((i) => {
    const step = model.steps.at(i);
    const x = xOf(scale, i);
    if (step === undefined) return;
    if (step.hits.length > 0 && x - lastHit >= 3) {
      lastHit = x;
      context.fillStyle = colors.bad;
      context.beginPath();
      context.moveTo(x - 4, marksTop - 8);
      context.lineTo(x + 4, marksTop - 8);
      context.lineTo(x, marksTop - 1);
      context.closePath();
      context.fill();
    } else if (step.breakpoint && x - lastBreakpoint >= 3) {
      lastBreakpoint = x;
      context.strokeStyle = colors.bad;
      context.lineWidth = 1.6;
      context.beginPath();
      context.arc(x, marksTop - 5, 3, 0, 2 * Math.PI);
      context.stroke();
    }
    if (step.branches.length > 0 && x - lastBranch >= 3) {
      lastBranch = x;
      const q = model.q[i];
      const y = Number.isNaN(q) ? yOf(model, 0) : yOf(model, q);
      context.strokeStyle = colors.line;
      context.lineWidth = 1.4;
      context.setLineDash([3, 2]);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 14, Math.max(chartTop - 6, y - 16));
      context.stroke();
      context.setLineDash([]);
    }
  });
}

export interface Overlay {
  readonly differs: Uint8Array;
  /** Index of the step under the cursor; -1 when it is not on this branch. */
  readonly cursor: number;
  /** Index of the step under the pointer; -1 when there is none. */
  readonly hover: number;
}

/** What changes while alpha is dragged or the cursor moves: marks of other choices, cursor, pointer. */
export function drawOverlay(
  canvas: HTMLCanvasElement,
  model: TimelineModel,
  scale: TimelineScale,
  colors: ThemeColors,
  { differs, cursor, hover }: Overlay,
): void {
  const context = prepared(canvas, scale.width);
  if (context === null) return;
  context.fillStyle = colors.warn;
  if (scale.spacing >= nearest) {
    context.beginPath();
    for (let i = 0; i < scale.count; i++) {
      if (differs[i] === 0) continue;
      const x = xOf(scale, i);
      context.moveTo(x, differencesTop);
      context.lineTo(x + 4, differencesTop + 8);
      context.lineTo(x - 4, differencesTop + 8);
      context.closePath();
    }
    context.fill();
  } else {
    // Steps lie evenly, so those of a pixel are a stretch; of long recordings many are added up in every frame.
    for (let x = side, from = 0; from < scale.count; x++) {
      const to = Math.min(scale.count, Math.max(from, Math.ceil((x + 1 - side) / scale.spacing)));
      let many = 0;
      for (let i = from; i < to; i++) many += differs[i];
      if (many > 0) {
        const height = 2 + 8 * (many / (to - from));
        context.fillRect(x, differencesTop + 10 - height, 1, height);
      }
      from = to;
    }
  }
  if (hover >= 0 && hover !== cursor) {
    context.strokeStyle = colors.dim;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(xOf(scale, hover), chartTop - 4);
    context.lineTo(xOf(scale, hover), chartBottom + 4);
    context.stroke();
  }
  if (cursor >= 0) {
    const x = xOf(scale, cursor);
    context.strokeStyle = colors.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, chartTop - 4);
    context.lineTo(x, chartBottom + 4);
    context.stroke();
    const q = model.q[cursor];
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, Number.isNaN(q) ? yOf(model, 0) : yOf(model, q), 6.5, 0, 2 * Math.PI);
    context.stroke();
  }
}
