import * as vscode from 'vscode';
import { isAbort } from '../../errors/lacError';
import type { DebugSession } from '../../episodes/stepping/session';
import { compileCondition, type StepView } from '../../expressions';
import { IndexedTimeline } from '../../trajectories/index/indexedTimeline';
import type { SessionSource } from '../panel/sessionSource';
import { withProgress } from '../cancellation';
import { askExpression } from './expressionInput';
import type { IndexedSource } from './indexedSource';
import { asMessage, checkMessage, matchingSteps, nextMatch, printedSteps } from './stepSearch';

/** Asks for a condition and moves to the next step of the shown branch where it holds; behind the last, to the first. */
export async function findStep(source: SessionSource): Promise<void> {
  const { session } = source;
  const expression = await askCondition(source.search, session.view());
  if (expression === undefined) return;
  const matches = await matchesOf(session, expression);
  source.setSearch(expression, matches);
  const found = nextMatch(matches, session.node.step, 'forward') ?? matches.at(0);
  if (found === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No step of this branch where {0}.', expression));
    return;
  }
  await session.goTo(found);
  const which = vscode.l10n.t('Step {0}: match {1} of {2}', found, matches.indexOf(found) + 1, matches.length);
  void vscode.window.setStatusBarMessage(which, 5000);
}

/** Of a recording that is not in memory the steps are looked through with progress; what was found until a stop counts. */
async function matchesOf(session: DebugSession, expression: string): Promise<readonly number[]> {
  const { timeline, cursor } = session;
  const track = timeline instanceof IndexedTimeline ? timeline.index.track(timeline.id, cursor.branch) : undefined;
  if (!(timeline instanceof IndexedTimeline) || track === undefined)
    return matchingSteps(session.stepViews(), expression);
  const found: number[] = [];
  await withProgress(vscode.l10n.t('Steps where {0}', expression), async (signal, report) => {
    const onProgress = (fraction: number): void =>
      report(fraction, vscode.l10n.t('{0} found', found.length.toLocaleString()));
    const steps = timeline.index.filter(track, expression, { signal, onProgress });
    for await (const step of untilStopped(steps)) found.push(step);
  });
  return found;
}

/**
 * The same in a recording that is read by window: goes to the next match as soon as it is found, and looks on behind it in
 * the background. What was found until somebody stops it stays found.
 */
export async function findIndexedStep(source: IndexedSource): Promise<void> {
  const expression = await askCondition(source.search, source.view);
  if (expression === undefined) return;
  const { index, track } = source;
  const from = source.current.step;
  const found: number[] = [];
  let gone = false;
  await withProgress(vscode.l10n.t('Steps where {0}', expression), async (signal, report) => {
    const onProgress = (fraction: number): void =>
      report(fraction, vscode.l10n.t('{0} found', found.length.toLocaleString()));
    for await (const step of untilStopped(index.filter(track, expression, { signal, onProgress }))) {
      found.push(step);
      if (gone || step <= from) continue;
      gone = true;
      source.setMatches({ expression, steps: [...found] });
      source.goTo(step);
    }
  });
  source.setMatches({ expression, steps: [...found] });
  const first = found.at(0);
  if (first === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No step of this branch where {0}.', expression));
  } else if (!gone) source.goTo(first);
}

/** Stopping is no failure: what came before counts. */
async function* untilStopped<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* values;
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}

/** Asks for a message and prints it for every step of the shown branch into a document. */
export async function printSteps(source: SessionSource): Promise<void> {
  const { session } = source;
  const { timeline, cursor } = session;
  const track = timeline instanceof IndexedTimeline ? timeline.index.track(timeline.id, cursor.branch) : undefined;
  if (timeline instanceof IndexedTimeline && track !== undefined) {
    await printIndexedSteps({ index: timeline.index, track, view: session.view() });
    return;
  }
  const text = await askMessage(session.view());
  if (text === undefined) return;
  const head = [`# ${timeline.goal}`, `# ${timeline.id} ${cursor.branch}: ${text}`];
  await showLines([...head, ...printedSteps(session.stepViews(), text)]);
}

/** A branch that is read by window, and the step that somebody looks at. */
interface PrintedTrack extends Pick<IndexedSource, 'index' | 'track'> {
  readonly view: StepView | null;
}

/** The same in a recording that is read by window. */
export async function printIndexedSteps({ index, track, view }: PrintedTrack): Promise<void> {
  const text = await askMessage(view);
  if (text === undefined) return;
  const lines = [`# ${track.episode.goal}`, `# ${track.episode.id} ${track.branch}: ${text}`];
  const total = track.rows.length;
  await withProgress(vscode.l10n.t('Printing {0}', text), async (signal, report) => {
    const onProgress = (fraction: number): void =>
      report(fraction, vscode.l10n.t('{0} of {1} steps', Math.round(fraction * total), total));
    for await (const { step, text: printed } of untilStopped(
      index.messages(track, asMessage(text), { signal, onProgress }),
    )) {
      lines.push(`${step}\t${printed}`);
    }
    if (signal.aborted) lines.push(vscode.l10n.t('# Stopped here.'));
  });
  await showLines(lines);
}

function askCondition(before: string | null, view: StepView | null): Promise<string | undefined> {
  return askExpression({
    title: vscode.l10n.t('Find Step Where'),
    placeholder: vscode.l10n.t('A condition on a step, for example: Q < 0 and action ~ "open"'),
    value: before ?? '',
    check: compileCondition,
    message: false,
    actions: actionsOf(view),
  });
}

function askMessage(view: StepView | null): Promise<string | undefined> {
  return askExpression({
    title: vscode.l10n.t('Print for Every Step'),
    placeholder: vscode.l10n.t('A message with expressions in braces, or one expression'),
    value: '{action}  Q {Q}  reward {reward}',
    check: checkMessage,
    message: true,
    actions: actionsOf(view),
  });
}

/** The candidates at a step, which an expression may name. */
function actionsOf(view: StepView | null): readonly string[] {
  return view?.candidates?.flatMap(({ action }) => action ?? []) ?? [];
}

async function showLines(lines: readonly string[]): Promise<void> {
  const content = [...lines, ''].join('\n');
  const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
}
