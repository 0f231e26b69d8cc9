import { babyAiText } from '../../src/environments/babyai/kind';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { startSession } from '../../src/episodes/stepping/open';
import type { DebugSession } from '../../src/episodes/stepping/session';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { babyAiWords } from '../support/babyAiWords';
import { openedOllama } from '../support/openedOllama';
import { ScriptedOllama } from '../support/scriptedOllama';
import { WrittenModel } from '../support/writtenModel';
import type { Bench, Figure } from './figure';

const steps = 64;

async function sessionWith(opened: OpenedModel): Promise<DebugSession> {
  const resources = { assets: '', dataFolder: null, cacheFolder: null };
  const environment = await babyAiText.open(resources);
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const given = { horizon: steps, depth: 2, candidates: 5, loopGuard: 0 };
  const parameters = parametersFor(babyAiText, 'embedded', given, 'bench');
  const prompts = new PromptsInForce(promptSetFor('babyai-text', 'embedded', []), task.type, null);
  const identity = { engine: 'bench', environment, model: describeModel(opened), parameters };
  const run = Run.create(null, identity, '2026-01-01T00:00:00Z');
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  const ports = { environment, calls, state: { truth: false }, clock: systemClock, wrap: null };
  return startSession(run, task, { parameters, prompts }, ports, new AbortController().signal);
}

async function playedSession(): Promise<DebugSession> {
  const model = new WrittenModel(babyAiWords);
  const session = await sessionWith({ endpoints: [{ name: 'written', model, parallel: 1 }], wrap: null });
  await session.continue();
  return session;
}

/** Milliseconds from the end of a session to the moment at which a server that says nothing sees the call hung up. */
async function hangUp(): Promise<Figure> {
  const times: number[] = [];
  while (times.length < 5) {
    const ollama = await ScriptedOllama.start({ next: babyAiWords });
    try {
      const session = await sessionWith(await openedOllama(ollama));
      ollama.forget();
      ollama.next({ play: 'silence' });
      const moved = session.continue();
      const [request] = await ollama.came(1);
      const start = performance.now();
      const closed = session.close();
      times.push((await request.over) - start);
      await Promise.all([closed, moved]);
    } finally {
      await ollama.close();
    }
  }
  return {
    name: 'debugger.hangUp',
    value: Math.max(...times),
    unit: 'ms',
    aim: { direction: 'at-most', value: 100 },
    note: `the end of a session until the server sees its call hung up, slowest of ${times.length}`,
  };
}

/** Milliseconds of each step back over a whole episode; the value is the 95th percentile. */
async function stepsBack(session: DebugSession, name: string, note: string): Promise<Figure> {
  await session.showBranch('b0');
  const times: number[] = [];
  while (session.node.step > 0) {
    const start = performance.now();
    await session.stepBack();
    session.view();
    session.transcript();
    times.push(performance.now() - start);
  }
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return {
    name,
    value: quantile(0.95),
    unit: 'ms',
    aim: { direction: 'at-most', value: 50 },
    note: `${note}, 95th percentile of ${times.length}; median ${quantile(0.5).toFixed(2)} ms, slowest ${quantile(1).toFixed(1)} ms`,
  };
}

/** Stepping back through a recorded episode, with what a debugger shows at each stop; and ending a session in a call. */
export const bench: Bench = async () => {
  const session = await playedSession();
  const plain = await stepsBack(session, 'debugger.stepBack', `an episode of ${session.line.length - 1} steps`);
  session.breakpoints.set('all', [
    { target: { kind: 'prompt', part: 'critic', line: 2 }, condition: 'Q < -1000' },
    { target: { kind: 'action', pattern: '*' }, condition: 'step > 1000' },
  ]);
  const watched = await stepsBack(
    session,
    'debugger.stepBackWatched',
    'with breakpoints on a prompt line and on actions',
  );
  return [plain, watched, await hangUp()];
};
