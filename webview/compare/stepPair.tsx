import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type {
  Aspect,
  ComparedCandidate,
  ComparedPrompt,
  ComparedStepDetail,
  ComparedStepPair,
} from '../../src/protocol/compare';
import { actionValue, probability, quantity } from '../figures';
import { Inert, inert } from '../inertText';
import { t } from '../words';
import { aspectWords } from './aspectWords';
import { diffLines, diffWords, type Piece } from './textDiff';

const mostText = 20_000;

/** One step of both sides, what differs marked. */
export function StepPair({
  pair,
  differs,
}: {
  readonly pair: ComparedStepPair;
  readonly differs: readonly Aspect[];
}): JSX.Element {
  const { left, right } = pair;
  return (
    <>
      <header class="pair-header">
        <h2>{t('Step {0}', pair.step)}</h2>
        {differs.length === 0 ? (
          <span class="dim">{t('equal on both sides')}</span>
        ) : (
          <ul class="aspects" aria-label={t('Differs in')}>
            {differs.map((aspect) => (
              <li key={aspect} class="chip">
                {aspectWords[aspect]}
              </li>
            ))}
          </ul>
        )}
      </header>
      {(left === null || right === null) && (
        <p class="dim">{t(left === null ? 'The left side has no such step.' : 'The right side has no such step.')}</p>
      )}
      <Texts title={t('Observation')} left={left?.observation} right={right?.observation} />
      <Texts title={t('Thoughts')} left={thoughtsOf(left)} right={thoughtsOf(right)} />
      {pair.parameters.length > 0 && (
        <section>
          <h3>{t('Parameters')}</h3>
          <Facts rows={pair.parameters.map(({ name, left: a, right: b }) => [name, a, b])} />
        </section>
      )}
      <Candidates left={left} right={right} />
      <Texts title={t('Action')} left={left?.action} right={right?.action} />
      <Texts title={t('What it led to')} left={left?.outcome} right={right?.outcome} />
      <Texts title={t('Reflection')} left={left?.reflection} right={right?.reflection} />
      <Rewards left={left} right={right} />
      <Prompts prompts={pair.prompts} equal={pair.equalPrompts} />
    </>
  );
}

function thoughtsOf(side: ComparedStepDetail | null): string | undefined {
  return side === null || side.thoughts.length === 0 ? undefined : side.thoughts.join('\n');
}

/** Rows of a name and a value for each side. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, string, string])[] }): JSX.Element {
  return (
    <table class="compared-facts">
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">{t('Fact')}</span>
          </th>
          <th scope="col">{t('Left')}</th>
          <th scope="col">{t('Right')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, left, right]) => (
          <tr key={name} class={left === right ? '' : 'differs'}>
            <th scope="row">{name}</th>
            <td class="number">
              <Inert text={left} most={200} />
            </td>
            <td class="number">
              <Inert text={right} most={200} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface TextsProps {
  readonly title: string;
  readonly left: string | null | undefined;
  readonly right: string | null | undefined;
}

/** A text of both sides: once where it is equal, else side by side with the words that differ marked. */
function Texts({ title, left, right }: TextsProps): JSX.Element | null {
  const [a, b] = [left ?? null, right ?? null];
  const pieces = useMemo(() => (a === null || b === null || a === b ? [] : diffWords(clip(a), clip(b))), [a, b]);
  if (a === null && b === null) return null;
  if (a === b) {
    return (
      <section>
        <h3>
          {title} <span class="dim">{t('equal')}</span>
        </h3>
        <p class="text">
          <Inert text={a ?? ''} most={mostText} />
        </p>
      </section>
    );
  }
  return (
    <section>
      <h3>{title}</h3>
      <div class="two">
        <Side text={a} pieces={pieces} side="left" />
        <Side text={b} pieces={pieces} side="right" />
      </div>
    </section>
  );
}

function clip(text: string): string {
  return inert(text, mostText).text;
}

interface SideProps {
  readonly text: string | null;
  readonly pieces: readonly Piece[];
  readonly side: 'left' | 'right';
}

function Side({ text, pieces, side }: SideProps): JSX.Element {
  if (text === null) return <p class="text dim">{t('nothing')}</p>;
  if (pieces.length === 0) {
    return (
      <p class="text">
        <Inert text={text} most={mostText} />
      </p>
    );
  }
  const Mark = side === 'left' ? 'del' : 'ins';
  return (
    <p class="text">
      <bdi class="inert">
        {pieces.map(({ kind, text: piece }, i) =>
          kind === 'same' ? piece : kind === side ? <Mark key={i}>{piece}</Mark> : null,
        )}
      </bdi>
    </p>
  );
}

interface SidesProps {
  readonly left: ComparedStepDetail | null;
  readonly right: ComparedStepDetail | null;
}

interface Joined {
  readonly action: string;
  readonly left: ComparedCandidate | undefined;
  readonly right: ComparedCandidate | undefined;
}

