import type { JSX } from 'preact';
import type { ComparedStep } from '../../src/protocol/compare';
import { inertLabel } from '../inertText';
import { rowHeight, useRowPlace, useRowWindow } from '../rowWindow';
import { t } from '../words';
import { aspectWords } from './aspectWords';

export interface StepListProps {
  readonly steps: readonly ComparedStep[];
  readonly chosen: number;
  /** From this step on the sides stand in different places. */
  readonly parted: number | null;
  readonly onChoose: (step: number) => void;
}

/** All steps in a list of which only what is seen is drawn. */
export function StepList({ steps, chosen, parted, onChoose }: StepListProps): JSX.Element {
  const { list, from, to, keyTarget } = useRowWindow(steps.length, chosen);
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
      <svg class="step-room" width="1" height={steps.length * rowHeight} aria-hidden="true" />
      {steps.slice(from, to).map((step) => (
        <Row
          key={step.step}
          step={step}
          chosen={step.step === chosen}
          parted={parted !== null && step.step >= parted}
          onChoose={() => onChoose(step.step)}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly step: ComparedStep;
  readonly chosen: boolean;
  readonly parted: boolean;
  readonly onChoose: () => void;
}

function Row({ step, chosen, parted, onChoose }: RowProps): JSX.Element {
  const row = useRowPlace(step.step);
  const differs = step.differs.length > 0;
  const words = differs
    ? t('differs in {0}', step.differs.map((aspect) => aspectWords[aspect]).join(', '))
    : t('equal');
  const action = (side: ComparedStep['left']): string =>
    side === null ? '' : side.action === null ? '–' : inertLabel(side.action, 60);
  const [left, right] = [action(step.left), action(step.right)];
  return (
    <div
      ref={row}
      id={`step-${step.step}`}
      class={`step-row${chosen ? ' chosen' : ''}${differs ? ' differs' : ''}${parted ? ' parted' : ''}`}
      role="option"
      aria-selected={chosen}
      aria-label={t('step {0}, {1}', step.step, words)}
      title={words}
      onClick={onChoose}
    >
      <span class="step-number number">{step.step}</span>
      <span class="step-mark" aria-hidden="true">
        {differs ? '≠' : '='}
      </span>
      <bdi class="step-action">{left === '' ? t('no step') : left}</bdi>
      <bdi class="step-action">{right === left ? '' : right === '' ? t('no step') : right}</bdi>
    </div>
  );
}
