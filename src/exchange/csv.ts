import { formatValue, type StepView } from '../expressions';
import type { ExchangeFormat, Recording, WriteOptions, Writing } from './format';
import { textFile, tracksOf } from './recordedSteps';

type Cell = string | number | boolean | null | undefined;

const chosenOf = (view: StepView) => (view.chosen === null ? undefined : view.candidates?.[view.chosen]);

/** A column's name and what it says of a step. */
const columns: readonly (readonly [string, (view: StepView) => Cell])[] = [
  ['episode', (view) => view.episode],
  ['branch', (view) => view.branch],
  ['step', (view) => view.step],
  ['task', (view) => view.taskType],
  ['goal', (view) => view.goal],
  ['method', (view) => view.method],
  ['alpha', (view) => view.alpha],
  ['observation', (view) => view.observation],
  ['thoughts', (view) => view.thoughts?.join('\n')],
  ['action', (view) => view.action],
  ['outcome', (view) => view.outcome],
  ['reward', (view) => view.reward],
  ['status', (view) => view.status],
  ['invalid', (view) => view.invalid],
  ['useless', (view) => view.useless],
  ['loop', (view) => view.loop],
  ['edited', (view) => view.edited],
  ['reflection', (view) => view.reflection],
  ['says', (view) => view.says],
  ['candidates', (view) => view.candidates?.map(({ action }) => action ?? '').join('\n')],
  ['priors', (view) => list(view, ({ logPrior }) => (logPrior === null ? null : Math.exp(logPrior)))],
  ['Qs', (view) => list(view, ({ q }) => q)],
  ['policies', (view) => list(view, ({ policy }) => policy)],
  ['prior', (view) => probabilityOf(view)],
  ['Q', (view) => chosenOf(view)?.q],
  ['bound', (view) => chosenOf(view)?.bound],
  ['policy', (view) => chosenOf(view)?.policy],
  ['agreement', (view) => view.agreement],
  ['certain', (view) => view.certain],
  ['notes', (view) => view.notes?.join('\n')],
  ['calls', (view) => view.cost?.calls],
  ['reused', (view) => view.cost?.reused],
  ['prompt_tokens', (view) => view.cost?.promptTokens],
  ['generated_tokens', (view) => view.cost?.generatedTokens],
  ['seconds', (view) => view.cost?.seconds],
];

function probabilityOf(view: StepView): number | undefined {
  const logPrior = chosenOf(view)?.logPrior ?? null;
  return logPrior === null ? undefined : Math.exp(logPrior);
}

type Candidate = NonNullable<StepView['candidates']>[number];

function list(view: StepView, pick: (candidate: Candidate) => number | null): Cell {
  return view.candidates?.map((candidate) => formatValue(pick(candidate))).join('\n');
}

/** Spreadsheets run what begins like a formula, so such texts get an apostrophe, which they hide. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function write(recording: Recording, { stem }: WriteOptions): Writing {
  const rows = tracksOf(recording).flatMap(({ nodes, views }) =>
    views
      .filter((view, step) => nodes.at(step + 1) !== undefined || view.candidates !== null)
      .map((view) => columns.map(([, read]) => cell(read(view))).join(',')),
  );
  const text = [columns.map(([name]) => name).join(','), ...rows].join('\r\n');
  return {
    files: [textFile(`${stem}.csv`, `\ufeff${text}\r\n`)],
    losses: [
      'Rollouts, prompts, calls, probes and states are left out; every branch repeats the steps before it.',
      'Texts that begin with = + - or @ have an apostrophe before them, so that a spreadsheet does not run them.',
    ],
  };
}

/** Steps as a table for spreadsheets and data frames (RFC 4180, UTF-8 with a byte order mark). */
export const csv: ExchangeFormat = {
  id: 'csv',
  title: 'Steps as CSV',
  extension: '.csv',
  recognises: null,
  read: null,
  write,
};
