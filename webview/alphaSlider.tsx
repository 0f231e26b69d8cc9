import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { alphaAt, axisOf, flipPoints } from '../src/lac/improvement';
import { isLinearInAlpha } from '../src/lac/methods';
import { parameterSpecs } from '../src/lac/parameters';
import type { ControlsSection } from '../src/protocol/panel';
import { Failure, TextEntry } from './controls';
import { alphaText } from './figures';
import { Inert, inertLabel } from './inertText';
import { useAsking, usePage } from './page';
import { paintText } from './paintedText';
import { scoreChart } from './scoreChart';
import { outlookAt, type ShownDecision } from './shownDecision';
import { useWidth } from './useWidth';
import { t } from './words';

const { maximum, default: usual } = parameterSpecs.alpha;
const chartHeight = 104;
/** Below so many pixels a stretch of the axis has no room for its candidate's number, or for its name behind that. */
const keyWidth = 24;
const nameWidth = 64;
/** Half a thumb: the slider's ends lie this far inside its box, and so do the chart's. */
const inset = 7;
/** A press of a key is followed by others; the last one of a series is what is set. */
const keyPause = 350;

/** The alpha at a place of the slider, rounded to three digits. */
function alphaOf(t: number): number {
  if (t >= 1) return maximum;
  return Math.min(Number(alphaAt(t).toPrecision(3)), maximum);
}

/** A round number just above a flip, for going there. */
function beyond(alpha: number): number {
  for (const digits of [1, 2, 3, 4, 6]) {
    const scale = 10 ** (Math.floor(Math.log10(alpha)) - digits + 1);
    const next = Number((Math.ceil((alpha * 1.001) / scale) * scale).toPrecision(digits + 1));
    if (next > alpha && next <= alpha * 1.2) return Math.min(next, maximum);
  }
  return Math.min(alpha * 1.01, maximum);
}

export interface AlphaSliderProps {
  readonly controls: ControlsSection;
  readonly shown: ShownDecision | null;
  /** True while the person has not chosen: the lines would tell. */
  readonly hidden: boolean;
}

