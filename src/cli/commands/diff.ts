import type { Command } from 'commander';
import { LacError } from '../../errors/lacError';
import { formatValue, type StepView } from '../../expressions';
import { compareTrajectories, promptPairs, type ComparedSide, type Comparison } from '../../trajectories/compare';
import type { Aspect, SideSummary } from '../../trajectories/comparedFacts';
import { exitAsCompared } from '../comparison';
import { amount } from '../amount';
import type { CliContext } from '../context';
import { openNoted, type OpenedRecording } from '../openedRecording';
import { branchName, episodeName, numberFromZero, recordingPath } from '../options';
import { noEpisode } from '../recordings';
import { printable } from '../terminal';

interface DiffOptions {
  readonly episode?: string;
  readonly branch: string;
  readonly against?: string;
  readonly tolerance: number;
  readonly json?: boolean;
}

const examples = `
Exit code 0: equal; 1: different; 2: could not be compared. Recordings of other formats are imported first.

Examples:
  lac diff before.lac.jsonl after.lac.jsonl
  lac diff run.lac.jsonl run.lac.jsonl --episode e1 --branch b0 --against b1
  lac diff before.lac.jsonl after.lac.jsonl --tolerance 1e-6 --json`;

/** `lac diff`: two recordings or branches step by step. */
export function diffCommand(program: Command, context: CliContext): void {
  program
    .command('diff')
    .description('compare two recordings or branches from their common start')
    .argument('<a>', 'a recording', recordingPath)
    .argument('<b>', 'the other', recordingPath)
    .option(
      '--episode <id>',
      'only this episode (e1, e2, ...); otherwise each with the one of the same number',
      episodeName,
    )
    .option('--branch <id>', 'the branch', branchName, 'b0')
    .option('--against <id>', 'the branch of the second recording, where it is another one', branchName)
    .option('--tolerance <x>', 'priors and Qs that differ by no more count as equal', numberFromZero, 0)
    .option('--json', 'one JSON object for each episode')
    .addHelpText('after', examples)
    .action((a: string, b: string, options: DiffOptions) =>
      exitAsCompared(context.terminal, async () => {
        const left = await openNoted(context, a);
        try {
          if (a === b) return await diff(context, left, left, options);
          const right = await openNoted(context, b);
          return await diff(context, left, right, options).finally(() => right.close());
        } finally {
          await left.close();
        }
      }),
    );
}

async function diff(
  { terminal, signal }: CliContext,
  left: OpenedRecording,
  right: OpenedRecording,
  options: DiffOptions,
): Promise<boolean> {
  const ids = [...left.ids, ...right.ids];
  const wanted = [...new Set(ids)].filter((id) => options.episode === undefined || id === options.episode);
  if (wanted.length === 0) throw noEpisode(left.name, ids, options.episode);
  let equal = true;
  for (const id of wanted) {
    const one = sideOf(left, id, options.branch);
    const other = sideOf(right, id, options.against ?? options.branch);
    if (one === null || other === null) {
      equal = false;
      const missing = one === null ? left.name : right.name;
      terminal.line(
        options.json === true ? JSON.stringify({ episode: id, missing }) : `${id} is missing in ${missing}`,
      );
      continue;
    }
    const comparison = await compareTrajectories(one, other, { tolerance: options.tolerance, signal });
    equal &&= comparison.equal;
    if (options.json === true) terminal.line(JSON.stringify({ episode: id, ...plain(comparison) }));
    else for (const line of lines(id, one, other, comparison)) terminal.line(line);
  }
  return equal;
}

/** Throws `trajectory.no-branch`; null when the episode is missing. */
function sideOf({ name, answers, timeline: find }: OpenedRecording, id: string, branch: string): ComparedSide | null {
  const timeline = find(id);
  if (timeline === undefined) return null;
  const entry = timeline.branches.find((candidate) => candidate.id === branch);
  if (entry === undefined) {
    const known = timeline.branches.map((candidate) => candidate.id).join(', ');
    throw new LacError('trajectory.no-branch', { file: name, episode: id, branch, known });
  }
  return { contents: answers, timeline, branch: entry.id };
}

function plain({ steps, ...comparison }: Comparison): object {
  const different = steps.filter(({ differs }) => differs.length > 0);
  return {
    ...comparison,
    steps: steps.length,
    differences: different.map(({ step, differs, left, right }) => ({
      step,
      differs,
      left: left === null ? null : facts(left),
      right: right === null ? null : facts(right),
    })),
  };
}

