import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { SearchSection, TimelineSection, TimelineStep } from '../src/protocol/panel';
import { useAskedBlocks } from './askedBlocks';
import { Failure } from './controls';
import { actionValue, count } from './figures';
import { inertLabel } from './inertText';
import { Mark } from './marks';
import { useAsking, usePage } from './page';
import { rowHeight, rowPlace, useRowWindow } from './rowWindow';
import { outcomeWords, rowInWords } from './stepInWords';
import { useTimelineCursor } from './timelineCursor';
import { stepsOf } from './timelineModel';
import { t } from './words';

export interface StepsPartProps {
  readonly timeline: TimelineSection;
  readonly search: SearchSection | null;
  /** Node whose choice the person has yet to guess; null when nothing is hidden. */
  readonly hiddenNode: number | null;
}

/** All steps of the branch in a list of which only what is seen is drawn; after a search, those alone that it found. */
export function StepsPart({ timeline, search, hiddenNode }: StepsPartProps): JSX.Element {
  const { view, changeView, request } = usePage();
  const asking = useAsking();
  const told = timeline.long ?? timeline.steps;
  const steps = useMemo(() => stepsOf(timeline), [told]);
  const found = useMemo(() => new Set(search?.steps), [search]);
  const filtered = search !== null && view.onlyMatches ? search.steps : null;
  const total = filtered?.length ?? steps.length;
  const stepAt = (row: number): TimelineStep | undefined => steps.at(filtered === null ? row : (filtered[row] ?? -1));
  const { node: cursorNode, index: cursor, moveTo } = useTimelineCursor(timeline, asking.ask);
  const chosen = filtered === null ? cursor : filtered.indexOf(cursor);
  const { list, from, to, keyTarget } = useRowWindow(total, chosen);
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const shown = rows.flatMap((row) => {
    const step = stepAt(row);
    return step === undefined ? [] : [{ row, step }];
  });
  const { long, branch } = timeline;
  // A long timeline does not tell what was done.
  const actions = useAskedBlocks(
    long ?? null,
    shown.map(({ step }) => step.step),
    async (from, to) => (await request('actions', { branch, from, to })).actions,
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = keyTarget(event.key);
    const matches = search?.steps ?? [];
    const match =
      event.key === 'n'
        ? matches.find((step) => step > cursor)
        : event.key === 'p'
          ? matches.findLast((step) => step < cursor)
          : undefined;
    if (target === undefined && match === undefined) return;
    event.preventDefault();
    moveTo(match === undefined ? stepAt(target ?? chosen) : steps.at(match));
  };
  return (
    <section class="part steps" aria-labelledby="steps-title">
      <header>
        <h2 id="steps-title">{t('Steps')}</h2>
        {search !== null && (
          <span class="end line">
            <button
              type="button"
              class="link"
              aria-pressed={view.onlyMatches}
              onClick={() => changeView((current) => ({ ...current, onlyMatches: !current.onlyMatches }))}
            >
              {view.onlyMatches ? t('all steps') : t('only these {0}', count(search.steps.length))}
            </button>
            <button type="button" class="link" onClick={() => void asking.ask('clearSearch', {})}>
              {t('end search')}
            </button>
          </span>
        )}
      </header>
      {search !== null && (
        <p class="dim small" title={t('n: the next of them, p: the one before')}>
          {t('{0} where {1}', count(search.steps.length), inertLabel(search.expression, 120))}
        </p>
      )}
      <div
        class="step-list"
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-label={search !== null && view.onlyMatches ? t('Steps that were found') : t('Steps')}
        aria-activedescendant={chosen < 0 ? undefined : `step-${cursor}`}
        onKeyDown={onKeyDown}
      >
        <svg class="step-room" width="1" height={Math.max(1, total * rowHeight)} aria-hidden="true" />
        {shown.map(({ row, step }) => (
          <Row
            key={step.node}
            row={row}
            step={step}
            action={long === undefined ? step.action : actions.get(step.step)}
            chosen={step.node === cursorNode}
            found={found.has(step.step)}
            hidden={step.node === hiddenNode}
            onChoose={() => moveTo(step)}
          />
        ))}
        {total === 0 && <p class="dim">{t('No step was found.')}</p>}
      </div>
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </section>
  );
}

interface RowProps {
  readonly row: number;
  readonly step: TimelineStep;
  /** null: none was executed; undefined: not known yet. */
  readonly action: string | null | undefined;
  readonly chosen: boolean;
  readonly found: boolean;
  readonly hidden: boolean;
  readonly onChoose: () => void;
}

function Row({ row, step, action, chosen, found, hidden, onChoose }: RowProps): JSX.Element {
  const value = step.choice === null || hidden ? undefined : step.candidates[step.choice]?.value;
  const seen = {
    action: hidden ? '?' : action === null ? '–' : inertLabel(action ?? '', 120),
    facts: hidden ? '' : [...outcomeWords(step), ...step.branches].join(' · '),
    q: value === undefined ? '' : actionValue(value),
  };
  const words = rowInWords(step, seen, hidden);
  return (
    <div
      id={`step-${step.step}`}
      class={`step-row${chosen ? ' chosen' : ''}${found ? ' found' : ''}`}
      role="option"
      aria-selected={chosen}
      aria-label={found ? `${words} · ${t('found')}` : words}
      title={words}
      style={rowPlace(row)}
      onClick={onChoose}
    >
      {/* Spaces part the words for whoever reads the row without its layout. */}
      <span class="step-number number">{`${step.step} `}</span>
      <span class="step-mark" aria-hidden="true">
        {step.agreement !== null && !hidden && <Mark shape={step.agreement} />}
      </span>
      <bdi class="step-action">{`${seen.action} `}</bdi>
      <span class="step-facts dim">{`${seen.facts} `}</span>
      <span class="step-q number">{seen.q}</span>
    </div>
  );
}
