import { readFileSync } from 'node:fs';

/** A journal's lines without `at`, those of calls and prompt segments sorted: equal for equal seeds and calls. */
export function canonicalLines(file: string): string[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const strip = (line: Record<string, unknown>): string => JSON.stringify({ ...line, at: undefined });
  const free = lines.filter(({ type }) => type === 'call' || type === 'segment').map(strip);
  return [...lines.filter(({ type }) => type !== 'call' && type !== 'segment').map(strip), ...free.sort()];
}
