import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { EpisodeSection, PanelState, StatusSection } from '../src/protocol/panel';
import { Button, Failure } from './controls';
import { ControlsPart } from './controlsPart';
import { DecisionPart } from './decisionPart';
import { EpisodePart, Outcome, rewardInWords } from './episodePart';
import { useAsking, usePage } from './page';
import { PromptsPart } from './promptsPart';
import { showDecision } from './shownDecision';
import { StatusPart, Toolbar } from './statusPart';
import { StepsPart } from './stepsPart';
import { TimelinePart } from './timelinePart';
import { plural, t } from './words';
import { WorldPart } from './worldPart';

/** A longer status scrolls away with the page: it would cover it. */
const mostKeptInView = 320;

/** The page: status always, and whatever parts the host has something to show in. */
export function Panel({ state }: { readonly state: PanelState }): JSX.Element {
  const { view } = usePage();
  const { status, episode, world, decision, controls, timeline, search, prompts } = state;
  const shown = useMemo(() => (decision === null ? null : showDecision(decision)), [decision]);
  const hidden =
    decision !== null &&
    shown?.judged === true &&
    view.hideQ &&
    view.guesses[`${decision.node} ${decision.shown}`] === undefined;
  const live = status.mode === 'live' && (status.kind === 'paused' || status.kind === 'ended');
  const undecided = <Undecided episode={episode} mode={status.mode} live={live} />;
  // A live episode's steps are its transcript's lines.
  const listed = timeline !== null && status.mode === 'replay' && document.body.classList.contains('lac-editor');
  const playing = status.playing && (live ? status.kind !== 'ended' : status.kind === 'running');
  const alone = episode === null && world === null && decision === null && timeline === null;
  return (
    <div class="panel">
      <div class={`top${status.title.length + status.detail.length > mostKeptInView ? ' long' : ''}`}>
        {!alone && <Toolbar status={status} />}
        <StatusPart status={status} alone={alone} />
      </div>
      {episode !== null && <EpisodePart episode={episode} />}
      <div class={`parts${listed ? ' listed' : ''}`}>
        {world !== null && (
          <div class="area-world">
            <WorldPart world={world} live={live} playing={playing} />
          </div>
        )}
        {(shown !== null || controls !== null) && (
          <div class="area-decision">
            {shown === null ? (
              <section class="part decision" aria-labelledby="decision-title">
                <header>
                  <h2 id="decision-title">{t('Decision')}</h2>
                </header>
                <div class="undecided">{undecided}</div>
              </section>
            ) : (
              <DecisionPart
                shown={shown}
                admissible={world?.admissible ?? null}
                live={live}
                ledTo={world === null || world.node === shown.section.node ? null : undecided}
              />
            )}
            {controls !== null && <ControlsPart controls={controls} shown={shown} hidden={hidden} />}
          </div>
        )}
        {timeline !== null && (
          <div class="area-timeline">
            <TimelinePart
              timeline={timeline}
              parameters={controls?.parameters ?? null}
              hiddenNode={hidden ? decision.node : null}
              playable={listed}
            />
          </div>
        )}
        {listed && (
          <div class="area-steps">
            <StepsPart timeline={timeline} search={search} hiddenNode={hidden ? decision.node : null} />
          </div>
        )}
        {prompts !== null && (
          <div class="area-prompts">
            <PromptsPart prompts={prompts} />
          </div>
        )}
      </div>
      <KeepScroll ready={!alone} />
    </div>
  );
}

interface UndecidedProps {
  readonly episode: EpisodeSection | null;
  readonly mode: StatusSection['mode'];
  /** True where a decision can be asked for. */
  readonly live: boolean;
}

/** Why there is no decision under the cursor, and how to come to one or what came of the last. */
function Undecided({ episode, mode, live }: UndecidedProps): JSX.Element {
  const asking = useAsking();
  if (episode !== null && episode.outcome !== 'running') {
    const { outcome, reward, step } = episode;
    return (
      <p>
        {t('The episode is over:')} <Outcome outcome={outcome} /> · {rewardInWords(reward)} ·{' '}
        {plural(step, '{0} step', '{0} steps')}
      </p>
    );
  }
  if (mode !== 'live') return <p>{t('Nothing was decided at this step.')}</p>;
  return (
    <>
      <p>
        {episode === null ? t('Not decided yet.') : t('Step {0} is not decided yet.', episode.step)}{' '}
        {t('“Next step” decides and acts; “Step into the decision” goes through it call by call.')}
      </p>
      {live && (
        <p class="buttons">
          <Button disabled={asking.busy} onPress={() => void asking.ask('command', { command: 'lac.decide' })}>
            {t('Decide')}
          </Button>
        </p>
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </>
  );
}

/** Brings the page back to where it was scrolled to before it was loaded again. */
function KeepScroll({ ready }: { readonly ready: boolean }): null {
  const { view, changeView } = usePage();
  const restored = useRef(false);
  useEffect(() => {
    if (!ready || restored.current) return;
    restored.current = true;
    if (view.scroll > 0) scrollTo(0, view.scroll);
  }, [ready]);
  useEffect(() => {
    const keep = (): void => {
      if (restored.current) changeView((current) => ({ ...current, scroll: Math.round(scrollY) }));
    };
    addEventListener('scrollend', keep);
    return () => removeEventListener('scrollend', keep);
  }, []);
  return null;
}
