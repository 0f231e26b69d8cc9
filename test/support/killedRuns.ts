import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import { babyAiWords } from './babyAiWords';
import { runCli, startCli, type CliResult } from './cliProcess';
import { canonicalLines } from './journalLines';
import { ScriptedOllama } from './scriptedOllama';

/** What became of one killed run. */
export interface KilledRun {
  readonly requests: number;
  readonly milliseconds: number;
  /** `before`: no journal yet; `during`; `after`: the run was over. */
  readonly phase: 'before' | 'during' | 'after';
  /** Bytes of the line in flight, which a reader leaves out. */
  readonly torn: number;
  /** Everything that is wrong; empty when all is well. */
  readonly faults: readonly string[];
}

/** Requests of one call at most, which may have been answered without being recorded yet. */
const inFlight = 3;

/**
 * Kills runs of the real program against a server on loopback at moments of the caller's choice, opens what they left,
 * resumes it and holds the result to an undisturbed run.
 */
export class KilledRuns {
  private constructor(
    private readonly folder: string,
    private readonly ollama: ScriptedOllama,
    private readonly whole: readonly string[],
    private readonly wholeRequests: number,
    /** Requests of the undisturbed run in all. */
    readonly requests: number,
  ) {}

  static async prepare(folder: string): Promise<KilledRuns> {
    const ollama = await ScriptedOllama.start({ next: babyAiWords });
    const file = path.join(folder, 'whole.lac.jsonl');
    const done = await runCli(startArguments(ollama, file), folder);
    if (done.code !== 0) throw new Error(`the undisturbed run failed: ${done.stderr}`);
    return new KilledRuns(folder, ollama, canonicalLines(file), asked(ollama), generations(ollama));
  }

  /** Kills a run so many milliseconds after the server got the given number of requests. */
  async killAfter(requests: number, milliseconds: number): Promise<KilledRun> {
    const { folder, ollama } = this;
    const file = path.join(folder, 'killed.lac.jsonl');
    rmSync(file, { force: true });
    ollama.forget();
    const { child, ended } = await startCli(startArguments(ollama, file), folder);
    await Promise.race([ollama.came(requests).then(() => sleep(milliseconds)), ended]);
    child.kill('SIGKILL');
    const { signal } = await ended;
    const faults: string[] = [];
    if (!existsSync(file) || statSync(file).size === 0) {
      const again = await runCli(startArguments(ollama, file), folder);
      this.check(again, file, faults);
      return { requests, milliseconds, phase: 'before', torn: 0, faults };
    }
    const torn = await this.open(file, faults);
    const answered = asked(ollama, 'answered');
    ollama.forget();
    const resumed = await runCli(['run', '--resume', file, '-m', modelOf(ollama), '-q'], folder);
    this.check(resumed, file, faults);
    const again = answered + asked(ollama) - this.wholeRequests;
    if (again > inFlight) faults.push(`${again} answered requests were asked again`);
    return { requests, milliseconds, phase: signal === 'SIGKILL' ? 'during' : 'after', torn, faults };
  }

  /** What was left has to open; only the end of the file may be torn. */
  private async open(file: string, faults: string[]): Promise<number> {
    const source = fileSource(file);
    try {
      const { problems, end } = await readJournal(source);
      for (const { code, message } of problems) if (code !== 'trajectory.torn') faults.push(message);
      return statSync(file).size - end;
    } catch (error) {
      faults.push(String(error));
      return 0;
    } finally {
      await source.close();
    }
  }

  private check({ code, stderr }: CliResult, file: string, faults: string[]): void {
    if (code !== 0) {
      faults.push(`exit code ${String(code)}: ${stderr}`);
      return;
    }
    const lines = canonicalLines(file);
    if (JSON.stringify(lines) !== JSON.stringify(this.whole)) {
      const at = lines.findIndex((line, i) => line !== this.whole[i]);
      faults.push(`differs from the undisturbed run at line ${at}: ${(lines[at] ?? 'nothing').slice(0, 300)}`);
      faults.push(readFileSync(file, 'utf8').slice(-300));
    }
  }

  close(): Promise<void> {
    return this.ollama.close();
  }
}

function generations(ollama: ScriptedOllama): number {
  return ollama.requests.filter(({ path: at }) => at === '/api/generate').length;
}

/** Requests for the method's prompts, not those of opening the model. */
function asked(ollama: ScriptedOllama, state?: 'answered'): number {
  return ollama.requests.filter(
    (request) => request.prompt.length > 200 && (state === undefined || request.state === state),
  ).length;
}

function modelOf(ollama: ScriptedOllama): string {
  return `ollama:${ollama.modelName}@${ollama.url}`;
}

function startArguments(ollama: ScriptedOllama, file: string): readonly string[] {
  const tasks = ['-t', 'MixedTrainLocal/goto/17..18'];
  const size = ['--horizon', '2', '--candidates', '2', '--depth', '2'];
  return ['run', '-m', modelOf(ollama), ...tasks, ...size, '--out', file, '-q'];
}
