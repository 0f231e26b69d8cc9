import { InvalidArgumentError, type Command } from 'commander';
import path from 'node:path';
import { LacError } from '../../errors/lacError';
import { Campaign, type CampaignProgress } from '../../evaluation/campaign';
import { cellsOf, cellsOfPart, crossed, type Axis, type Cell, type Part, type Suite } from '../../evaluation/plan';
import { babyAiTable, groupOf, presetNames, type PresetName } from '../../evaluation/presets';
import { summarize, type Played } from '../../evaluation/summary';
import { markdownTable, plainTable, tablesOf } from '../../evaluation/tables';
import { describeModel, openEnvironment, resourcesFor, type OpenedModel } from '../../episodes/launch';
import type { EnvironmentKind, EnvironmentResources } from '../../environments/environment';
import { isParameterName, nearest, parameterFlags, parseParameter } from '../../lac/parameterInput';
import { parameterNames, type ParameterName } from '../../lac/parameters';
import { promptSetChosen, promptWarnings } from '../composition';
import type { CliContext } from '../context';
import {
  addBudgetOptions,
  addModelOptions,
  addParameterOptions,
  addTaskOptions,
  budgetOf,
  collect,
  folderPath,
  givenParameters,
  nonEmpty,
  type BudgetOptions,
} from '../options';
import { chosenTasks, requireTaskAt, taskSetNamed } from '../tasks';
import { refuseBeside, refuseWithout } from '../unusedFlags';

interface EvalOptions extends BudgetOptions {
  readonly preset?: PresetName;
  readonly environment: string;
  readonly task: readonly string[];
  readonly set: readonly string[];
  readonly first: number;
  readonly count?: number;
  readonly data?: string;
  readonly cache?: string;
  readonly variant?: string;
  readonly model: string;
  readonly prompts?: string;
  readonly promptSet?: string;
  readonly methods?: string;
  readonly vary: readonly string[];
  readonly baseline?: string;
  readonly only?: string;
  readonly part?: Part;
  readonly out?: string;
  readonly report?: boolean;
  readonly truth?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

const usualCount = 10;
const usualBaseline = 'method=prior';

const examples = `
Every variant plays every task in episodes of its own, one journal for each variant and task set. What is recorded in the
folder is not played again: give the same command after a stop, or from several processes with --part 1/2 and --part 2/2.

Examples:
  lac eval --methods prior,lac --count 20
  lac eval --methods prior,lac --vary loopGuard=0,30 -s "MixedTestLocal/go to" -s "MixedTestLocal/pick up"
  lac eval --vary alpha=0,0.5,1,2,5 --baseline alpha=0 --count 60 --markdown
  lac eval --preset babyai-table --out runs/table --part 1/2
  lac eval --preset babyai-table --out runs/table --report --markdown
  lac eval -e alfworld -s valid_unseen -m ollama:qwen3:4b --methods react,lac --count 134`;

/** `lac eval`: many tasks, several methods, statistics. */
export function evalCommand(program: Command, context: CliContext): void {
  const command = program.command('eval').description('compare methods and parameters over many tasks');
  addParameterOptions(addBudgetOptions(addModelOptions(addTaskOptions(command, { sets: 'several' }))))
    .option('--preset <name>', `a whole campaign: ${presetNames.join(', ')}`, presetName)
    .option('--methods <names>', 'methods to compare, parted by commas')
    .option('--vary <parameter=values>', 'values of a parameter to compare, parted by commas; repeatable', collect, [])
    .option(
      '--baseline <parameter=value>',
      `what the others are compared with (default: ${usualBaseline}); none for no comparison`,
    )
    .option('--only <text>', 'only what holds this in <suite>/<variant>/<task set>', nonEmpty('a part of a name'))
    .option('--part <i/n>', 'only this share of the work', part)
    .option('-o, --out <folder>', 'where journals and measures are kept (default: .lac/evaluations/<name>)', folderPath)
    .option('--report', 'play nothing; show what is recorded')
    .option('--truth', 'ask the planner also outside BabyAI-Text, to judge values')
    .option('--markdown', 'tables in Markdown')
    .option('--json', 'one JSON object with a row for each variant and type of task')
    .addHelpText('after', examples)
    .action((options: EvalOptions, command: Command) => {
      refuseUnused(command, options);
      return evaluate(context, options, givenParameters({ ...options }));
    });
}

/** What a preset decides by itself. */
const presetDecides = ['--task', '--set', '--first', '--count', '--methods', '--method', '--loop-guard', '--vary'];
/** What is of use for playing alone. */
const ofPlaying = [
  '--only',
  '--part',
  '--model',
  '--prompts',
  '--prompt-set',
  '--budget-calls',
  '--budget-tokens',
  '--budget-seconds',
  ...parameterFlags().map(({ flag }) => `--${flag}`),
];

function refuseUnused(command: Command, { preset, task, report: noPlay, json, methods, vary }: EvalOptions): void {
  if (preset !== undefined) {
    const hint = 'The preset says which tasks and variants are played and compared.';
    refuseBeside(command, `--preset ${preset}`, [...presetDecides, '--baseline'], hint);
  } else {
    if (task.length > 0) refuseWithout(command, '--set', ['--first', '--count']);
    // Two methods are compared where nothing else is.
    if (methods === undefined && vary.length === 0) refuseWithout(command, '--vary', ['--method']);
  }
  refuseWithout(command, '--data', ['--cache']);
  if (noPlay === true)
    refuseBeside(command, '--report', ofPlaying, 'A report shows all that is recorded, as it was played.');
  if (json === true) refuseBeside(command, '--json', ['--markdown'], 'JSON holds no tables.');
}

function presetName(text: string): PresetName {
  const found = presetNames.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`There are: ${presetNames.join(', ')}.`);
  return found;
}

