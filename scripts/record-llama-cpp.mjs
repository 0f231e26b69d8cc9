// Records what llama.cpp says about a model file, for `npm run conformance -- gguf <folder>`:
// `node scripts/record-llama-cpp.mjs <model.gguf> <texts.jsonl> [recording.jsonl.gz]`, texts being JSON strings, one a
// line. Needs node-llama-cpp, here or in the folder LLAMA_CPP_MODULES. CPU, one thread, each text as one batch.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const TOP = 20;
const [file, textsFile, recording = file?.replace(/\.gguf$/, '.jsonl.gz')] = process.argv.slice(2);
if (file === undefined || textsFile === undefined) {
  throw new Error('usage: node scripts/record-llama-cpp.mjs <model.gguf> <texts.jsonl> [recording.jsonl.gz]');
}
const folder = process.env.LLAMA_CPP_MODULES ?? process.cwd();
const entry = path.resolve(folder, 'node_modules/node-llama-cpp/dist/index.js');
if (!existsSync(entry)) throw new Error(`node-llama-cpp is not in ${folder}; LLAMA_CPP_MODULES names another folder`);
const { getLlama } = await import(pathToFileURL(entry).href);

const texts = readFileSync(textsFile, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
const model = await llama.loadModel({ modelPath: path.resolve(file), gpuLayers: 0 });
const tokenized = texts.map((text) => ({ kind: 'tokenize', text, tokens: model.tokenize(text, false) }));
const longest = Math.max(...tokenized.map(({ tokens }) => tokens.length));
const context = await model.createContext({ contextSize: longest + 8, batchSize: longest + 8, threads: 1 });
const sequence = context.getSequence();
const next = [];
for (const { tokens } of tokenized) {
  if (tokens.length === 0) continue;
  await sequence.clearHistory();
  const asked = [tokens.at(-1), { generateNext: { probabilities: true, options: { temperature: 0 } } }];
  const outputs = await sequence.controlledEvaluate([...tokens.slice(0, -1), asked]);
  const probabilities = [...outputs.at(-1).next.probabilities];
  next.push({
    kind: 'next',
    tokens,
    top: probabilities
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([token, probability]) => [token, Math.log(probability)]),
    total: probabilities.reduce((sum, [, probability]) => sum + probability, 0),
  });
}
await llama.dispose();
writeFileSync(recording, gzipSync([...tokenized, ...next].map((row) => `${JSON.stringify(row)}\n`).join('')));
console.log(`${recording}: ${tokenized.length} texts, ${next.length} distributions`);
