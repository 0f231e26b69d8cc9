import { formatValue, type StepView } from '../expressions';
import type { SearchOptions, TrajectoryIndex } from '../trajectories/index/trajectoryIndex';
import type { ExchangeFormat, Recording, StreamedWriting, WriteOptions, Writing } from './format';
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

/** What a table begins with: a byte order mark and the names of the columns. */
const head = `\ufeff${columns.map(([name]) => name).join(',')}\r\n`;

/** The row of a step, with the end of its line; empty for a step at which nothing was decided or done. */
function rowOf(view: StepView, executed: boolean): string {
  if (!executed && view.candidates === null) return '';
  return `${columns.map(([, read]) => cell(read(view))).join(',')}\r\n`;
}

/** What a table of steps leaves out. */
const csvLosses: readonly string[] = [
  'Rollouts, prompts, calls, probes and states are left out; every branch repeats the steps before it.',
  'Texts that begin with = + - or @ have an apostrophe before them, so that a spreadsheet does not run them.',
];

function write(recording: Recording, { stem }: WriteOptions): Writing {
  const rows = tracksOf(recording).flatMap(({ nodes, views }) =>
    views.map((view, step) => rowOf(view, nodes.at(step + 1) !== undefined)),
  );
  return { files: [textFile(`${stem}.csv`, [head, ...rows].join(''))], losses: csvLosses };
}

/** The same table, piece by piece as the steps are read. */
function stream(index: TrajectoryIndex, options: SearchOptions): StreamedWriting {
  return { pieces: piecesOf(index, options), losses: () => csvLosses };
}

async function* piecesOf(index: TrajectoryIndex, options: SearchOptions): AsyncGenerator<string> {
  yield head;
  const tracks = index.executedTracks();
  const total = tracks.reduce((all, { rows }) => all + rows.length, 0);
  let before = 0;
  for (const track of tracks) {
    const { length } = track.rows;
    const onProgress = (fraction: number): void => options.onProgress?.((before + fraction * length) / total);
    for await (const view of index.views(track, { ...options, onProgress })) yield rowOf(view, view.step + 1 < length);
    before += length;
  }
}

/** Steps as a table for spreadsheets and data frames (RFC 4180, UTF-8 with a byte order mark). */
export const csv: ExchangeFormat = {
  id: 'csv',
  title: 'Steps as CSV',
  extension: '.csv',
  recognises: null,
  read: null,
  write,
  stream,
};
