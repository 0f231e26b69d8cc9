import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DecisionCandidate } from '../src/lac/decision';
import type { ActionValue } from '../src/lac/events';
import { CandidateDetail } from './candidateDetail';
import { Button, Check, Failure, LinkButton, TextEntry } from './controls';
import { actionValue, actionValueInWords, count, probability } from './figures';
import { Icon } from './icons';
import { NoiseTable } from './noiseTable';
import { Inert, inertLabel } from './inertText';
import { useAsking, usePage } from './page';
import { paintText } from './paintedText';
import { shareOf } from './qScale';
import { Reasons } from './reasons';
import { rowsOf } from './rows';
import { outlookAt, type ShownDecision } from './shownDecision';
import { Tabs } from './tabs';
import { withGuess, withOpen, type SortKey } from './viewState';
import { plural, t } from './words';

export interface DecisionPartProps {
  readonly shown: ShownDecision;
  readonly admissible: readonly string[] | null;
  /** True while anything may be asked of a model or executed. */
  readonly live: boolean;
  /** Why none is under the cursor, where the decision that led there is shown instead; null for the cursor's own. */
  readonly ledTo: ComponentChildren | null;
}

/** The candidates with prior, Q and policy; a row opens into how its Q came about. */
export function DecisionPart({ shown, admissible, live: mayAct, ledTo }: DecisionPartProps): JSX.Element {
  const page = usePage();
  const asking = useAsking();
  const { section, decision } = shown;
  // What is asked concerns the step under the cursor.
  const live = mayAct && ledTo === null;
  const key = `${section.node} ${section.shown}`;
  const guess = page.view.guesses[key];
  const hidden = shown.judged && page.view.hideQ && guess === undefined;
  const reveal = (candidate: number): void => page.changeView((view) => withGuess(view, key, candidate));
  return (
    <section class="part decision" aria-labelledby="decision-title">
      {ledTo !== null && <div class="undecided">{ledTo}</div>}
      <header>
        <h2 id="decision-title">
          {ledTo === null ? t('Decision') : t('Decision of step {0}, which led here', section.step)}
        </h2>
        {ledTo !== null && (
          <LinkButton disabled={asking.busy} onPress={() => void asking.ask('moveTo', { node: section.node })}>
            {t('Go to step {0}', section.step)}
          </LinkButton>
        )}
        {section.running && (
          <span class="busy">
            <i class="spinner" />
            {t('deciding')}
          </span>
        )}
        {shown.judged && (
          <span class="end">
            <Check checked={page.view.hideQ} onChange={(hideQ) => page.changeView((view) => ({ ...view, hideQ }))}>
              {t('Hide Q')}
            </Check>
          </span>
        )}
      </header>
      {section.tabs.length > 1 && (
        <Tabs
          label={t('Decisions at this step')}
          controls="decision-panel"
          selected={section.shown}
          onSelect={(index) => void asking.ask('showDecision', { node: section.node, decision: index })}
          tabs={section.tabs.map(({ index, label, reason, complete }) => ({
            id: index,
            title: reason === 'step' ? t('First decision: {0}', inertLabel(label)) : t('Probe: {0}', inertLabel(label)),
            text: (
              <>
                <Inert text={label} most={60} />
                {!complete && <span class="dim"> …</span>}
              </>
            ),
          }))}
        />
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
      <div id="decision-panel" {...(section.tabs.length > 1 ? { role: 'tabpanel', 'aria-label': t('Decision') } : {})}>
        {decision.thoughts.map(({ text }, i) => (
          <p key={i} class="thought">
            <span class="dim">{t('thought')} </span>
            <Inert text={text} />
          </p>
        ))}
        {decision.candidates.length === 0 ? (
          <p class="dim">
            {section.running ? t('The actor is proposing candidates.') : t('No decision has been made at this step.')}
          </p>
        ) : (
          <>
            <Reasons shown={shown} hidden={hidden} guess={guess} live={live} onReveal={() => reveal(-1)} />
            <Candidates shown={shown} hidden={hidden} onGuess={reveal} live={live} />
            {section.noise !== null && !hidden && <NoiseTable noise={section.noise} />}
          </>
        )}
        {live && decision.candidates.length > 0 && !section.running && <AddCandidate admissible={admissible} />}
      </div>
    </section>
  );
}

interface CandidatesProps {
  readonly shown: ShownDecision;
  readonly hidden: boolean;
  readonly onGuess: (candidate: number) => void;
  readonly live: boolean;
}

function Candidates({ shown, hidden, onGuess, live }: CandidatesProps): JSX.Element {
  const { preview, view, changeView } = usePage();
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const { section, decision } = shown;
  const [all, setAll] = useState<number | null>(null);
  const openKey = (candidate: DecisionCandidate): string => `${section.node} ${candidate.action.slice(0, 200)}`;
  const isOpen = (candidate: DecisionCandidate): boolean => view.open.includes(openKey(candidate));
  // The order by Q or policy would tell what is hidden.
  const sort = hidden ? 'prior' : view.sort;
  const { rows: candidates, left } = rowsOf(shown, sort, (candidate) => all === section.node || isOpen(candidate));

  // Winner, policy and ranks follow alpha while it is dragged: they are painted, never rendered.
  const paint = (): void => {
    if (grid.current === null) return;
    paintOutlook(grid.current, shown, hidden ? null : outlookAt(shown, preview.dragged));
  };
  useLayoutEffect(paint);
  useEffect(() => preview.subscribe(paint));

  const setOpen = (candidate: DecisionCandidate, open: boolean): void => {
    if (isOpen(candidate) !== open) changeView((current) => withOpen(current, openKey(candidate), open));
  };
  const focusRow = (index: number): void => {
    setFocused(index);
    grid.current?.querySelectorAll<HTMLElement>('[data-candidate]').item(index)?.focus();
  };
  const onRowKey = (event: KeyboardEvent, place: number): void => {
    if (event.target !== event.currentTarget) return;
    const candidate = candidates[place];
    const last = candidates.length - 1;
    switch (event.key) {
      case 'ArrowDown':
        focusRow(Math.min(place + 1, last));
        break;
      case 'ArrowUp':
        focusRow(Math.max(place - 1, 0));
        break;
      case 'Home':
        focusRow(0);
        break;
      case 'End':
        focusRow(last);
        break;
      case 'ArrowRight':
        setOpen(candidate, true);
        break;
      case 'ArrowLeft':
        setOpen(candidate, false);
        break;
      case 'Enter':
      case ' ':
        setOpen(candidate, !isOpen(candidate));
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const active = Math.min(focused, candidates.length - 1);
  const topPrior = Math.max(...decision.candidates.map(({ prior }) => prior ?? 0), 0.01);
  const sortBy = (key: SortKey): void => changeView((current) => ({ ...current, sort: key }));
  return (
    <div class={`candidates${hidden ? ' hiding' : ''}`} role="treegrid" aria-label={t('Candidates')} ref={grid}>
      <div role="row" class="candidate-head">
        <span role="columnheader">{t('action')}</span>
        <Heading
          name="prior"
          sort={sort}
          onSort={sortBy}
          title={t('How likely the actor finds the action, over all candidates')}
        >
          {t('prior')}
        </Heading>
        <Heading
          name="q"
          sort={sort}
          {...(hidden ? {} : { onSort: sortBy })}
          title={t(
            "The critic's log-odds of GOOD over BAD at the end of the rollout. Bars: 0 in the middle, ±{0} at the ends, linear below 1 and logarithmic beyond, so that small ones stay visible",
            shown.reach,
          )}
        >
          Q {!hidden && <span class="scale">{t('±{0} log', count(shown.reach))}</span>}
        </Heading>
        <Heading
          name="policy"
          sort={sort}
          {...(hidden ? {} : { onSort: sortBy })}
          title={t('The prior, moved by alpha times Q: what the choice is made from')}
        >
          {t('policy')}
        </Heading>
      </div>
      {candidates.map((candidate, place) => {
        const open = isOpen(candidate);
        return [
          <div
            key={candidate.index}
            role="row"
            class="candidate"
            data-candidate={candidate.index}
            aria-expanded={open}
            aria-level={1}
            tabIndex={place === active ? 0 : -1}
            onFocus={() => setFocused(place)}
            onKeyDown={(event) => onRowKey(event, place)}
            onClick={(event) => {
              if (event.target instanceof Element && event.target.closest('button') !== null) return;
              setOpen(candidate, !open);
            }}
          >
            <div role="gridcell" class="action">
              <span class="twist" aria-hidden="true">
                <Icon name="open" />
              </span>
              <span class="key" aria-hidden="true">
                {candidate.index + 1}
              </span>
              <span class="action-words">
                <Inert text={candidate.action} most={160} />
                <span class="winner-mark unseen" />
                <span class="rank" />
                {candidate.proposal.source === 'hand' && <span class="chip">{t('by hand')}</span>}
                {hidden && decision.choice !== null && (
                  <button type="button" class="link guess" onClick={() => onGuess(candidate.index)}>
                    {t('choose this')}
                  </button>
                )}
              </span>
            </div>
            <Cell name="prior" words={candidate.prior === null ? t('prior not known yet') : null}>
              {candidate.prior === null ? (
                <Pending />
              ) : (
                <Bar
                  share={candidate.prior / topPrior}
                  text={`${candidate.proposal.score === 'exact' ? '' : '≈'}${probability(candidate.prior)}`}
                />
              )}
            </Cell>
            <Cell name="q" words={hidden ? t('hidden') : null}>
              {hidden ? (
                <span class="veil" aria-hidden="true" />
              ) : candidate.value === null && !section.running ? (
                <span class="dim number">–</span>
              ) : (
                <QBar value={candidate.value} ghost={shown.ghosts.get(candidate.action) ?? null} reach={shown.reach} />
              )}
            </Cell>
            <Cell name="policy" words={hidden ? t('hidden') : null}>
              {hidden ? <span class="veil" aria-hidden="true" /> : <Bar share={0} text="" />}
            </Cell>
          </div>,
          open && (
            <div key={`${candidate.index} open`} role="row" class="candidate-open" aria-level={2}>
              <div role="gridcell" aria-colspan={4}>
                <CandidateDetail shown={shown} candidate={candidate} hidden={hidden} live={live} />
              </div>
            </div>
          ),
        ];
      })}
      {left > 0 && (
        <div role="row" class="rows-left">
          <div role="gridcell" aria-colspan={4}>
            <button type="button" class="link" onClick={() => setAll(section.node)}>
              {plural(left, 'Show {0} more candidate', 'Show {0} more candidates')}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

interface HeadingProps {
  readonly name: SortKey;
  readonly sort: SortKey;
  /** Left out where the order would tell what is hidden. */
  readonly onSort?: (key: SortKey) => void;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A column's name; pressing it puts the greatest first. */
function Heading({ name, sort, onSort, title, children }: HeadingProps): JSX.Element {
  const sorted = sort === name;
  return (
    <span role="columnheader" class={`heading ${name}`} title={title} aria-sort={sorted ? 'descending' : 'none'}>
      {onSort === undefined ? (
        children
      ) : (
        <button type="button" class="sort" onClick={() => onSort(name)}>
          {children}
          <span class="sort-mark" aria-hidden="true">
            {sorted ? '↓' : ''}
          </span>
        </button>
      )}
    </span>
  );
}

function paintOutlook(grid: HTMLElement, shown: ShownDecision, outlook: ReturnType<typeof outlookAt>): void {
  for (const row of grid.querySelectorAll<HTMLElement>('[data-candidate]')) {
    const index = Number(row.dataset['candidate']);
    const winner = outlook?.winner === index;
    if (row.classList.contains('winner') !== winner) row.classList.toggle('winner', winner);
    paintText(row.querySelector('.winner-mark'), winner ? t('chosen') : '');
    const policy = outlook?.policy[index];
    const fill = row.querySelector<HTMLElement>('.policy .fill');
    if (fill !== null) fill.style.transform = `scaleX(${policy ?? 0})`;
    paintText(row.querySelector('.policy .number > span'), policy === undefined ? '' : probability(policy));
    const before = shown.decision.candidates.find((candidate) => candidate.index === index)?.priorRank ?? null;
    const after = outlook?.ranks[index];
    const gained = before === null || after === undefined ? 0 : before - after;
    const rank = row.querySelector<HTMLElement>('.rank');
    if (rank !== null) {
      paintText(rank, gained === 0 ? '' : gained > 0 ? `▲${gained}` : `▼${-gained}`);
      rank.className = gained === 0 ? 'rank' : gained > 0 ? 'rank up' : 'rank down';
      const title =
        gained === 0
          ? ''
          : gained > 0
            ? t('Up from rank {0} under the prior to rank {1}', before ?? 0, after ?? 0)
            : t('Down from rank {0} under the prior to rank {1}', before ?? 0, after ?? 0);
      if (rank.title !== title) rank.title = title;
    }
  }
}

interface CellProps {
  readonly name: string;
  /** Said instead of nothing where the cell is only drawn. */
  readonly words: string | null;
  readonly children: ComponentChildren;
}

function Cell({ name, words, children }: CellProps): JSX.Element {
  return (
    <div role="gridcell" class={`figure ${name}`}>
      {words !== null && <span class="unseen">{words}</span>}
      {children}
    </div>
  );
}

function Pending(): JSX.Element {
  return (
    <span class="pending">
      <span class="unseen">{t('not known yet')}</span>
    </span>
  );
}

function Bar({ share, text }: { readonly share: number; readonly text: string }): JSX.Element {
  return (
    <>
      <span class="bar">
        <i class="fill" style={{ transform: `scaleX(${share})` }} />
      </span>
      <span class="number">
        <span>{text}</span>
      </span>
    </>
  );
}

interface QBarProps {
  /** null while it is awaited: then only the ghost is drawn. */
  readonly value: ActionValue | null;
  readonly ghost: ActionValue | null;
  readonly reach: number;
}

/** Q as a bar from the middle: to the right for, to the left against; open-ended where it is only bounded. */
function QBar({ value, ghost, reach }: QBarProps): JSX.Element {
  const width = (amount: number): string => `${50 * shareOf(amount, reach)}%`;
  const side = (amount: number): { left?: string; right?: string; width: string } =>
    amount < 0 ? { right: '50%', width: width(amount) } : { left: '50%', width: width(amount) };
  const now = value === null ? '' : actionValue(value);
  const was = ghost !== null && ghost.q !== null && actionValue(ghost) !== now ? ghost : null;
  if (value === null && was === null) return <Pending />;
  const q = value?.q ?? null;
  const inWords = value === null ? t('Q not known yet') : actionValueInWords(value);
  const title = was === null ? inWords : t('{0}, was {1}', inWords, actionValue(was));
  return (
    <>
      <span class="bar diverging" title={title} style={{ '--one': `${50 * shareOf(1, reach)}%` }}>
        {value !== null && q === null && <i class="not-known" />}
        {value !== null && q !== null && (
          <i class={`fill ${q < 0 ? 'against' : 'for'} ${value.bound}`} style={side(q)} />
        )}
        {was !== null && was.q !== null && <i class={`ghost ${was.q < 0 ? 'against' : 'for'}`} style={side(was.q)} />}
      </span>
      <span class="number" title={title}>
        {was !== null && <span class="was">{t('was {0}', actionValue(was))}</span>}
        {value === null ? <span class="unseen">{t('not known yet')}</span> : <span>{now}</span>}
      </span>
    </>
  );
}

function AddCandidate({ admissible }: { readonly admissible: readonly string[] | null }): JSX.Element {
  const asking = useAsking();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const add = async (action: string): Promise<void> => {
    if (action.trim() === '') return;
    if ((await asking.ask('addCandidate', { action: action.trim() })) !== null) setText('');
  };
  if (!open) {
    return (
      <p class="more">
        <button type="button" class="link" onClick={() => setOpen(true)}>
          {t('Add a candidate')}
        </button>
      </p>
    );
  }
  const typed = text.trim().toLowerCase();
  const offered = (admissible ?? []).filter((action) => action.toLowerCase().includes(typed)).slice(0, 6);
  return (
    <div class="add-candidate">
      <div class="line">
        <TextEntry
          label={t('Action of the new candidate')}
          placeholder={t("an action, in the environment's words")}
          value={text}
          onInput={setText}
          onEnter={(value) => void add(value)}
          onEscape={() => setOpen(false)}
        />
        <Button onPress={() => void add(text)} disabled={asking.busy || typed === ''}>
          {t('Add')}
        </Button>
      </div>
      {offered.length > 0 && (
        <p class="suggestions">
          {offered.map((action) => (
            <button key={action} type="button" class="link" onClick={() => void add(action)}>
              <Inert text={action} most={80} />
            </button>
          ))}
        </p>
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </div>
  );
}
