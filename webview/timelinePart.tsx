import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Agreement } from '../src/lac/events';
import type { Parameters } from '../src/lac/parameters';
import { longTimelineWords, type TimelineSection, type TimelineStep } from '../src/protocol/panel';
import { Failure, IconButton } from './controls';
import { alphaText, count, quantity } from './figures';
import { Icon } from './icons';
import { Inert } from './inertText';
import { Mark, type MarkShape } from './marks';
import { useAsking, usePage } from './page';
import { paintText } from './paintedText';
import { usePlayback } from './playback';
import { stepInWords } from './stepInWords';
import { readThemeColors, useThemeVersion } from './themeColors';
import { useTimelineCursor } from './timelineCursor';
import { drawOverlay, drawTimeline, indexAt, timelineHeight, timelineScale } from './timelineDrawing';
import { differencesAt, timelineModel } from './timelineModel';
import { useWidth } from './useWidth';
import { t } from './words';

export interface TimelinePartProps {
  readonly timeline: TimelineSection;
  /** Parameters that the next decision is made with; null without controls. */
  readonly parameters: Parameters | null;
  /** Node whose choice the person has yet to guess; null when nothing is hidden. */
  readonly hiddenNode: number | null;
  /** Whether the steps can be played one after the other. */
  readonly playable: boolean;
}

