import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

type Line = Record<string, unknown> & { type: string };

const idPattern = /"([0-9a-f]{64}|[0-9a-f]{16})"/g;

/** Events whose numbers stand in the index's columns. */
const columnEvents: ReadonlySet<unknown> = new Set(['prior', 'improvement', 'choice']);

/** Whether columns can do without a line: a call, a segment, or an event that is only looked at in its own step. */
function isDetail({ type, event }: Line): boolean {
  if (type === 'call' || type === 'segment') return true;
  return type === 'event' && typeof event === 'object' && event !== null && 'type' in event
    ? !columnEvents.has(event.type)
    : false;
}

/** How many steps make a long journal of a real recording longer than so many bytes. */
export function stepsBeyond(real: string, bytes: number): number {
  const text = readFileSync(real, 'utf8');
  const period = text.split('"type":"step"').length - 1;
  return Math.ceil((bytes / text.length) * 1.05 * period);
}

/**
 * Writes a journal of about as many steps as asked for by repeating the steps of a real recording: every line keeps its
 * real size and form, while ids of calls, segments, nodes and steps go on counting. One episode, one branch. Where the
 * whole would be longer than `most` bytes, only a share of the decisions keeps its details (calls, segments, rollouts), the
 * first one and others evenly spread; the lines that columns are read from stay. Returns the number of steps and bytes, and that share.
 * Throws where the columns' lines alone are longer.
 */
export function writeLongJournal(
  real: string,
  target: string,
  steps: number,
  most: number,
): { steps: number; bytes: number; share: number } {
  const lines = readFileSync(real, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ text: line, value: JSON.parse(line) as Line }));
  const start = lines.findIndex(({ value }) => value.type === 'episode');
  const body = lines
    .slice(start + 1)
    .filter(({ value }) => value.type !== 'end' && value.type !== 'prompts')
    .map((line) => ({ ...line, detail: isDetail(line.value) }));
  const period = body.filter(({ value }) => value.type === 'step').length;
  const bytesOf = (detail: boolean): number =>
    (body.reduce((all, each) => all + (each.detail === detail ? Buffer.byteLength(each.text) + 1 : 0), 0) / period) *
    steps;
  // Numbers of nodes and steps grow longer than those of the recording.
  const room = most * 0.97 - bytesOf(false);
  if (room < 0) throw new Error(`${steps} steps have more than ${most} bytes without any of their calls`);
  const share = Math.min(1, room / bytesOf(true));
  const file = openSync(target, 'w');
  let bytes = 0;
  let pending: string[] = [];
  let size = 0;
  const flush = (): void => {
    const buffer = Buffer.from(pending.join(''));
    writeSync(file, buffer);
    bytes += buffer.length;
    pending = [];
    size = 0;
  };
  const put = (text: string): void => {
    pending.push(`${text}\n`);
    size += text.length;
    if (size > 1 << 22) flush();
  };
  for (const { text } of lines.slice(0, start + 1)) put(text);
  let written = 0;
  let decisions = 0;
  let whole = true;
  for (let round = 0; written < steps; round++) {
    const shift = written;
    for (const { text, value, detail } of body) {
      if (value.type === 'decision') {
        if (written >= steps) break;
        whole = Math.ceil((decisions + 1) * share) > Math.ceil(decisions * share);
        decisions++;
      }
      if (detail && !whole) continue;
      if (value.type === 'step') written++;
      const moved = text
        .replace(
          /"(node|from|step)":(\d+)/g,
          (_, name: string, number: string) => `"${name}":${Number(number) + shift}`,
        )
        .replace(/"status":"(?:success|failure|limit)"/, '"status":"running"');
      put(round === 0 ? moved : moved.replace(idPattern, (_, id: string) => `"${rotated(id, round)}"`));
    }
  }
  flush();
  closeSync(file);
  return { steps: written, bytes, share };
}

/** Another id of the same form, so that rounds have calls and segments of their own. */
function rotated(id: string, round: number): string {
  const head = (Number.parseInt(id.slice(0, 8), 16) ^ Math.imul(round, 0x9e3779b1)) >>> 0;
  return head.toString(16).padStart(8, '0') + id.slice(8);
}