/** Alpha on the axis t = alpha / (1 + alpha), with the score lines of all candidates and who is chosen where. */
export function AlphaSlider({ controls, shown, hidden }: AlphaSliderProps): JSX.Element {
  const { preview } = usePage();
  const asking = useAsking();
  const { element: frame, width: outer } = useWidth<HTMLDivElement>();
  const slider = useRef<HTMLInputElement>(null);
  const readout = useRef<HTMLElement>(null);
  const cursor = useRef<SVGGElement>(null);
  const segmentList = useRef<HTMLOListElement>(null);
  const keyTimer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const byKey = useRef(false);
  const [entry, setEntry] = useState<string | null>(null);

  const { alpha: inForce, method } = controls.parameters;
  const linear = isLinearInAlpha(method);
  const width = Math.max(outer - 2 * inset, 0);
  const lines = shown !== null && shown.alphaDecides && !hidden ? shown.lines : [];
  const tieRule = shown?.section.parameters.tieRule ?? controls.parameters.tieRule;
  const chart = useMemo(() => scoreChart(lines, tieRule, width, chartHeight), [lines, tieRule, width]);
  const flips = useMemo(() => flipPoints(lines, tieRule), [lines, tieRule]);
  const actions = (shown?.decision.candidates ?? []).map(({ action }) => action);

  const paint = (): void => {
    const alpha = preview.dragged ?? inForce;
    const place = axisOf(alpha);
    const outlook = shown === null || hidden || !shown.alphaDecides ? null : outlookAt(shown, alpha);
    const winner = outlook?.winner ?? -1;
    const name = inertLabel(actions[winner] ?? '', 60);
    if (slider.current !== null) {
      if (preview.dragged === null || Math.abs(Number(slider.current.value) - place) > 0.0005)
        slider.current.value = String(place);
      slider.current.setAttribute(
        'aria-valuetext',
        `${t('alpha {0}', alphaText(alpha))}${name === '' ? '' : `: ${name}`}`,
      );
      slider.current.style.setProperty('--place', String(place));
    }
    paintText(readout.current, alphaText(alpha));
    if (cursor.current !== null && chart !== null && winner >= 0) {
      cursor.current.setAttribute('transform', `translate(${place * width} 0)`);
      const dot = cursor.current.querySelector('circle');
      dot?.setAttribute('cy', String(chart.yOf(lines[winner], Math.min(place, 1))));
    }
    for (const each of frame.current?.querySelectorAll<SVGElement>('[data-line]') ?? []) {
      const on = Number(each.dataset['line']) === winner;
      if (each.classList.contains('on') !== on) each.classList.toggle('on', on);
    }
    for (const each of segmentList.current?.children ?? []) {
      const on =
        each instanceof HTMLElement && Number(each.dataset['from']) <= alpha && alpha < Number(each.dataset['to']);
      if (each.classList.contains('on') !== on) each.classList.toggle('on', on);
    }
  };
  useLayoutEffect(paint);
  useEffect(() => preview.subscribe(paint));

  const cancelKeys = (): void => {
    if (keyTimer.current !== null) clearTimeout(keyTimer.current);
    keyTimer.current = null;
  };
  const commit = async (alpha: number): Promise<void> => {
    cancelKeys();
    if (alpha === inForce) {
      preview.show(null);
      return;
    }
    preview.show(alpha);
    await asking.ask('setParameter', { name: 'alpha', value: alpha });
    // Another drag may have begun before the answer came.
    if (preview.dragged === alpha) preview.show(null);
  };
  const commitAfterKeys = (alpha: number): void => {
    cancelKeys();
    keyTimer.current = setTimeout(() => void commit(alpha), keyPause);
  };
  useEffect(() => cancelKeys, []);

  const dragAt = (event: PointerEvent): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || width <= 0) return;
    preview.show(alphaOf(Math.min(1, Math.max(0, (event.clientX - box.left - inset) / width))));
  };
  const setTyped = (text: string): void => {
    const alpha = text.trim() === '∞' ? maximum : Number(text.trim().replace(',', '.'));
    if (text.trim() === '' || !(alpha >= 0 && alpha <= maximum)) {
      setEntry(text);
      return;
    }
    setEntry(null);
    void commit(alpha);
  };

  if (!linear) {
    return (
      <div class="alpha">
        <p class="dim">{t('Alpha weighs nothing under method {0}: it does not add prior and Q.', method)}</p>
      </div>
    );
  }
  return (
    <div class="alpha">
      <div class="alpha-head">
        <span class="alpha-name" id="alpha-name">
          <span aria-hidden="true">α</span> <span class="dim">{t('alpha, the critic’s weight')}</span>
        </span>
        {entry === null ? (
          <button
            type="button"
            class="link alpha-value"
            title={t('Set alpha exactly')}
            onClick={() => setEntry(String(inForce))}
          >
            <span ref={readout} />
            <span class="unseen">{t(', set alpha exactly')}</span>
          </button>
        ) : (
          <AlphaEntry text={entry} onText={setEntry} onEnter={setTyped} onLeave={() => setEntry(null)} />
        )}
      </div>
      <div class="alpha-frame" ref={frame}>
        {chart !== null && width > 0 && (
          <svg
            class="score-lines"
            width={outer}
            height={chartHeight}
            role="img"
            aria-label={t('Score of {0} candidates over alpha', lines.length)}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              dragAt(event);
            }}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) dragAt(event);
            }}
            onPointerUp={() => void commit(preview.dragged ?? inForce)}
            onPointerCancel={() => preview.show(null)}
            onDblClick={() => void commit(usual)}
          >
            <g transform={`translate(${inset} 0)`}>
              <path class="axis" d={`M0 ${chartHeight - 0.5}H${width}`} />
              {flips.map(({ alpha }) => (
                <path key={alpha} class="flip" d={`M${axisOf(alpha) * width} 0V${chartHeight}`} />
              ))}
              <polyline class="envelope" points={chart.envelope.map(([x, y]) => `${x},${y}`).join(' ')} />
              {chart.lines.map(({ candidate, left, right }) => (
                <line key={candidate} data-line={candidate} class="score" x1={0} y1={left} x2={width} y2={right} />
              ))}
              {chart.lines.map(({ candidate, labelY }) =>
                labelY === null ? null : (
                  <g
                    key={candidate}
                    data-line={candidate}
                    class="line-key"
                    transform={`translate(${width - 8} ${labelY})`}
                  >
                    <circle r="6" />
                    <text y="3.500">{candidate + 1}</text>
                  </g>
                ),
              )}
              <g class="cursor" ref={cursor}>
                <path d={`M0 0V${chartHeight}`} />
                <circle r="4" />
              </g>
            </g>
          </svg>
        )}
        {chart !== null && (
          <ol class="segments" ref={segmentList} aria-label={t('Who is chosen, from alpha 0 up')}>
            {chart.segments.map(({ candidate, start, end, from, to }) => (
              <li
                key={from}
                data-from={from}
                data-to={to}
                style={{ flexGrow: end - start }}
                title={t(
                  '{0} from alpha {1} to {2}',
                  inertLabel(actions[candidate] ?? '', 60),
                  alphaText(from),
                  alphaText(to),
                )}
              >
                {(end - start) * width >= keyWidth && <span class="key">{candidate + 1}</span>}
                {(end - start) * width >= nameWidth && <Inert text={actions[candidate] ?? ''} most={60} />}
                <span class="unseen"> {t('from {0} to {1}', alphaText(from), alphaText(to))}</span>
              </li>
            ))}
          </ol>
        )}
        <input
          ref={slider}
          class="slider"
          type="range"
          min={0}
          max={1}
          step="any"
          aria-label={t('Alpha')}
          title={t('Arrows, Home and End move; double-click sets 1')}
          onKeyDown={(event) => {
            byKey.current = true;
            const place = axisOf(preview.dragged ?? inForce);
            const steps: Readonly<Record<string, number>> = {
              ArrowRight: place + 0.01,
              ArrowUp: place + 0.01,
              ArrowLeft: place - 0.01,
              ArrowDown: place - 0.01,
              PageUp: place + 0.1,
              PageDown: place - 0.1,
              Home: 0,
              End: 1,
            };
            if (event.key === 'Escape') {
              cancelKeys();
              preview.show(null);
            } else if (event.key === 'Enter') {
              void commit(preview.dragged ?? inForce);
            } else if (Object.hasOwn(steps, event.key)) {
              const alpha = alphaOf(Math.min(1, Math.max(0, steps[event.key])));
              preview.show(alpha);
              commitAfterKeys(alpha);
            } else return;
            event.preventDefault();
          }}
          onPointerDown={() => (byKey.current = false)}
          onInput={(event) => preview.show(alphaOf(event.currentTarget.valueAsNumber))}
          onChange={(event) => {
            if (!byKey.current) void commit(alphaOf(event.currentTarget.valueAsNumber));
          }}
          onDblClick={() => void commit(usual)}
        />
        <div class="alpha-ends dim" aria-hidden="true">
          <span>{t('0 prior only')}</span>
          <span>{t('critic only ∞')}</span>
        </div>
      </div>
      {chart !== null && (
        <p class="flips">
          {flips.length === 0 ? (
            <span class="dim">{t('No alpha changes the choice.')}</span>
          ) : (
            <>
              <span class="dim">{t('flips at')} </span>
              {flips.map(({ alpha, to }) => (
                <button
                  key={alpha}
                  type="button"
                  class="link"
                  title={t(
                    'Go just above {0}, where the choice is {1}',
                    alphaText(alpha),
                    inertLabel(actions[to] ?? '', 60),
                  )}
                  onClick={() => void commit(beyond(alpha))}
                >
                  {alphaText(alpha)} <span class="dim">{t('to')}</span> <Inert text={actions[to] ?? ''} most={40} />
                </button>
              ))}
            </>
          )}
        </p>
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </div>
  );
}

interface AlphaEntryProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onEnter: (text: string) => void;
  readonly onLeave: () => void;
}

function AlphaEntry({ text, onText, onEnter, onLeave }: AlphaEntryProps): JSX.Element {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    place.current?.querySelector<HTMLElement>('vscode-text-field')?.focus();
  }, []);
  const alpha = Number(text.trim().replace(',', '.'));
  const refused = text.trim() === '' || !(alpha >= 0 && alpha <= maximum);
  return (
    <span class="alpha-entry" ref={place}>
      {refused && text !== '' && <span class="caution">{t('0 to {0}', maximum.toLocaleString('en'))}</span>}
      <TextEntry
        label={t('Alpha, exactly')}
        size={7}
        value={text}
        onInput={onText}
        onEnter={onEnter}
        onEscape={onLeave}
      />
    </span>
  );
}
