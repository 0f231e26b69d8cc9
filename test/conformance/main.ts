import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LacError } from '../../src/errors/lacError';
import type { Conformance } from './report';

/** Subjects that can be held against recordings, each loaded when it is asked for. */
const subjects: Readonly<Record<string, () => Promise<Conformance>>> = {
  'babyai-text': async () => (await import('./babyai-text')).conform,
  alfworld: async () => (await import('./alfworld')).conform,
  webshop: async () => (await import('./webshop')).default,
  gguf: async () => (await import('./gguf')).conform,
  babyai: async () => (await import('./babyai-text')).conform,
};

const usage = `npm run conformance -- <${Object.keys(subjects).join('|')}> <folder of recordings> [--data <folder>]`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } });
  const [subject, folder] = positionals;
  const load = subject === undefined ? undefined : subjects[subject];
  if (load === undefined || folder === undefined) {
    console.error(`usage: ${usage}`);
    return 2;
  }
  for (const needed of [folder, values.data]) {
    if (needed !== undefined && !existsSync(needed)) {
      console.error(`There is no folder ${needed}.`);
      return 2;
    }
  }
  const conform = await load();
  const report = await conform({ folder, data: dataOf(subject, values.data) }, console.log);
  report.print(console.log);
  return report.failed > 0 || report.passed === 0 ? 1 : 0;
}

/** The subject's own data where a folder holds that of several subjects. */
function dataOf(subject: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const own = path.join(folder, subject);
  return existsSync(own) ? own : folder;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof LacError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  },
);
