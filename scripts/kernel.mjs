// Compiles the embedded model's kernel: AssemblyScript to WebAssembly, `node scripts/kernel.mjs [outfile]`.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { main } from 'assemblyscript/asc';

const folder = path.join('src', 'models', 'embedded', 'kernel');
const outfile = process.argv[2] ?? path.join(folder, 'kernel.wasm');
mkdirSync(path.dirname(outfile), { recursive: true });
const { error, stderr } = await main([
  path.join(folder, 'kernel.ts'),
  '--outFile',
  outfile,
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--enable',
  'simd',
  '--use',
  'abort=',
]);
if (error) {
  process.stderr.write(stderr.toString());
  throw error;
}
