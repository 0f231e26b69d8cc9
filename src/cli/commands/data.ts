import type { Command } from 'commander';
import { checkCatalogue } from '../../environments/webshop/checkCatalogue';
import type { CliContext } from '../context';
import { folderPath } from '../options';
import { printable } from '../terminal';

interface DataOptions {
  readonly cache?: string;
  readonly json?: boolean;
}

const examples = `
Exit code 0: the catalogue can be played; 1: the problems that keep it from that are listed, with file and place.

Examples:
  lac data webshop ~/webshop/data
  lac data webshop ~/webshop/data --cache ~/.cache/lac      keeps the index of a large catalogue for later`;

/** `lac data`: checks of the user's own data. */
export function dataCommand(program: Command, context: CliContext): void {
  program
    .command('data')
    .description('check data of your own')
    .command('webshop')
    .description('read every record of a WebShop catalogue (items_shuffle*.json and the files beside it)')
    .argument('<folder>', 'where the catalogue lies', folderPath)
    .option('--cache <folder>', 'folder in which the index of a large catalogue is kept', folderPath)
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', examples)
    .action(async (folder: string, { cache, json }: DataOptions) => {
      const { terminal, signal } = context;
      const report = await checkCatalogue(folder, {
        cacheFolder: cache ?? null,
        signal,
        onProgress: (fraction, what) => terminal.progress(fraction, what),
      });
      const { files, products, skipped, terms, goals, problems, problemCount, indexKept } = report;
      if (json === true) {
        terminal.line(
          JSON.stringify({ ...report, problems: problems.map(({ code, message }) => ({ code, message })) }),
        );
      } else {
        for (const file of files) terminal.line(terminal.style('dim', printable(file)));
        terminal.line(`${products} products, ${skipped} records left out, ${terms} terms in the index`);
        for (const [kind, count] of Object.entries(goals)) terminal.line(`${count} tasks of kind ${kind}`);
        if (indexKept) terminal.line('the index is kept');
        for (const problem of problems) terminal.line(terminal.style('red', printable(problem.message)));
        if (problemCount > problems.length) terminal.line(`... and ${problemCount - problems.length} more`);
        if (problemCount === 0) terminal.line(terminal.style('green', 'the catalogue can be played'));
      }
      process.exitCode = problemCount === 0 ? 0 : 1;
    });
}
