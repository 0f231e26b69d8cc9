import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ChoiceNote } from '../src/lac/events';
import { isLinearInAlpha } from '../src/lac/methods';
import { actionValue, alphaText, quantity } from './figures';
import { Inert, inertLabel } from './inertText';
import { usePage } from './page';
import { paintText } from './paintedText';
import { explain, outlookAt, type ShownDecision } from './shownDecision';
import { shallowerLines, whatElse } from './whatElse';
import { t } from './words';

const noteWords: Readonly<Record<ChoiceNote, string>> = {
  'all-bad': t('every rollout ends in BAD'),
  'all-equal': t('the Qs cannot tell the candidates apart'),
  loop: t('this action was tried here before'),
  'undefined-values': t('a Q is not known'),
  'low-verdict-mass': t('the model hardly expected a verdict'),
  'single-candidate': t('only one candidate'),
};

export interface ReasonsProps {
  readonly shown: ShownDecision;
  /** True while the person has not chosen. */
  readonly hidden: boolean;
  /** What the person would do, by index; -1 where they only asked to see. */
  readonly guess: number | undefined;
  /** True where what is missing may still come. */
  readonly live: boolean;
  readonly onReveal: () => void;
}

/** Why this action and what would change it, before the figures; nothing of it while the person has yet to choose. */
export function Reasons({ shown, hidden, guess, live, onReveal }: ReasonsProps): JSX.Element {
  const { section, decision } = shown;
  if (hidden) {
    return (
      <p class="why">
        {decision.choice === null ? (
          <Progress shown={shown} live={live} />
        ) : (
          <>
            {t('Choose what you would do: Q and policy are hidden until then.')}{' '}
            <button type="button" class="link" onClick={onReveal}>
              {t('Show without choosing')}
            </button>
          </>
        )}
      </p>
    );
  }
  const notes = decision.choice?.notes ?? [];
  const { executed } = section;
  const winner = decision.winner;
  return (
    <div class="reasons">
      <Why shown={shown} live={live} />
      {guess !== undefined && guess >= 0 && winner !== null && (
        <p class="also">
          <strong>
            {guess === winner.index
              ? t('You chose the same.')
              : t('You chose {0}.', inertLabel(decision.candidates[guess]?.action ?? '', 60))}
          </strong>
        </p>
      )}
      {executed !== null && (executed.by === 'person' || executed.candidate !== winner?.index) && (
        <p class="also">
          {executed.by === 'person' ? t('Executed by a person:') : t('Executed:')}{' '}
          <Inert text={executed.action} class="code" />
        </p>
      )}
      {notes.length > 0 && (
        <ul class="notes" aria-label={t('What to notice')}>
          {notes.map((note) => (
            <li key={note}>{noteWords[note]}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** How far a decision under way has come. */
function Progress({ shown, live }: Pick<ReasonsProps, 'shown' | 'live'>): JSX.Element {
  const { candidates } = shown.decision;
  const judged = candidates.filter(({ value }) => value !== null).length;
  return (
    <span class="dim">
      {!shown.section.running && !live
        ? t('The decision was not finished.')
        : candidates.every(({ prior }) => prior === null)
          ? t('The actor is proposing candidates.')
          : t('{0} of {1} candidates have their Q.', judged, candidates.length)}
    </span>
  );
}

/** The sentence and what would change it; both follow alpha while it is dragged: painted, never rendered. */
function Why({ shown, live }: Pick<ReasonsProps, 'shown' | 'live'>): JSX.Element {
  const { preview } = usePage();
  const block = useRef<HTMLDivElement>(null);
  const { decision, section, lines } = shown;
  const { parameters } = section;
  const actions = decision.candidates.map(({ action }) => inertLabel(action, 60));
  const shallower = useMemo(() => shallowerLines(decision, parameters), [decision]);
  const asks = isLinearInAlpha(parameters.method) && decision.candidates.length > 1;
  const paint = (): void => {
    const at = (name: string): Element | null => block.current?.querySelector(`[data-says="${name}"]`) ?? null;
    const outlook = outlookAt(shown, preview.dragged);
    say(at('why'), outlook === null ? '' : explain(outlook, actions));
    if (!asks) return;
    if (!shown.alphaDecides) {
      for (const name of ['alpha', 'q', 'depth']) say(at(name), '–');
      return;
    }
    const alpha = preview.dragged ?? parameters.alpha;
    const other = whatElse(lines, shallower, alpha, parameters);
    const named = (candidate: number): string => actions[candidate] ?? '';
    const { below = null, above = null } = other ?? {};
    const sides = [
      ...(below === null ? [] : [t('below {0}: {1}', alphaText(below.alpha), named(below.candidate))]),
      ...(above === null ? [] : [t('above {0}: {1}', alphaText(above.alpha), named(above.candidate))]),
    ];
    say(at('alpha'), sides.length === 0 ? t('no alpha changes the choice') : sides.join(' · '));
    const next = other?.runnerUp ?? null;
    const now = next === null ? undefined : lines[next.candidate]?.value;
    say(
      at('q'),
      next === null || now === undefined
        ? t('weighs nothing at alpha 0')
        : t('above {0}, now {1}: {2}', quantity(next.q), actionValue(now), named(next.candidate)),
    );
    const shorter = other?.shallower ?? null;
    say(
      at('depth'),
      shorter === null
        ? t('a shallower rollout chooses the same')
        : t('at depth {0}: {1}', shorter.depth, named(shorter.candidate)),
    );
  };
  useLayoutEffect(paint);
  useEffect(() => preview.subscribe(paint));
  return (
    <div ref={block}>
      {decision.choice === null ? (
        <p class="why" key="progress">
          <Progress shown={shown} live={live} />
        </p>
      ) : (
        <p class="why" key="why" data-says="why" />
      )}
      {asks && (
        <>
          <p class="what-else-title">{t('What would change it')}</p>
          <dl class="what-else">
            <dt title={t('How much the critic weighs')}>α</dt>
            <dd>
              <span data-says="alpha" />
            </dd>
            <dt title={t('The Q that the next candidate would need')}>Q</dt>
            <dd>
              <span data-says="q" />
            </dd>
            {shallower.length > 0 && (
              <>
                <dt title={t('Had the rollouts ended earlier')}>{t('depth')}</dt>
                <dd>
                  <span data-says="depth" />
                </dd>
              </>
            )}
          </dl>
        </>
      )}
    </div>
  );
}

function say(element: Element | null, text: string): void {
  if (element === null || element.textContent === text) return;
  paintText(element, text);
  if (element.tagName === 'SPAN') element.setAttribute('title', text);
}