function part(text: string): Part {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const read = { index: Number(index), count: Number(count) };
  if (index === undefined || read.index < 1 || read.index > read.count) {
    throw new InvalidArgumentError('It takes <number>/<parts>, for example 2/4.');
  }
  return read;
}

async function evaluate(
  context: CliContext,
  options: EvalOptions,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { terminal, signal } = context;
  const { preset, environment, data = null, cache = null, variant = null } = options;
  if (preset !== undefined && environment !== 'babyai-text') {
    const hint = 'The preset is a campaign of BabyAI-Text.';
    throw new LacError('cli.conflict', { first: `--preset ${preset}`, second: `--environment ${environment}`, hint });
  }
  const resources = resourcesFor(environment, context.assets, { data, cache, variant });
  const opened = await openEnvironment(environment, resources, signal);
  const folder = options.out ?? path.join('.lac', 'evaluations', preset ?? environment);
  let model: Promise<OpenedModel> | undefined;
  const openModel = (): Promise<OpenedModel> => (model ??= context.models.open(options.model, signal));
  try {
    const suites =
      preset === undefined
        ? [await ownSuite(opened.kind, resources, options, given, signal)]
        : babyAiTable(await opened.kind.taskSets(resources, signal), await mayThink(options, openModel));
    const told = new Set<string>();
    const campaign = new Campaign({
      opened,
      model: openModel,
      prompts: (description) => {
        const set = promptSetChosen({ ...options, model: description });
        for (const warning of promptWarnings(set).filter((each) => !told.has(each))) {
          told.add(warning);
          terminal.note(warning);
        }
        return set;
      },
      given,
      clock: context.clock,
      engine: context.version,
      folder,
      truth: options.truth === true || environment === 'babyai-text',
      budget: budgetOf(options),
      onWarning: (warning) => terminal.note(warning.message),
    });
    const cells = chosenCells(cellsOf(suites), options);
    if (options.report !== true) await playCells(context, campaign, cells);
    const reported = await report(context, campaign, suites, options);
    terminal.note(reported ? `kept in ${folder}` : `nothing is recorded in ${folder}`);
  } catch (error) {
    if (model !== undefined) terminal.note(`What was played is in ${folder}; the same command goes on with it.`);
    throw error;
  } finally {
    await opened.environment.dispose();
    if (model !== undefined) await Promise.all((await model).endpoints.map((endpoint) => endpoint.model.dispose()));
  }
}

/** Whether the model may think: one that knows a single text may not. A report shows whatever was played, by any model. */
async function mayThink({ report }: EvalOptions, openModel: () => Promise<OpenedModel>): Promise<boolean> {
  return report === true || describeModel(await openModel()).transcript === undefined;
}

