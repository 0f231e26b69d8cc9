import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cliBundle } from './bundled';

export interface CliResult {
  /** null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `lac` process that is under way. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** Starts `lac` with arguments in a folder, with the Node of this process and nothing on standard input unless given. */
export async function startCli(
  args: readonly string[],
  folder: string,
  node: string = process.execPath,
  input: string | Uint8Array = '',
): Promise<CliProcess> {
  const bundle = await cliBundle();
  const child = spawn(node, [bundle, ...args], { cwd: folder, stdio: 'pipe' });
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }));
  return { child, ended };
}

/** Runs `lac` to its end. */
export async function runCli(args: readonly string[], folder: string, node?: string): Promise<CliResult> {
  return (await startCli(args, folder, node)).ended;
}