function facts({
  observation,
  action,
  outcome,
  reward,
  candidates,
  chosen,
  agreement,
  reflection,
  status,
}: StepView): object {
  return { observation, action, outcome, reward, candidates, chosen, agreement, reflection, status };
}

/** What a step says in one aspect, in one line. */
function said(view: StepView | null, aspect: Aspect): string {
  if (view === null) return '(no such step)';
  const list = (pick: (candidate: NonNullable<StepView['candidates']>[number]) => number | string | null): string =>
    view.candidates?.map((candidate) => formatValue(pick(candidate))).join(', ') ?? 'unknown';
  switch (aspect) {
    case 'candidates':
      return list(({ action }) => action);
    case 'prior':
      return list(({ logPrior }) => (logPrior === null ? null : Math.exp(logPrior)));
    case 'Q':
      return list(({ q }) => q);
    case 'choice':
      return formatValue(view.chosen === null ? null : (view.candidates?.[view.chosen]?.action ?? null));
    case 'thoughts':
      return view.thoughts?.join(' / ') ?? 'none';
    case 'parameters':
      return `method ${formatValue(view.method)}, alpha ${formatValue(view.alpha)}`;
    case 'prompts':
      return 'see below';
    case 'observation':
    case 'action':
    case 'outcome':
    case 'reward':
    case 'reflection':
    case 'status':
      return formatValue(view[aspect]);
  }
}

function lines(id: string, left: ComparedSide, right: ComparedSide, comparison: Comparison): string[] {
  const result = [`${id}  ${printable(left.timeline.goal)}`];
  for (const { field, left: a, right: b } of comparison.setup)
    result.push(`  ${field}: ${printable(a)} | ${printable(b)}`);
  const different = comparison.steps.filter(({ differs }) => differs.length > 0);
  const [first] = different;
  if (first === undefined) {
    result.push(`  equal: ${amount(comparison.left.steps, 'step')}`);
    return result;
  }
  const missing = first.left === null || first.right === null;
  result.push(
    `  first difference at step ${first.step}; ${different.length} of ${comparison.steps.length} steps differ`,
  );
  for (const aspect of missing ? (['action'] as const) : first.differs) {
    if (aspect === 'prompts') continue;
    result.push(
      `    ${aspect}`,
      `      - ${oneLine(said(first.left, aspect))}`,
      `      + ${oneLine(said(first.right, aspect))}`,
    );
  }
  if (!missing) result.push(...promptLines(left, right, first.step));
  result.push(...summaryLines(comparison.left, comparison.right));
  return result;
}

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', ' / ').slice(0, 400);
}

/** Where the first prompt of a step that differs parts. */
function promptLines(left: ComparedSide, right: ComparedSide, step: number): string[] {
  const pair = promptPairs(left, right, step).find(({ left: a, right: b }) => a !== b);
  if (pair === undefined || pair.left === null || pair.right === null) return [];
  const [a, b] = [pair.left.split('\n'), pair.right.split('\n')];
  const line = a.findIndex((text, index) => text !== b.at(index));
  const at = line < 0 ? a.length : line;
  const shown = (text: string | undefined): string => oneLine(text ?? '(ends here)');
  return [`    prompt of ${pair.purpose}, line ${at + 1}`, `      - ${shown(a.at(at))}`, `      + ${shown(b.at(at))}`];
}

function summaryLines(left: SideSummary, right: SideSummary): string[] {
  const rows: readonly (readonly [string, (side: SideSummary) => string])[] = [
    ['end', ({ end }) => end ?? 'open'],
    ['steps', ({ steps }) => String(steps)],
    ['reward', ({ reward }) => (reward === null ? 'not recorded' : formatValue(reward))],
    ['calls', ({ calls }) => String(calls)],
    ['tokens sent', ({ promptTokens }) => String(promptTokens)],
    ['tokens written', ({ generatedTokens }) => String(generatedTokens)],
    ['agreement', agreementText],
    ['no effect', ({ useless }) => String(useless)],
    ['loops', ({ loops }) => String(loops)],
  ];
  return rows.map(([name, text]) => `  ${name.padEnd(15)} ${text(left).padEnd(36)} ${text(right)}`.trimEnd());
}

function agreementText({ agreement }: SideSummary): string {
  if (agreement === null) return 'no decisions';
  return Object.entries(agreement)
    .map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`)
    .join(', ');
}
