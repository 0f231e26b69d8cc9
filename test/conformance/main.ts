import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
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
  const report = await conform({ folder, data: values.data }, console.log);
  report.print(console.log);
  return report.failed > 0 || report.passed === 0 ? 1 : 0;
}

void main().then((code) => {
  process.exitCode = code;
});
