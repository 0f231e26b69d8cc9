import { render, type JSX } from 'preact';
import type {
  ComparePageMessage,
  CompareHostMessage,
  ComparedActions,
  ComparedStepPair,
  ComparisonState,
  SideSummary,
} from '../../src/protocol/compare';
import { Button, registerControls } from '../controls';
import { count, quantity, seconds } from '../figures';
import { Inert } from '../inertText';
import { t } from '../words';
import { aspectsOf } from './aspectWords';
import { StepList, type AskActions } from './stepList';
import { Facts, StepPair } from './stepPair';

/** The page that shows two trajectories side by side. */

interface Api {
  postMessage(message: ComparePageMessage): void;
  getState(): unknown;
  setState(state: { readonly step: number }): void;
}

declare function acquireVsCodeApi(): Api;

interface Shown {
  readonly state: ComparisonState | null;
  readonly failure: string | null;
  /** How far the comparison has come, 0 to 1. */
  readonly progress: number;
  readonly chosen: number;
  readonly pair: ComparedStepPair | null;
}

function start(): void {
  const found = document.getElementById('panel');
  if (found === null) throw new Error('the document has no place for the page');
  const root = found;
  const api = acquireVsCodeApi();
  let shown: Shown = { state: null, failure: null, progress: 0, chosen: -1, pair: null };
  let frame: number | null = null;
  const change = (part: Partial<Shown>): void => {
    shown = { ...shown, ...part };
    frame ??= requestAnimationFrame(() => {
      frame = null;
      render(<Comparison shown={shown} ask={ask} onChoose={choose} />, root);
    });
  };
  const asked = new Map<number, (actions: readonly ComparedActions[]) => void>();
  const ask: AskActions = (from, to) => {
    const answered = new Promise<readonly ComparedActions[]>((resolve) => asked.set(from, resolve));
    api.postMessage({ kind: 'actions', from, to });
    return answered;
  };
  const choose = (step: number): void => {
    if (step === shown.chosen) return;
    change({ chosen: step });
    api.setState({ step });
    api.postMessage({ kind: 'step', step });
  };
  const receive = (message: CompareHostMessage): void => {
    switch (message.kind) {
      case 'comparison': {
        const { state } = message;
        change({ state });
        const kept = keptStep(api.getState());
        choose(kept !== null && kept < state.differs.length ? kept : (state.first ?? 0));
        return;
      }
      case 'step':
        // Of steps that were passed quickly only the last is shown.
        if (message.pair.step === shown.chosen) change({ pair: message.pair });
        return;
      case 'actions':
        asked.get(message.from)?.(message.actions);
        asked.delete(message.from);
        return;
      case 'progress':
        change({ progress: message.fraction });
        return;
      case 'failed':
        change({ failure: message.message });
    }
  };
  registerControls();
  root.replaceChildren();
  addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isHostMessage(data)) receive(data);
  });
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || shown.state === null) return;
    if (event.key === 'n') choose(nextDifference(shown.state, shown.chosen, 1));
    if (event.key === 'p') choose(nextDifference(shown.state, shown.chosen, -1));
  });
  api.postMessage({ kind: 'ready' });
}

function keptStep(state: unknown): number | null {
  return typeof state === 'object' && state !== null && 'step' in state && typeof state.step === 'number'
    ? state.step
    : null;
}

const hostMessages: ReadonlySet<unknown> = new Set([
  'comparison',
  'progress',
  'step',
  'actions',
  'failed',
] satisfies CompareHostMessage['kind'][]);

function isHostMessage(data: unknown): data is CompareHostMessage {
  return typeof data === 'object' && data !== null && 'kind' in data && hostMessages.has(data.kind);
}

/** The next step that differs, in a direction; the same step where there is none. */
function nextDifference({ differs }: ComparisonState, from: number, direction: 1 | -1): number {
  for (let step = from + direction; step >= 0 && step < differs.length; step += direction)
    if (differs[step] !== 0) return step;
  return from;
}