/** The suite that the options describe. */
async function ownSuite(
  kind: EnvironmentKind,
  resources: EnvironmentResources,
  options: EvalOptions,
  given: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Suite> {
  const { first, count = usualCount, task } = options;
  const choice = { tasks: task, set: null, first, count: null };
  const named = task.length === 0 ? [] : [{ set: 'named', tasks: await chosenTasks(kind, resources, choice, signal) }];
  const sets = await kind.taskSets(resources, signal);
  const wanted = options.set.map((id) => taskSetNamed(sets, id, kind.id));
  const usual = named.length === 0 && wanted.length === 0 ? sets.slice(0, 1) : wanted;
  for (const set of usual) requireTaskAt(set, first);
  const axes = axesOf(options, given);
  return {
    id: 'comparison',
    title: kind.title,
    groups: [...named, ...usual.map((set) => groupOf(set, first, count))],
    variants: crossed(axes),
    baseline: baselineOf(options, axes),
  };
}

/** The values to compare; without any, LAC and the prior. */
function axesOf({ methods, vary }: EvalOptions, given: Readonly<Record<string, unknown>>): readonly Axis[] {
  const axes: Axis[] = [];
  const flags = new Map<ParameterName, string>(
    parameterFlags().flatMap(({ name, flag }) => (name in given ? [[name, `--${flag}`]] : [])),
  );
  const add = (flag: string, text: string, name: string, values: string): void => {
    const added = axis(flag, text, name, values);
    const before = flags.get(added.name);
    if (before !== undefined) {
      const hint = 'Name all values of a parameter in one place, parted by commas.';
      throw new LacError('cli.conflict', { first: before, second: `${flag} ${text}`, hint });
    }
    flags.set(added.name, `${flag} ${text}`);
    axes.push(added);
  };
  if (methods !== undefined) add('--methods', methods, 'method', methods);
  for (const text of vary) {
    const [name = '', values = ''] = text.split(/=(.*)/s);
    add('--vary', text, name, values);
  }
  return axes.length > 0 ? axes : [{ name: 'method', values: ['prior', 'lac'] }];
}

function axis(flag: string, text: string, name: string, values: string): Axis {
  if (!isParameterName(name)) {
    const near = nearest(name, parameterNames);
    const reason = `there is no parameter "${name}"${near === null ? '' : ` (did you mean "${near}"?)`}`;
    throw new LacError('evaluation.variation', { value: text, reason });
  }
  if (values === '') throw new LacError('evaluation.variation', { value: text, reason: 'it names no value' });
  const read = values.split(',').map((value) => parseParameter(name, value, `${flag} ${text}`));
  return { name, values: [...new Set(read)] };
}

function baselineOf({ baseline: asked }: EvalOptions, axes: readonly Axis[]): Suite['baseline'] {
  const baseline = asked ?? usualBaseline;
  if (baseline === 'none') return null;
  const [name = '', text = ''] = baseline.split(/=(.*)/s);
  if (!isParameterName(name)) throw new LacError('evaluation.baseline', { value: baseline });
  const value = parseParameter(name, text, `--baseline ${baseline}`);
  const tried = axes.some((each) => each.name === name && each.values.includes(value));
  if (tried) return { name, value };
  // The usual baseline need not be among the variants; one that was asked for has to be.
  if (asked === undefined) return null;
  throw new LacError('evaluation.baseline', { value: baseline });
}

function chosenCells(all: readonly Cell[], { only, part: share }: EvalOptions): readonly Cell[] {
  const own = share === undefined ? all : cellsOfPart(all, share);
  if (only === undefined) return own;
  const found = own.filter(({ suite, variant, group }) =>
    `${suite.id}/${variant.id}/${group.set}`.toLowerCase().includes(only.toLowerCase()),
  );
  if (found.length === 0) {
    const names = new Set(all.flatMap(({ suite, variant, group }) => [suite.id, variant.id, group.set]));
    throw new LacError('evaluation.nothing', { what: `"${only}"`, known: [...names].join('; ') });
  }
  return found;
}

async function playCells({ terminal, signal }: CliContext, campaign: Campaign, cells: readonly Cell[]): Promise<void> {
  const total = cells.reduce((sum, { group }) => sum + group.tasks.length, 0);
  let before = 0;
  for (const [index, cell] of cells.entries()) {
    const name = `${cell.group.set} · ${cell.variant.id}`;
    const show = ({ over, solved, tasks, steps }: CampaignProgress): void => {
      const text = `${index + 1}/${cells.length} ${name} · task ${over + 1}/${tasks}, ${solved} solved, step ${steps}`;
      terminal.progress((before + over) / Math.max(1, total), text);
    };
    const known = campaign.finished(cell) !== undefined;
    const episodes = await campaign.play(cell, signal, show);
    const solved = episodes.filter(({ success }) => success).length;
    if (!known) terminal.note(`${index + 1}/${cells.length} ${name}: ${solved} of ${episodes.length} solved`);
    before += cell.group.tasks.length;
  }
  terminal.clearProgress();
}

/** Prints what has been played; false when nothing has. */
async function report(
  { terminal, signal }: CliContext,
  campaign: Campaign,
  suites: readonly Suite[],
  options: EvalOptions,
): Promise<boolean> {
  const rows = [];
  for (const suite of suites) {
    const played: Played[] = [];
    for (const cell of cellsOf([suite])) {
      terminal.progress(null, `measuring ${cell.group.set} · ${cell.variant.id}`);
      played.push({ variant: cell.variant, episodes: await campaign.measure(cell, new Map(), signal) });
    }
    const summary = summarize(suite, played);
    rows.push(...summary);
    if (options.json === true || summary.every(({ episodes }) => episodes === 0)) continue;
    for (const table of tablesOf(suite, summary)) {
      for (const line of options.markdown === true ? markdownTable(table) : plainTable(table)) terminal.line(line);
      terminal.line();
    }
  }
  if (options.json === true) terminal.line(JSON.stringify({ rows }));
  return rows.some(({ episodes }) => episodes > 0);
}
