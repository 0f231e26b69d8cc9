import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DecisionCandidate } from '../src/lac/decision';
import type { RolloutStepEvent } from '../src/lac/events';
import { depthInForce } from '../src/lac/methods';
import type { Verdict } from '../src/lac/transcript';
import { verdictInForce } from '../src/lac/values';
import type { CallDetail, RealOutcome } from '../src/protocol/panel';
import { CallView } from './callView';
import { Failure, LinkButton } from './controls';
import { actionValue, probability, quantity } from './figures';
import { Icon } from './icons';
import { Inert } from './inertText';
import { useAsking } from './page';
import type { ShownDecision } from './shownDecision';
import { Statements } from './statementText';
import { VerdictReading } from './verdictReading';
import { plural, t } from './words';

export interface CandidateDetailProps {
  readonly shown: ShownDecision;
  readonly candidate: DecisionCandidate;
  /** True while the person has not chosen: nothing may tell what the critic thinks. */
  readonly hidden: boolean;
  readonly live: boolean;
}

/** How a candidate's Q came about: the rollout by depth beside what really happened, and the reading of the slot. */
export function CandidateDetail({ shown, candidate, hidden, live }: CandidateDetailProps): JSX.Element {
  const asking = useAsking();
  const [call, setCall] = useState<CallDetail | null>(null);
  const { section } = shown;
  const real = section.outcomes.find((outcome) => outcome.candidate === candidate.index) ?? null;
  const verdict = verdictInForce(candidate.verdicts, depthInForce(section.parameters));
  const openCall = async (id: string | undefined): Promise<void> => {
    if (id === undefined) return;
    const answer = await asking.ask('call', { id });
    if (answer !== null) setCall(answer.result);
  };
  return (
    <div class="detail">
      {candidate.steps.length === 0 && (
        <Line name={t('imagined')}>
          <span class="dim">{section.running ? t('not yet') : t('no rollout')}</span>
          {real !== null && <Really real={real} imagined={null} />}
        </Line>
      )}
      {candidate.steps.map((step) => (
        <RolloutStep key={step.depth} step={step} real={step.depth === 1 ? real : null} hidden={hidden} />
      ))}
      {!hidden && verdict !== null && (
        <Line name={t('verdict')}>
          <VerdictReading verdict={verdict} />
        </Line>
      )}
      {!hidden && candidate.own !== null && (
        <Line name={t('value')}>
          <span class="number-inline">{actionValue(candidate.own.value)}</span>{' '}
          <Inert text={candidate.own.explanation} />
        </Line>
      )}
      <Line name={t('prior')}>
        {candidate.prior === null ? (
          <span class="dim">{t('not yet')}</span>
        ) : (
          <>
            {t(
              '{0} from {1} tokens, log-probability {2}',
              probability(candidate.prior),
              candidate.proposal.tokenCount,
              quantity(candidate.proposal.logprob),
            )}
            {candidate.uses !== null && candidate.uses > 0 && t('; tried here {0} times before', candidate.uses)}
            {candidate.penalty !== null &&
              candidate.penalty > 0 &&
              t(', loop guard −{0}', candidate.penalty.toFixed(2))}
          </>
        )}
      </Line>
      <p class="links">
        {candidate.proposal.calls.length > 0 && (
          <LinkButton disabled={asking.busy} onPress={() => void openCall(candidate.proposal.calls.at(-1))}>
            {t('actor’s tokens')}
          </LinkButton>
        )}
        {!hidden && verdict !== null && verdict.calls.length > 0 && (
          <LinkButton disabled={asking.busy} onPress={() => void openCall(verdict.calls[0])}>
            {t('critic’s prompt')}
          </LinkButton>
        )}
        {candidate.steps.length > 0 && candidate.steps[0].calls.length > 0 && (
          <LinkButton disabled={asking.busy} onPress={() => void openCall(candidate.steps[0].calls[0])}>
            {t('rollout’s prompt')}
          </LinkButton>
        )}
        {live && real === null && (
          <LinkButton
            disabled={asking.busy}
            title={t("Tries the action on a copy of the environment's state")}
            onPress={() => void asking.ask('tryOut', { candidate: candidate.index })}
          >
            {t('run it for real')}
          </LinkButton>
        )}
        {live && (
          <LinkButton
            disabled={asking.busy}
            title={t('Executes this action; where another was executed before, a branch begins')}
            onPress={() => void asking.ask('act', { action: candidate.action })}
          >
            {t('take this action')}
          </LinkButton>
        )}
      </p>
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
      {call !== null && <CallView call={call} onClose={() => setCall(null)} />}
    </div>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="detail-line">
      <span class="name">{name}</span>
      <div class="what">{children}</div>
    </div>
  );
}

