import type { JSX } from 'preact';
import type { LabelProbability, TokenProbability } from '../src/lac/languageModel';
import type { VerdictEvent } from '../src/lac/events';
import { actionValue, probability } from './figures';
import { Inert, inertLabel } from './inertText';
import { t } from './words';

interface Share {
  readonly name: string;
  readonly class: string;
  readonly share: number;
  /** True where only an upper bound is known. */
  readonly bounded: boolean;
}

function share(label: LabelProbability, className: string): Share {
  const bounded = label.logprob === null;
  return { name: label.label, class: className, share: Math.exp(label.logprob ?? label.bound), bounded };
}

/** The distribution at one verdict slot: how likely each label was, and everything else. */
export function VerdictReading({ verdict }: { readonly verdict: VerdictEvent }): JSX.Element {
  const labels = [share(verdict.good, 'good'), share(verdict.bad, 'bad'), share(verdict.unknown, 'unknown')];
  const known = labels.reduce((sum, label) => sum + (label.bounded ? 0 : label.share), 0);
  const shares = [...labels, { name: t('other'), class: 'other', share: Math.max(0, 1 - known), bounded: false }];
  const words = shares.map(({ name, share: p, bounded }) => `${name} ${bounded ? '≤ ' : ''}${probability(p)}`);
  return (
    <div class="reading">
      <div class="stack" role="img" aria-label={t('Verdict slot: {0}', words.join(', '))}>
        {shares.map(({ name, class: className, share: p, bounded }) => (
          <i key={name} class={`${className}${bounded ? ' bounded' : ''}`} style={{ flexGrow: bounded ? 0 : p }} />
        ))}
      </div>
      <span class="legend">
        {shares.map(({ name, class: className, share: p, bounded }) => (
          <span key={name} class="legend-item">
            <i class={`swatch ${className}`} />
            {name} {bounded ? '≤ ' : ''}
            {probability(p)}
          </span>
        ))}
      </span>
      {verdict.mass < 0.1 && (
        <p class="caution">
          {t('The model hardly expected a verdict here: GOOD and BAD together {0}.', probability(verdict.mass))}
        </p>
      )}
      <TopTokens tokens={verdict.top} value={actionValue(verdict.value)} />
    </div>
  );
}

function TopTokens({ tokens, value }: { readonly tokens: readonly TokenProbability[]; readonly value: string }) {
  if (tokens.length === 0) return null;
  const most = Math.exp(tokens[0].logprob);
  return (
    <details class="top-tokens">
      <summary>{t('Top {0} tokens at the slot, Q {1}', tokens.length, value)}</summary>
      <ol>
        {tokens.map(({ token, logprob }, i) => (
          <li key={i}>
            <code title={inertLabel(token)}>
              <Inert text={visibleToken(token)} most={40} />
            </code>
            <span class="token-bar">
              <i style={{ width: `${(100 * Math.exp(logprob)) / most}%` }} />
            </span>
            <span class="number">{probability(Math.exp(logprob))}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** A token with its blanks and line ends visible. */
export function visibleToken(token: string): string {
  return token.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
}
