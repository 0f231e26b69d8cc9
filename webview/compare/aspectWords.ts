import type { Aspect, ComparisonState } from '../../src/protocol/compare';
import { t } from '../words';

/** In what two steps can differ, in the page's language. */
export const aspectWords: Readonly<Record<Aspect, string>> = {
  observation: t('observation'),
  prompts: t('prompts'),
  parameters: t('parameters'),
  thoughts: t('thoughts'),
  candidates: t('candidates'),
  prior: t('prior'),
  Q: t('Q'),
  choice: t('choice'),
  action: t('action'),
  outcome: t('outcome'),
  reward: t('reward'),
  reflection: t('reflection'),
  status: t('status'),
};

/** In what a step differs; nothing for one that is not there. */
export function aspectsOf({ aspects, differs }: Pick<ComparisonState, 'aspects' | 'differs'>, step: number): Aspect[] {
  const bits = differs.at(step) ?? 0;
  return aspects.filter((_, index) => (bits & (1 << index)) !== 0);
}
