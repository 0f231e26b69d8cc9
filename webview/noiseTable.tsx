import type { JSX } from 'preact';
import type { NoiseSummary } from '../src/protocol/panel';
import { quantity } from './figures';
import { Inert } from './inertText';
import { plural, t } from './words';

/** What re-samples of the rollouts tell: how far sampling alone moves each Q, and whether an edit moved it further. */
export function NoiseTable({ noise }: { readonly noise: NoiseSummary }): JSX.Element {
  const edited = noise.actions.some(({ before }) => before !== null);
  return (
    <table class="resamples">
      <caption>
        {plural(noise.times, '{0} re-sample', '{0} re-samples')}
        <span class="dim"> {t('at temperature {0}', noise.temperature)}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('action')}</th>
          <th scope="col">{t('mean Q')}</th>
          <th scope="col" title={t('The mean lies in it in 95 of 100 such series of re-samples')}>
            {t('95 %')}
          </th>
          {edited && <th scope="col">{t('before the edit')}</th>}
        </tr>
      </thead>
      <tbody>
        {noise.actions.map(({ action, mean, interval, before, standsOut }) => (
          <tr key={action}>
            <th scope="row">
              <Inert text={action} most={160} />
            </th>
            <td>{mean === null ? '–' : quantity(mean)}</td>
            <td>{interval === null ? '–' : t('{0} to {1}', quantity(interval[0]), quantity(interval[1]))}</td>
            {edited && (
              <td>
                {before === null ? '–' : quantity(before)}
                {standsOut !== null && (
                  <span
                    class={standsOut ? 'stands-out' : 'dim'}
                    title={t('Held against where one more re-sample would lie in 95 of 100')}
                  >
                    {standsOut ? t('more than noise') : t('within the noise')}
                  </span>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
