import type { Agreement } from '../src/lac/events';
import type { TimelineStep } from '../src/protocol/panel';
import { actionValue, quantity } from './figures';
import { inertLabel } from './inertText';
import { t } from './words';

const agreementWords: Readonly<Record<Agreement, string>> = {
  both: t('prior and critic agree'),
  prior: t('prior alone'),
  critic: t('critic alone'),
  neither: t('neither alone'),
};

/** A step in one line; of one whose choice is hidden only what gives it not away. */
export function stepInWords(step: TimelineStep, hidden: boolean): string {
  const action = step.action === null ? t('no action yet') : hidden ? '?' : inertLabel(step.action, 80);
  if (hidden) return `${t('step {0}', step.step)} · ${action}`;
  const value = step.choice === null ? undefined : step.candidates[step.choice]?.value;
  return [
    t('step {0}', step.step),
    ...(action === '' ? [] : [action]),
    ...(value === undefined ? [] : [`Q ${actionValue(value)}`]),
    ...signWords(step),
    ...outcomeWords(step),
  ].join(' · ');
}

/** What is seen of a step in its row of a list; empty where nothing is. */
export interface SeenInRow {
  readonly action: string;
  readonly facts: string;
  readonly q: string;
}

/** A row's name: what is seen in it, in that order, as people say to a page what they see; then what its signs mean. */
export function rowInWords(step: TimelineStep, { action, facts, q }: SeenInRow, hidden: boolean): string {
  const signs = hidden ? [] : signWords(step);
  const seen = [t('step {0}', step.step), action, facts, q === '' ? '' : `${q} Q`];
  return [...seen, ...signs].filter((word) => word !== '').join(' · ');
}

function signWords({ agreement, choice, certain }: TimelineStep): readonly string[] {
  return [
    ...(agreement === null ? [] : [agreementWords[agreement]]),
    ...(choice !== null && !certain ? [t('not certain')] : []),
  ];
}

/** What came of a step, where that is worth a word. */
export function outcomeWords({ invalid, useless, reward, status }: TimelineStep): readonly string[] {
  return [
    ...(invalid ? [t('no action here')] : useless ? [t('changed nothing')] : []),
    ...(reward === 0 ? [] : [t('reward {0}', quantity(reward))]),
    ...(status === 'running' ? [] : [status]),
  ];
}