/** Q of the choice over the steps; the cursor moves on it; alpha marks where the choice would differ. */
export function TimelinePart({ timeline, parameters, hiddenNode, playable }: TimelinePartProps): JSX.Element {
  const { preview } = usePage();
  const asking = useAsking();
  const theme = useThemeVersion();
  const { element: frame, width } = useWidth<HTMLDivElement>();
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const verdict = useRef<HTMLParagraphElement>(null);
  const hover = useRef(-1);
  const [hovered, setHovered] = useState(-1);
  const told = timeline.long ?? timeline.steps;
  const model = useMemo(() => timelineModel(timeline, hiddenNode), [told, hiddenNode]);
  const { steps } = model;
  // A recording of another format has no Q; its steps stand on a line without a scale.
  const valued = useMemo(() => model.q.some(Number.isFinite), [model]);
  const scale = useMemo(() => timelineScale(steps.length, width), [steps.length, width]);
  const scratch = useMemo(
    () => ({ differs: new Uint8Array(model.steps.length), choices: new Int32Array(model.steps.length) }),
    [model],
  );
  /** Under which rule the steps were last decided again, and how many differ. */
  const decided = useRef<{ by: object | null; of: string; many: number }>({ by: null, of: '', many: 0 });
  const { index: cursor, settled, moveTo } = useTimelineCursor(timeline, asking.ask);
  const colors = useMemo(
    () => (frame.current === null || width === 0 ? null : readThemeColors(frame.current)),
    [theme, width],
  );

  useLayoutEffect(() => {
    if (base.current !== null && colors !== null) drawTimeline(base.current, model, scale, colors);
  }, [model, scale, colors]);

  const paint = (): void => {
    if (overlay.current === null || colors === null) return;
    const { differs, choices } = scratch;
    if (parameters === null) {
      differs.fill(0);
      decided.current = { by: null, of: '', many: 0 };
    } else {
      const { loopGuard, tieRule } = parameters;
      const alpha = preview.dragged ?? parameters.alpha;
      const rule = { alpha, loopGuard, tieRule };
      // A step along a long recording decides nothing again.
      const of = JSON.stringify([String(alpha), loopGuard, tieRule]);
      if (decided.current.by !== scratch || decided.current.of !== of) {
        decided.current = { by: scratch, of, many: differencesAt(model, rule, differs, choices).count };
      }
      const { many } = decided.current;
      const words =
        many === 0
          ? ''
          : many === 1
            ? t('▲ 1 step would differ under alpha {0}', alphaText(alpha))
            : t('▲ {0} steps would differ under alpha {1}', count(many), alphaText(alpha));
      paintText(verdict.current, words);
    }
    drawOverlay(overlay.current, model, scale, colors, { differs, cursor, hover: hover.current });
  };
  useLayoutEffect(paint);
  useEffect(() => preview.subscribe(paint));

  const stepAt = (index: number): TimelineStep | undefined => (index < 0 ? undefined : steps.at(index));
  const go = (index: number): void => moveTo(stepAt(index));
  const { playing, toggle } = usePlayback({ index: cursor, settled }, steps.length - 1, go);
  const point = (event: MouseEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    return box === undefined ? -1 : indexAt(scale, event.clientX - box.left);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = steps.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(cursor - 1, 0),
      ArrowDown: Math.max(cursor - 1, 0),
      ArrowRight: Math.min(cursor + 1, last),
      ArrowUp: Math.min(cursor + 1, last),
      PageUp: Math.max(cursor - 10, 0),
      PageDown: Math.min(cursor + 10, last),
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    go(moves[event.key]);
  };
  const current = stepAt(hovered >= 0 ? hovered : cursor);
  const at = stepAt(cursor);
  const words = (step: TimelineStep): string => stepInWords(step, step.node === hiddenNode);
  const kinds = useMemo(() => kindsOf(timeline), [told]);
  const { trend } = timeline;
  return (
    <section class="part timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">{t('Timeline')}</h2>
        {playable && steps.length > 1 && (
          <IconButton label={playing ? t('Pause playing') : t('Play the recording, a step a second')} onPress={toggle}>
            <Icon name={playing ? 'pause' : 'playback'} />
          </IconButton>
        )}
        {valued && <span class="dim small">{t('Q of the choice')}</span>}
        {trend !== null && (
          <span class="end dim" title={t('Pearson correlation of the chosen Q with the step')}>
            {t(
              trend > 0.1 ? 'Q rising, r = {0}' : trend < -0.1 ? 'Q falling, r = {0}' : 'Q level, r = {0}',
              quantity(trend),
            )}
          </span>
        )}
      </header>
      {steps.length === 0 ? (
        <p class="dim">{t('No step has been taken yet.')}</p>
      ) : (
        <>
          <div
            class="timeline-frame"
            ref={frame}
            role="slider"
            tabIndex={0}
            aria-label={t('Step under the cursor')}
            aria-valuemin={0}
            aria-valuemax={steps.length - 1}
            aria-valuenow={Math.max(cursor, 0)}
            aria-valuetext={at === undefined ? t('not on this branch') : words(at)}
            onKeyDown={onKeyDown}
            onClick={(event) => go(point(event))}
            onPointerMove={(event) => {
              const index = point(event);
              if (index === hover.current) return;
              hover.current = index;
              setHovered(index);
            }}
            onPointerLeave={() => {
              hover.current = -1;
              setHovered(-1);
            }}
          >
            {valued && (
              <span class="axis-label top" aria-hidden="true">
                {quantity(model.high)}
              </span>
            )}
            {valued && model.low < 0 && (
              <span class="axis-label bottom" aria-hidden="true">
                {quantity(model.low)}
              </span>
            )}
            <canvas ref={base} height={timelineHeight} aria-hidden="true" />
            <canvas ref={overlay} height={timelineHeight} aria-hidden="true" />
          </div>
          <p class="step-readout">
            {current !== undefined && (
              <>
                <bdi>{words(current)}</bdi>
                {hovered < 0 && timeline.long === undefined && (
                  <button
                    type="button"
                    class="link"
                    title={t('The debugger stops before this step, in a replay too')}
                    aria-pressed={current.breakpoint}
                    onClick={() => void asking.ask('breakpoint', { node: current.node, enabled: !current.breakpoint })}
                  >
                    {current.breakpoint ? t('remove breakpoint') : t('break here')}
                  </button>
                )}
              </>
            )}
          </p>
          {current !== undefined && current.hits.length > 0 && (
            <p class="hits">
              <span class="dim">{t('stopped by')} </span>
              <Inert text={current.hits.join('; ')} />
            </p>
          )}
          <Legend kinds={kinds} />
          <p
            class="differences"
            ref={verdict}
            title={t('Given the recorded history; what follows a changed step is unknown')}
          />
        </>
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </section>
  );
}

interface Kinds {
  readonly agreements: ReadonlySet<Agreement>;
  readonly hits: boolean;
  readonly breakpoints: boolean;
  readonly branches: boolean;
}

function kindsOf({ steps, long }: TimelineSection): Kinds {
  if (long !== undefined) {
    const codes = new Set(long.agreement);
    const present = longTimelineWords.agreements.filter((_, code) => codes.has(code));
    return { agreements: new Set(present), hits: false, breakpoints: false, branches: long.branches.length > 0 };
  }
  const agreements = new Set<Agreement>();
  for (const { agreement } of steps) if (agreement !== null) agreements.add(agreement);
  return {
    agreements,
    hits: steps.some((step) => step.hits.length > 0),
    breakpoints: steps.some((step) => step.breakpoint),
    branches: steps.some((step) => step.branches.length > 0),
  };
}

/** Only what is on the chart is explained. */
function Legend({ kinds }: { readonly kinds: Kinds }): JSX.Element {
  return (
    <ul class="timeline-legend dim" aria-label={t('Legend')}>
      {kinds.agreements.has('both') && (
        <LegendEntry shape="both" words={t('agree')} title={t('Prior and critic alone would choose the same')} />
      )}
      {kinds.agreements.has('prior') && (
        <LegendEntry
          shape="prior"
          words={t('prior alone')}
          title={t('The choice is the prior’s; the critic alone would choose another')}
        />
      )}
      {kinds.agreements.has('critic') && (
        <LegendEntry
          shape="critic"
          words={t('critic alone')}
          title={t('The choice is the critic’s; it overrules the prior')}
        />
      )}
      {kinds.agreements.has('neither') && (
        <LegendEntry shape="neither" words={t('neither')} title={t('A compromise: neither alone would choose it')} />
      )}
      {kinds.hits && <LegendEntry shape="hit" words={t('stopped')} title={t('A breakpoint stopped here')} />}
      {kinds.breakpoints && (
        <LegendEntry shape="breakpoint" words={t('breakpoint')} title={t('A breakpoint stands on this step')} />
      )}
      {kinds.branches && <LegendEntry shape="branch" words={t('branch')} title={t('Another branch leaves here')} />}
    </ul>
  );
}

interface LegendEntryProps {
  readonly shape: MarkShape;
  readonly words: string;
  readonly title: string;
}

function LegendEntry({ shape, words, title }: LegendEntryProps): JSX.Element {
  return (
    <li title={title}>
      <Mark shape={shape} />
      {words}
    </li>
  );
}
