import type { JSX } from 'preact';
import type { ComparedActions, ComparisonState } from '../../src/protocol/compare';
import { useAskedBlocks } from '../askedBlocks';
import { inertLabel } from '../inertText';
import { rowHeight, rowPlace, useRowWindow } from '../rowWindow';
import { t } from '../words';
import { aspectsOf, aspectWords } from './aspectWords';

/** Asks for the actions of steps from one on, up to another. */
export type AskActions = (from: number, to: number) => Promise<readonly ComparedActions[]>;

export interface StepListProps {
  readonly state: ComparisonState;
  readonly chosen: number;
  readonly ask: AskActions;
  readonly onChoose: (step: number) => void;
}

/** All steps in a list of which only what is seen is drawn. */
export function StepList({ state, chosen, ask, onChoose }: StepListProps): JSX.Element {
  const count = state.differs.length;
  const { list, from, to, keyTarget } = useRowWindow(count, chosen);
  const seen = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  const actions = useAskedBlocks(state, seen, ask);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = keyTarget(event.key);
    if (target === undefined) return;
    event.preventDefault();
    onChoose(target);
  };
  return (
    <div
      class="step-list"
      ref={list}
      role="listbox"
      tabIndex={0}
      aria-label={t('Steps')}
      aria-activedescendant={`step-${chosen}`}
      onKeyDown={onKeyDown}
    >
      <svg class="step-room" width="1" height={count * rowHeight} aria-hidden="true" />
      {seen.map((step) => (
        <Row
          key={step}
          state={state}
          step={step}
          actions={actions.get(step)}
          chosen={step === chosen}
          onChoose={() => onChoose(step)}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly state: ComparisonState;
  readonly step: number;
  /** undefined while they are not known yet. */
  readonly actions: ComparedActions | undefined;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Row({ state, step, actions, chosen, onChoose }: RowProps): JSX.Element {
  const aspects = aspectsOf(state, step);
  const differs = aspects.length > 0;
  const parted = state.parted !== null && step >= state.parted;
  const words = differs ? t('differs in {0}', aspects.map((aspect) => aspectWords[aspect]).join(', ')) : t('equal');
  const action = (side: 'left' | 'right'): string => {
    if (step >= state[side].summary.shown) return t('no step');
    const told = actions?.[side];
    return told === undefined ? '' : told === null ? '–' : inertLabel(told, 60);
  };
  const [left, right] = [action('left'), action('right')];
  return (
    <div
      id={`step-${step}`}
      class={`step-row${chosen ? ' chosen' : ''}${differs ? ' differs' : ''}${parted ? ' parted' : ''}`}
      role="option"
      aria-selected={chosen}
      // What is seen, in its order, stands in the name, as people say to a page what they see.
      aria-label={[t('step {0}', step), left, right === left ? '' : right, words].filter(Boolean).join(' · ')}
      title={words}
      style={rowPlace(step)}
      onClick={onChoose}
    >
      {/* Spaces part the words for whoever reads the row without its layout. */}
      <span class="step-number number">{`${step} `}</span>
      <span class="step-mark" aria-hidden="true">
        {differs ? '≠' : '='}
      </span>
      <bdi class="step-action">{`${left} `}</bdi>
      <bdi class="step-action">{right === left ? '' : right}</bdi>
    </div>
  );
}