/** The candidates of both sides by their action. */
function Candidates({ left, right }: SidesProps): JSX.Element | null {
  const [a, b] = [left?.candidates ?? [], right?.candidates ?? []];
  if (a.length === 0 && b.length === 0) return null;
  const actions = [...new Set([...a, ...b].map(({ action }) => action))];
  const rows: readonly Joined[] = actions.map((action) => ({
    action,
    left: a.find((each) => each.action === action),
    right: b.find((each) => each.action === action),
  }));
  return (
    <section>
      <h3>{t('Candidates')}</h3>
      <table class="compared-candidates">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {t('action')}
            </th>
            <th scope="colgroup" colSpan={2}>
              {t('prior')}
            </th>
            <th scope="colgroup" colSpan={2}>
              {t('Q')}
            </th>
            <th scope="colgroup" colSpan={2}>
              {t('policy')}
            </th>
          </tr>
          <tr class="dim">
            {['prior', 'Q', 'policy'].flatMap((column) => [
              <th key={`${column} left`} scope="col">
                {t('left')}
              </th>,
              <th key={`${column} right`} scope="col">
                {t('right')}
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ action, left: one, right: other }) => (
            <tr key={action}>
              <th scope="row">
                <span class="chosen-marks">
                  {left?.chosen === action && <Chosen side="left" />}
                  {right?.chosen === action && <Chosen side="right" />}
                </span>
                <Inert text={action} most={120} />
              </th>
              <Cells of={(each) => (each.prior === null ? '?' : probability(each.prior))} left={one} right={other} />
              <Cells of={(each) => actionValue(each.value)} left={one} right={other} />
              <Cells of={(each) => (each.policy === null ? '?' : probability(each.policy))} left={one} right={other} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim small" aria-hidden="true">
        <span class="chosen-mark left">◀</span> {t('chosen on the left')} <span class="chosen-mark right">▶</span>{' '}
        {t('chosen on the right')}
      </p>
    </section>
  );
}

function Chosen({ side }: { readonly side: 'left' | 'right' }): JSX.Element {
  const words = t(side === 'left' ? 'chosen on the left' : 'chosen on the right');
  return (
    <span class={`chosen-mark ${side}`} title={words}>
      {side === 'left' ? '◀' : '▶'}
      <span class="unseen">{words}</span>
    </span>
  );
}

interface CellsProps {
  readonly of: (candidate: ComparedCandidate) => string;
  readonly left: ComparedCandidate | undefined;
  readonly right: ComparedCandidate | undefined;
}

function Cells({ of, left, right }: CellsProps): JSX.Element {
  const [a, b] = [left === undefined ? '–' : of(left), right === undefined ? '–' : of(right)];
  const name = a === b ? 'number' : 'number differs';
  return (
    <>
      <td class={name}>{a}</td>
      <td class={name}>{b}</td>
    </>
  );
}

function Rewards({ left, right }: SidesProps): JSX.Element | null {
  const words = (side: ComparedStepDetail | null): readonly [string, string] => [
    side?.reward === null || side === null ? '–' : quantity(side.reward),
    side?.status ?? '–',
  ];
  const [[reward, status], [otherReward, otherStatus]] = [words(left), words(right)];
  if (reward === otherReward && status === otherStatus) return null;
  return (
    <section>
      <h3>{t('Outcome')}</h3>
      <Facts
        rows={[
          [t('reward'), reward, otherReward],
          [t('status'), status, otherStatus],
        ]}
      />
    </section>
  );
}

interface PromptsProps {
  readonly prompts: readonly ComparedPrompt[];
  readonly equal: number;
}

function Prompts({ prompts, equal }: PromptsProps): JSX.Element | null {
  if (prompts.length === 0 && equal === 0) return null;
  return (
    <section>
      <h3>
        {t('Prompts')} <span class="dim">{t(prompts.length === 0 ? 'all {0} equal' : '{0} equal', equal)}</span>
      </h3>
      {prompts.map((prompt) => (
        <Prompt key={prompt.purpose} prompt={prompt} />
      ))}
    </section>
  );
}

/** Opened, a prompt shows the lines that differ with what surrounds them. */
function Prompt({ prompt }: { readonly prompt: ComparedPrompt }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { purpose, left, right } = prompt;
  const only = left === null ? t('right only') : right === null ? t('left only') : null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {purpose} {only !== null && <span class="dim">{only}</span>}
      </summary>
      {open &&
        (left !== null && right !== null ? (
          <LineDiff left={left} right={right} />
        ) : (
          <pre class="text">
            <Inert text={left ?? right ?? ''} most={mostText} />
          </pre>
        ))}
    </details>
  );
}

const around = 2;

function LineDiff({ left, right }: { readonly left: string; readonly right: string }): JSX.Element {
  const pieces = useMemo(() => diffLines(clip(left), clip(right)), [left, right]);
  return (
    <pre class="text lines">
      {pieces.map(({ kind, text }, i): ComponentChildren => {
        if (kind === 'left') return <del key={i}>{text}</del>;
        if (kind === 'right') return <ins key={i}>{text}</ins>;
        return <span key={i}>{shortened(text, i > 0, i < pieces.length - 1)}</span>;
      })}
    </pre>
  );
}

/** Of equal lines only those beside a difference. */
function shortened(text: string, before: boolean, after: boolean): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
  const [head, tail] = [before ? around : 0, after ? around : 0];
  if (lines.length <= head + tail + 1) return text;
  const left = lines.length - head - tail;
  return [...lines.slice(0, head), `${t('⋯ {0} equal lines', left)}\n`, ...(tail === 0 ? [] : lines.slice(-tail))].join(
    '',
  );
}