function Comparison({
  shown,
  ask,
  onChoose,
}: {
  readonly shown: Shown;
  readonly ask: AskActions;
  readonly onChoose: (step: number) => void;
}): JSX.Element {
  const { state, failure, progress, chosen, pair } = shown;
  if (failure !== null) {
    return (
      <div class="comparison">
        <h1>{t('These trajectories cannot be compared')}</h1>
        <p role="alert">
          <Inert text={failure} most={1000} />
        </p>
      </div>
    );
  }
  if (state === null) {
    const words = progress === 0 ? t('Comparing…') : t('Comparing: {0} % of the steps', Math.round(progress * 100));
    return (
      <p class="loading" role="status">
        {words}
      </p>
    );
  }
  const { left, right, setup, first } = state;
  return (
    <div class="comparison">
      <header class="sides">
        <h1 class="unseen">{t('Comparison of two trajectories')}</h1>
        <p class="side-name">
          <span class="chip">{t('left')}</span> <Inert text={left.file} most={120} />{' '}
          <span class="dim">
            <Inert text={left.place} most={120} />
          </span>
        </p>
        <p class="side-name">
          <span class="chip">{t('right')}</span> <Inert text={right.file} most={120} />{' '}
          <span class="dim">
            <Inert text={right.place} most={120} />
          </span>
        </p>
      </header>
      <p class="comparison-verdict" role="status">
        {verdict(state)}
      </p>
      <div class="buttons">
        <Button
          primary
          disabled={first === null || chosen === first}
          onPress={() => {
            if (first !== null) onChoose(first);
          }}
        >
          {t('First difference')}
        </Button>
        <Button
          title="p"
          disabled={nextDifference(state, chosen, -1) === chosen}
          onPress={() => onChoose(nextDifference(state, chosen, -1))}
        >
          {t('Previous difference')}
        </Button>
        <Button
          title="n"
          disabled={nextDifference(state, chosen, 1) === chosen}
          onPress={() => onChoose(nextDifference(state, chosen, 1))}
        >
          {t('Next difference')}
        </Button>
      </div>
      <div class="halves">
        <div class="overview">
          <StepList state={state} chosen={chosen} ask={ask} onChoose={onChoose} />
          <details class="summary" open>
            <summary>{t('Summary')}</summary>
            <Facts rows={summaryRows(left.summary, right.summary)} />
          </details>
          {setup.length > 0 && (
            <details class="summary" open>
              <summary>{t('Set up differently')}</summary>
              <Facts rows={setup.map(({ field, left: a, right: b }) => [field, a, b])} />
            </details>
          )}
        </div>
        <div class="pair" aria-busy={pair?.step !== chosen}>
          {pair !== null && <StepPair pair={pair} differs={aspectsOf(state, pair.step)} />}
        </div>
      </div>
    </div>
  );
}

function verdict({ equal, first, parted, differs, setup }: ComparisonState): string {
  if (equal) return t(setup.length === 0 ? 'Equal in every step.' : 'Equal in every step, though set up differently.');
  const many = differs.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  const start = t('The first difference is at step {0}.', first ?? 0);
  const share = t(
    many === 1 ? '{0} of {1} steps differs.' : '{0} of {1} steps differ.',
    count(many),
    count(differs.length),
  );
  const parting = parted === null ? [] : [t('From step {0} on they stand in different places.', parted)];
  return [start, share, ...parting].join(' ');
}

function summaryRows(left: SideSummary, right: SideSummary): readonly (readonly [string, string, string])[] {
  const row = (name: string, value: (side: SideSummary) => string): readonly [string, string, string] => [
    name,
    value(left),
    value(right),
  ];
  const share = (side: SideSummary, who: 'both' | 'prior' | 'critic' | 'neither'): string =>
    side.agreement === null ? '–' : `${Math.round(side.agreement[who] * 100)} %`;
  return [
    row(t('steps'), ({ steps }) => count(steps)),
    row(t('outcome'), ({ end }) => end ?? t('open')),
    row(t('reward'), ({ reward }) => (reward === null ? '–' : quantity(reward))),
    row(t('model calls'), ({ calls }) => count(calls)),
    row(t('prompt tokens'), ({ promptTokens }) => count(promptTokens)),
    row(t('generated tokens'), ({ generatedTokens }) => count(generatedTokens)),
    row(t('model time'), (side) => seconds(side.seconds)),
    row(t('prior and critic agree'), (side) => share(side, 'both')),
    row(t('critic overrules'), (side) => share(side, 'critic')),
    row(t('prior prevails'), (side) => share(side, 'prior')),
    row(t('neither alone'), (side) => share(side, 'neither')),
    row(t('no action there'), ({ invalid }) => count(invalid)),
    row(t('changed nothing'), ({ useless }) => count(useless)),
    row(t('repeated'), ({ loops }) => count(loops)),
  ];
}

start();
