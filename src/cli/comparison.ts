import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { Terminal } from './terminal';

/** What a command that compares says when it succeeds: 0 equal, 1 different, 2 nothing could be compared. */
export async function exitAsCompared(terminal: Terminal, compare: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await compare()) ? 0 : 1;
  } catch (error) {
    if (isAbort(error) || !(error instanceof LacError)) throw error;
    terminal.note(messageOf(error));
    process.exitCode = 2;
  }
}
