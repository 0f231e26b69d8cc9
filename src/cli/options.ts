import { InvalidArgumentError, Option, type Command } from 'commander';
import { environmentIds } from '../environments/environment';
import { LacError } from '../errors/lacError';
import { decimalNumber, parameterFlags, parseParameter } from '../lac/parameterInput';
import { parameterSpecs, type ParameterName, type ParameterSpec } from '../lac/parameters';
import type { BudgetLimits } from '../models/calls/budget';
import { urlProblem } from '../models/endpoints';

/** A whole number from `least` to `most`; commander shows the message with the option's name. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`It takes a whole number ${range}.`);
    }
    return value;
  };
}

function positive(text: string): number {
  const value = finiteNumber(text);
  if (value === null || value <= 0) throw new InvalidArgumentError('It takes a positive number.');
  return value;
}

/** A number of at least 0. */
export function numberFromZero(text: string): number {
  const value = finiteNumber(text);
  if (value === null || value < 0) throw new InvalidArgumentError('It takes a number of at least 0.');
  return value;
}

function finiteNumber(text: string): number | null {
  const value = decimalNumber(text);
  return Number.isFinite(value) ? value : null;
}

/** The address of a server. */
export function serverUrl(text: string): string {
  const problem = urlProblem(text);
  if (problem !== undefined)
    throw new InvalidArgumentError('It takes an address that begins with http:// or https://.');
  return text;
}

/** A name that can stand behind `ollama:`. */
export function modelTag(text: string): string {
  if (!/^[^\s@]+$/.test(text)) throw new InvalidArgumentError('It takes a name without white space and "@".');
  return text;
}

/** What a file is called, without its folder. */
export function fileName(text: string): string {
  if (text.trim() === '' || /[/\\\u0000-\u001f]/.test(text)) {
    throw new InvalidArgumentError('It takes a name that is not empty, without folders; --out names the folder.');
  }
  return text;
}

/** A text that says something: an empty one would leave a gap in every message about it. */
export function nonEmpty(expected: string): (text: string) => string {
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError(`It takes ${expected}.`);
    return text;
  };
}

export const filePath = nonEmpty('the path of a file');
export const folderPath = nonEmpty('the path of a folder');
/** A recording: a file, or `-` for standard input. */
export const recordingPath = nonEmpty('the path of a file, or - for standard input');
/** The same where several can be named. */
export function recordingPaths(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), recordingPath(text)];
}

export const episodeName = nonEmpty('the id of an episode, for example e1');
export const branchName = nonEmpty('the id of a branch, for example b0');

export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A value of a parameter; commander shows what it has to be with the flag's name. */
function parameterValue(name: ParameterName): (text: string) => string | number {
  return (text) => {
    try {
      return parseParameter(name, text, 'command line');
    } catch (error) {
      if (error instanceof LacError) throw new InvalidArgumentError(`It takes ${error.args.expected}.`);
      throw error;
    }
  };
}

/** Adds a flag for every parameter of the method. */
export function addParameterOptions(command: Command): Command {
  for (const { name, flag, description } of parameterFlags()) {
    const spec: ParameterSpec = parameterSpecs[name];
    const choices = spec.kind === 'choice' ? ` One of: ${spec.choices.join(', ')}.` : '';
    const value = spec.kind === 'choice' ? 'choice' : spec.kind === 'integer' ? 'n' : 'number';
    command.option(`--${flag} <${value}>`, `${description}${choices}`, parameterValue(name));
  }
  return command;
}

/** The parameters that were given on the command line. */
export function givenParameters(
  options: Readonly<Record<string, unknown>>,
): Readonly<Partial<Record<ParameterName, unknown>>> {
  const given = parameterFlags().map(({ name }): [ParameterName, unknown] => [name, options[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

export function addTaskOptions(
  command: Command,
  { sets = 'one' }: { readonly sets?: 'one' | 'several' } = {},
): Command {
  command
    .option('-e, --environment <id>', environmentIds.join(', '), 'babyai-text')
    .addOption(
      new Option('-t, --task <id>', 'a task, or a range of seeds (MixedTestLocal/goto/0..9); repeatable')
        .argParser(collect)
        .default([], 'the first of the set'),
    );
  if (sets === 'one') command.option('-s, --set <id>', 'a task set (see: lac tasks)');
  else {
    command.addOption(
      new Option('-s, --set <id>', 'a task set (see: lac tasks); repeatable')
        .argParser(collect)
        .default([], 'the first'),
    );
  }
  return command
    .option('--first <n>', 'index of the first task of a set', wholeNumber(0), 0)
    .option('--count <n>', 'how many tasks of a set', wholeNumber(1))
    .option(
      '--data <folder>',
      "folder of the environment's own data files; without it the ones that ship are used",
      folderPath,
    )
    .option('--cache <folder>', "folder for cached indexes of --data's files", folderPath)
    .option('--variant <name>', 'another way to play: file (alfworld), react, lats, text or text_rich (webshop)');
}

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '-m, --model <name>',
      'embedded (ships with this program, knows BabyAI-Text), ollama:<tag>[@url] or openai:<name>@<url>',
      'embedded',
    )
    .option('--prompt-set <id>', 'a built-in prompt set (default: that of the environment and the model)')
    .option('--prompts <folder>', 'folder of *.lac-prompt.md files that replace built-in ones', folderPath);
}

export function addBudgetOptions(command: Command): Command {
  return command
    .option('--budget-calls <n>', 'stop after this many model calls', wholeNumber(1))
    .option('--budget-tokens <n>', 'stop after this many tokens', wholeNumber(1))
    .option('--budget-seconds <n>', 'stop after this many seconds of model time', positive);
}

export interface BudgetOptions {
  readonly budgetCalls?: number;
  readonly budgetTokens?: number;
  readonly budgetSeconds?: number;
}

export function budgetOf({ budgetCalls, budgetTokens, budgetSeconds }: BudgetOptions): BudgetLimits {
  return { calls: budgetCalls ?? null, tokens: budgetTokens ?? null, seconds: budgetSeconds ?? null };
}
