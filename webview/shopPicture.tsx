import type { JSX } from 'preact';
import type { ShopPicture } from '../src/protocol/panel';
import { count } from './figures';
import { Inert } from './inertText';
import { t } from './words';

const pageNames: Readonly<Record<ShopPicture['page'], string>> = {
  index: t('Search'),
  results: t('Results'),
  item: t('Product'),
  'item-sub': t('Product details'),
  done: t('Bought'),
};

/** One page of the shop, as the agent could have seen it. Nothing on it can be pressed. */
export function Shop({ picture }: { readonly picture: ShopPicture }): JSX.Element {
  const { page, instruction, title, price, query, pageNumber, total, results, options, paragraphs, buttons } = picture;
  return (
    <figure class="picture shop" aria-label={t('Shop page: {0}', pageNames[page])}>
      <p class="shop-bar">
        <span class="chip">{pageNames[page]}</span>
        {query !== null && (
          <span class="shop-query">
            <span class="dim">{t('search')} </span>
            <Inert text={query} most={120} />
          </span>
        )}
        {pageNumber !== null && (
          <span class="end dim">
            {total === null ? t('page {0}', pageNumber) : t('page {0} of {1} results', pageNumber, count(total))}
          </span>
        )}
      </p>
      <p class="shop-instruction dim">
        <Inert text={instruction} />
      </p>
      {title !== '' && (
        <p class="shop-title">
          <Inert text={title} most={240} />
          {price !== null && (
            <strong class="price">
              <Inert text={price} most={40} />
            </strong>
          )}
        </p>
      )}
      {options.map(({ name, values }) => (
        <div key={name} class="shop-option">
          <span class="dim">
            <Inert text={name} most={40} />
          </span>
          <ul>
            {values.slice(0, 60).map(({ value, chosen }) => (
              <li key={value} class={chosen ? 'chosen' : ''}>
                {chosen && <span class="unseen">{t('chosen:')} </span>}
                <Inert text={value} most={60} />
              </li>
            ))}
            {values.length > 60 && <li class="dim">{t('{0} more', values.length - 60)}</li>}
          </ul>
        </div>
      ))}
      {results.length > 0 && (
        <ol class="shop-results">
          {results.map(({ id, title: name, price: cost, visited }) => (
            <li key={id} class={visited ? 'visited' : ''}>
              <code>
                <Inert text={id} most={40} />
              </code>
              <span class="result-title">
                <Inert text={name} most={160} />
                {visited && <span class="dim"> {t('visited')}</span>}
              </span>
              <span class="price">
                <Inert text={cost} most={40} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {paragraphs.map((paragraph, i) => (
        <p key={i} class="shop-text">
          <Inert text={paragraph} most={600} />
        </p>
      ))}
      {buttons.length > 0 && (
        <p class="shop-buttons">
          {buttons.map((button) => (
            <span key={button} class="shop-button">
              <Inert text={button} most={40} />
            </span>
          ))}
        </p>
      )}
    </figure>
  );
}
