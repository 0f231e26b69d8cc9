import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComparedStep } from '../../src/protocol/compare';
import { inertLabel } from '../inertText';
import { t } from '../words';
import { aspectWords } from './aspectWords';

const rowHeight = 24;
/** Rows that are drawn beyond what is seen. */
const margin = 8;

export interface StepListProps {
  readonly steps: readonly ComparedStep[];
  readonly chosen: number;
  /** From this step on the sides stand in different places. */
  readonly parted: number | null;
  readonly onChoose: (step: number) => void;
}

/** All steps in a list of which only what is seen is drawn. */
export function StepList({ steps, chosen, parted, onChoose }: StepListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 480 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const top = chosen * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [chosen]);
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  const last = steps.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: chosen - 1,
      ArrowDown: chosen + 1,
      PageUp: chosen - page,
      PageDown: chosen + page,
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    onChoose(Math.min(last, Math.max(0, moves[event.key])));
  };
  const from = Math.max(0, Math.floor(view.top / rowHeight) - margin);
  const to = Math.min(steps.length, Math.ceil((view.top + view.height) / rowHeight) + margin);
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
  const row = useRef<HTMLDivElement>(null);
  // The policy of the page knows no inline styles in markup; by script they are allowed.
  useEffect(() => {
    if (row.current !== null) row.current.style.top = `${step.step * rowHeight}px`;
  }, [step.step]);
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
