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
  const action = step.action === null ? t('no action yet') : inertLabel(step.action, 80);
  if (hidden) return [t('step {0}', step.step), ...(action === '' ? [] : [action])].join(' · ');
  const value = step.choice === null ? undefined : step.candidates[step.choice]?.value;
  return [
    t('step {0}', step.step),
    ...(action === '' ? [] : [action]),
    ...(value === undefined ? [] : [`Q ${actionValue(value)}`]),
    ...(step.agreement === null ? [] : [agreementWords[step.agreement]]),
    ...(step.choice !== null && !step.certain ? [t('not certain')] : []),
    ...outcomeWords(step),
  ].join(' · ');
}

/** What came of a step, where that is worth a word. */
export function outcomeWords({ invalid, useless, reward, status }: TimelineStep): readonly string[] {
  return [
    ...(invalid ? [t('no action here')] : useless ? [t('changed nothing')] : []),
    ...(reward === 0 ? [] : [t('reward {0}', quantity(reward))]),
    ...(status === 'running' ? [] : [status]),
  ];
}
