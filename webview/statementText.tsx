import type { JSX } from 'preact';
import { inert } from './inertText';
import { names, said, statementsOf } from './statements';
import { t } from './words';

export interface StatementsProps {
  readonly text: string;
  /** Most characters that are drawn. */
  readonly most: number;
  /** Statements that name one of these stand out. */
  readonly targets?: readonly string[];
  /** What it is held against: statements that this does not make are marked. */
  readonly against?: { readonly text: string; readonly title: string };
}

export function Statements({ text, most, targets = [], against }: StatementsProps): JSX.Element {
  const { text: drawn, left } = inert(text, most);
  const others = against === undefined ? null : new Set(statementsOf(inert(against.text, most).text).map(said));
  return (
    <bdi class="inert">
      {statementsOf(drawn).map((statement, i) => {
        if (others !== null && against !== undefined && !others.has(said(statement))) {
          return (
            <mark key={i} class="statement differs" title={against.title}>
              {statement}
            </mark>
          );
        }
        const wanted = targets.some((name) => names(statement, name));
        return wanted ? (
          <strong key={i} class="statement">
            {statement}
          </strong>
        ) : (
          <span key={i} class="statement">
            {statement}
          </span>
        );
      })}
      {left > 0 && <span class="left-out">{t('… {0} more characters', left.toLocaleString('en'))}</span>}
    </bdi>
  );
}
