import type { LanguageModel } from '../../src/lac/languageModel';
import { babyAiWords } from '../support/babyAiWords';
import { ScriptedOllama } from '../support/scriptedOllama';
import { ScriptedOpenAi } from '../support/scriptedOpenAi';
import type { ScriptedServer } from '../support/scriptedServer';
import { lineAfter, modelOfOllama, modelOfOpenAi } from '../support/servedModel';
import type { Bench, Figure } from './figure';

const repeats = 10;

interface Served {
  readonly server: ScriptedServer;
  readonly model: LanguageModel;
}

const backEnds: Readonly<Record<string, () => Promise<Served>>> = {
  ollama: async () => {
    const server = await ScriptedOllama.start({ next: babyAiWords });
    return { server, model: await modelOfOllama(server) };
  },
  openai: async () => {
    const server = await ScriptedOpenAi.start({ next: babyAiWords });
    return { server, model: await modelOfOpenAi(server) };
  },
};

/** Milliseconds from the abort of a call to the moment at which the server sees its socket close. */
async function hangUp({ server, model }: Served, phase: 'waiting' | 'streaming'): Promise<number> {
  server.next({ play: phase === 'waiting' ? 'silence' : 'step-by-step' });
  const abort = new AbortController();
  let heard: () => void = () => undefined;
  const token = new Promise<void>((resolve) => (heard = resolve));
  const ended = model.generate(lineAfter('Action:'), { signal: abort.signal, onToken: () => heard() }).then(
    () => 'answered',
    () => 'cancelled',
  );
  const [seen] = await server.came(1);
  if (phase === 'streaming') {
    server.release();
    await token;
  }
  const start = performance.now();
  abort.abort();
  const milliseconds = (await seen.over) - start;
  if ((await ended) !== 'cancelled') throw new Error('the call was answered');
  return milliseconds;
}

/** How soon a cancelled call reaches the socket, before the headers and while its answer streams. */
export const bench: Bench = async () => {
  const figures: Figure[] = [];
  for (const [name, open] of Object.entries(backEnds)) {
    for (const phase of ['waiting', 'streaming'] as const) {
      let slowest = 0;
      for (let i = 0; i < repeats; i++) {
        const served = await open();
        slowest = Math.max(slowest, await hangUp(served, phase));
        await served.model.dispose();
        await served.server.close();
      }
      figures.push({
        name: `cancellation.${name}.${phase}`,
        value: slowest,
        unit: 'ms',
        aim: { direction: 'at-most', value: 100 },
        note: `the abort of a call until the server sees its socket close, slowest of ${repeats}`,
      });
    }
  }
  return figures;
};
