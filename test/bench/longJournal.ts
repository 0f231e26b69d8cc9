import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

type Line = Record<string, unknown> & { type: string };

const idPattern = /"([0-9a-f]{64}|[0-9a-f]{16})"/g;

/**
 * Writes a journal of about as many steps as asked for by repeating the steps of a real recording: every line keeps its
 * real size and form, while ids of calls, segments, nodes and steps go on counting. One episode, one branch. Where the
 * whole would be longer than `most` bytes, calls and segments are thinned out, never the lines that columns are read
 * from. Returns the number of steps and bytes, and of how many calls and segments one was kept.
 */
export function writeLongJournal(
  real: string,
  target: string,
  steps: number,
  most: number,
): { steps: number; bytes: number; oneOf: number } {
  const lines = readFileSync(real, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ text: line, value: JSON.parse(line) as Line }));
  const start = lines.findIndex(({ value }) => value.type === 'episode');
  const body = lines.slice(start + 1).filter(({ value }) => value.type !== 'end' && value.type !== 'prompts');
  const period = body.filter(({ value }) => value.type === 'step').length;
  const whole = (body.reduce((all, { text }) => all + text.length, 0) / period) * steps;
  const oneOf = Math.max(1, Math.ceil(whole / most));
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
  let counter = 0;
  for (let round = 0; written < steps; round++) {
    const shift = written;
    for (const { text, value } of body) {
      if ((value.type === 'call' || value.type === 'segment') && counter++ % oneOf !== 0) continue;
      if (value.type === 'step') {
        if (written >= steps) break;
        written++;
      }
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
  return { steps: written, bytes, oneOf };
}

/** Another id of the same form, so that rounds have calls and segments of their own. */
function rotated(id: string, round: number): string {
  const head = (Number.parseInt(id.slice(0, 8), 16) ^ Math.imul(round, 0x9e3779b1)) >>> 0;
  return head.toString(16).padStart(8, '0') + id.slice(8);
}
