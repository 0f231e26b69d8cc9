import type { Command } from 'commander';
import { LacDebugAdapter } from '../../debugAdapter/adapter';
import { serveStreams } from '../../debugAdapter/streams';
import type { CliContext } from '../context';
import { debugHost } from '../debugHost';
import { addBudgetOptions, budgetOf, type BudgetOptions } from '../options';

const help = `
Standard input and output carry the protocol; one process debugs one episode.

Arguments of "launch":
  environment   babyai-text (default), alfworld or webshop
  task          a task of it (see: lac tasks); without one the first
  variant       another way to play: file (alfworld), react, lats, text or text_rich (webshop)
  model         embedded (default), ollama:<tag>[@url] or openai:<name>@<url>
  method        lac, react, ...; as "method" in "parameters"
  parameters    { "alpha": 2, "depth": 1 }
  prompts       folder of *.lac-prompt.md files that replace built-in ones
  data          folder of the environment's own data files
  trajectory    file to record in (default: .lac/runs/<environment>-<time>.lac.jsonl)
  stopOnEntry   true (default): stand still before the first step
With "mode": "replay", or by "attach", a recording is stepped through, without a model:
  trajectory    the recording
  episode       e1, e2, ...; without one the first`;

/** `lac dap`: the debug adapter for editors other than VS Code. */
export function dapCommand(program: Command, context: CliContext): void {
  const command = program
    .command('dap')
    .description('debug an episode by the Debug Adapter Protocol, over standard input and output');
  addBudgetOptions(command)
    .addHelpText('after', help)
    .action(async (options: BudgetOptions) => {
      try {
        await serveStreams(new LacDebugAdapter(debugHost(context, budgetOf(options))), process.stdin, process.stdout);
      } finally {
        // What is left of the input would keep the process alive.
        process.stdin.destroy();
      }
    });
}