interface RolloutStepProps {
  readonly step: RolloutStepEvent;
  readonly real: RealOutcome | null;
  readonly hidden: boolean;
}

function RolloutStep({ step, real, hidden }: RolloutStepProps): JSX.Element {
  return (
    <>
      <Line name={step.depth === 1 ? t('imagined') : t('depth {0}', step.depth)}>
        {step.depth > 1 && (
          <>
            <Inert text={step.action} class="code" most={160} />{' '}
            {step.actionLogprob !== null && <span class="dim">{probability(Math.exp(step.actionLogprob))}</span>}
            <br />
          </>
        )}
        <q>
          <Statements
            text={step.observation}
            most={1200}
            {...(real === null ? {} : { against: { text: real.observation, title: t('It did not come so') } })}
          />
        </q>
        {step.reward !== undefined && <span class="dim"> {t('reward {0}', step.reward)}</span>}
        {real !== null && <Really real={real} imagined={step.observation} />}
      </Line>
      {!hidden && step.reflection !== null && (
        <Line name={t('reflection')}>
          <Reflection text={step.reflection} says={step.says} />
          {step.forced && <span class="dim"> {t('(the verdict was asked for)')}</span>}
        </Line>
      )}
    </>
  );
}

/** What really happened, beside what was imagined. */
function Really({ real, imagined }: { readonly real: RealOutcome; readonly imagined: string | null }): JSX.Element {
  const same = imagined !== null && squeezed(imagined) === squeezed(real.observation);
  return (
    <div class={`really ${same ? 'same' : 'other'}`}>
      <Icon name={same ? 'check' : 'differs'} />
      <span>
        {same
          ? real.by === 'executed'
            ? t('happened as imagined')
            : t('would happen')
          : real.by === 'executed'
            ? t('really')
            : t('would really be')}
        {!same && (
          <>
            {' '}
            <q>
              <Statements
                text={real.observation}
                most={1200}
                {...(imagined === null ? {} : { against: { text: imagined, title: t('This was not imagined') } })}
              />
            </q>
          </>
        )}
        {real.reward !== 0 && <span class="dim"> · {t('reward {0}', real.reward)}</span>}
        {real.status !== 'running' && <span class="dim"> · {real.status}</span>}
        {real.truth !== null && real.truth.remaining !== null && (
          <span class="dim"> · {plural(real.truth.remaining, '{0} step from success', '{0} steps from success')}</span>
        )}
        {real.truth !== null && real.truth.remaining === null && real.truth.bestReward <= 0 && (
          <span class="dim"> · {t('success out of reach')}</span>
        )}
      </span>
    </div>
  );
}

function squeezed(text: string): string {
  return text.slice(0, 20_000).trim().replaceAll(/\s+/gu, ' ');
}

/** A reflection, with its verdict as a mark that needs no colour. */
export function Reflection({ text, says }: { readonly text: string; readonly says: Verdict | null }): JSX.Element {
  return (
    <>
      <q>
        <Inert text={text} most={1200} />
      </q>{' '}
      {says !== null && <VerdictMark says={says} />}
    </>
  );
}

export function VerdictMark({ says }: { readonly says: Verdict }): JSX.Element {
  return (
    <i class={`verdict ${says.toLowerCase()}`} role="img" aria-label={t('says {0}', says)} title={t('says {0}', says)}>
      {says === 'GOOD' ? '+' : says === 'BAD' ? '−' : '?'}
    </i>
  );
}
