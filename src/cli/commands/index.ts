import type { Command } from 'commander';
import type { CliContext } from '../context';
import { dapCommand } from './dap';
import { dataCommand } from './data';
import { diffCommand } from './diff';
import { evalCommand } from './eval';
import { exportCommand } from './export';
import { importCommand } from './import';
import { modelsCommand } from './models';
import { replayCommand } from './replay';
import { runCommand } from './run';
import { serveCommand } from './serve';
import { showCommand } from './show';
import { tasksCommand } from './tasks';

/** Adds every command of `lac`, in the order of its help. */
export function addCommands(program: Command, context: CliContext): void {
  for (const add of [
    runCommand,
    showCommand,
    replayCommand,
    diffCommand,
    importCommand,
    exportCommand,
    evalCommand,
    tasksCommand,
    modelsCommand,
    serveCommand,
    dataCommand,
    dapCommand,
  ]) {
    add(program, context);
  }
}
