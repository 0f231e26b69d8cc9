import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { methodRules } from '../src/lac/methods';
import { methods, parameterSpecs, type ParameterName, type ParameterSpec } from '../src/lac/parameters';
import type { ControlsSection, ForecastSummary } from '../src/protocol/panel';
import { AlphaSlider } from './alphaSlider';
import { Button, Choice, Failure, TextEntry } from './controls';
import { count, range } from './figures';
import { Inert } from './inertText';
import { useAsking, type Asking } from './page';
import type { ShownDecision } from './shownDecision';
import { phrase, plural, t } from './words';

export interface ControlsPartProps {
  readonly controls: ControlsSection;
  readonly shown: ShownDecision | null;
  readonly hidden: boolean;
}

/** What a person turns: alpha by dragging, depth, candidates, method, and the rest behind one door. */
export function ControlsPart({ controls, shown, hidden }: ControlsPartProps): JSX.Element {
  const asking = useAsking();
  const { parameters } = controls;
  const set = (name: ParameterName, value: string | number): void => {
    if (parameters[name] !== value) void asking.ask('setParameter', { name, value });
  };
  return (
    <section class="part controls" aria-labelledby="controls-title">
      <header>
        <h2 id="controls-title">{t('Controls')}</h2>
        {!controls.canCall && <span class="end dim">{t('replay: nothing is asked of a model')}</span>}
      </header>
      <AlphaSlider controls={controls} shown={shown} hidden={hidden} />
      <div class="knobs">
        <Stepper name="depth" label={t('rollout depth')} controls={controls} set={set} busy={asking.busy} />
        <Stepper name="candidates" label={t('candidates')} controls={controls} set={set} busy={asking.busy} />
        <div class="knob">
          <span class="knob-name">{t('method')}</span>
          <Choice
            label={t('Method')}
            value={parameters.method}
            disabled={asking.busy}
            options={methods.map((method) => ({
              value: method,
              text: method,
              title: t(methodRules[method].description),
            }))}
            onChange={(value) => set('method', value)}
          />
        </div>
        <div class="knob">
          <span class="knob-name">{t('proposal')}</span>
          <Choice
            label={t('Method of proposal')}
            value={parameters.proposal}
            disabled={asking.busy}
            options={parameterSpecs.proposal.choices.map((value) => ({ value, text: value }))}
            onChange={(value) => set('proposal', value)}
          />
        </div>
      </div>
      {controls.pending !== null && <Pending pending={controls.pending} asking={asking} />}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
      <MoreParameters controls={controls} />
      {controls.canCall && <Noise />}
    </section>
  );
}

/** What a change costs, in words: `5 calls, about 140 tok`. */
export function forecastInWords({ calls, tokens, reused }: ForecastSummary): string {
  if (calls[1] === 0) return t('no calls');
  const middle = Math.round((tokens[0] + tokens[1]) / 2);
  return [
    t(calls[1] === 1 ? '{0} call' : '{0} calls', range(calls)),
    ...(tokens[1] > 0 ? [t('about {0} tok', count(middle))] : []),
    ...(reused > 0 ? [t('{0} reused', count(reused))] : []),
  ].join(', ');
}

interface StepperProps {
  readonly name: 'depth' | 'candidates';
  readonly label: string;
  readonly controls: ControlsSection;
  readonly set: (name: ParameterName, value: number) => void;
  readonly busy: boolean;
}

function Stepper({ name, label, controls, set, busy }: StepperProps): JSX.Element {
  const value = controls.parameters[name];
  const { minimum, maximum } = parameterSpecs[name];
  const forecast = controls.forecasts[name];
  return (
    <div class="knob" role="group" aria-label={label}>
      <span class="knob-name">{label}</span>
      <span class="stepper">
        <button
          type="button"
          class="step-button"
          aria-label={`${label} ${value - 1}`}
          disabled={busy || value <= minimum}
          onClick={() => set(name, value - 1)}
        >
          −
        </button>
        <output>{value}</output>
        <button
          type="button"
          class="step-button"
          aria-label={`${label} ${value + 1}`}
          disabled={busy || value >= maximum}
          onClick={() => set(name, value + 1)}
        >
          +
        </button>
      </span>
      {forecast !== undefined && (
        <span class="forecast dim">
          {forecast.down !== null && value > minimum && forecast.down.calls[1] > 0 && (
            <span>{t('→ {0} costs {1}', value - 1, forecastInWords(forecast.down))}</span>
          )}
          {forecast.up !== null && value < maximum && (
            <span>{t('→ {0} costs {1}', value + 1, forecastInWords(forecast.up))}</span>
          )}
        </span>
      )}
    </div>
  );
}

interface PendingProps {
  readonly pending: NonNullable<ControlsSection['pending']>;
  readonly asking: Asking;
}

function Pending({ pending, asking }: PendingProps): JSX.Element {
  const question = useRef<HTMLDivElement>(null);
  // What asks may have been set off elsewhere: by a prompt that was saved.
  useEffect(() => question.current?.scrollIntoView({ block: 'nearest' }), [pending.change]);
  return (
    <div ref={question} class="pending-change" role="group" aria-label={t('A change that waits for you')}>
      <p role="status">
        {phrase(
          '{0} costs {1}.',
          <strong>
            <Inert text={pending.change} most={160} />
          </strong>,
          forecastInWords(pending.forecast),
        )}{' '}
        {pending.goesOn && t('A recording is shown: it stays as it is, and a new one begins at this step.')}
      </p>
      <p class="buttons">
        <Button
          primary
          disabled={asking.busy}
          onPress={() => {
            void asking.ask('confirm', { run: true });
            // Where its Qs arrive.
            document.getElementById('decision-title')?.scrollIntoView({ block: 'nearest' });
          }}
        >
          {pending.goesOn ? t('Continue from This Step…') : t('Run it')}
        </Button>
        <Button disabled={asking.busy} onPress={() => void asking.ask('confirm', { run: false })}>
          {t('Leave it')}
        </Button>
      </p>
    </div>
  );
}

const shownAbove: readonly ParameterName[] = ['alpha', 'depth', 'candidates', 'method', 'proposal'];

function MoreParameters({ controls }: { readonly controls: ControlsSection }): JSX.Element {
  const names = (Object.keys(parameterSpecs) as ParameterName[]).filter((name) => !shownAbove.includes(name));
  return (
    <details class="more-parameters">
      <summary>{t('More parameters')}</summary>
      <dl>
        {names.map((name) => (
          <Parameter key={name} name={name} value={controls.parameters[name]} />
        ))}
      </dl>
    </details>
  );
}

/** `loopGuard` as `loop guard`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

function Parameter({ name, value }: { readonly name: ParameterName; readonly value: string | number }): JSX.Element {
  const asking = useAsking();
  const [typed, setTyped] = useState<string | null>(null);
  const spec: ParameterSpec = parameterSpecs[name];
  const set = async (next: string | number): Promise<void> => {
    if (next === value || (await asking.ask('setParameter', { name, value: next })) !== null) setTyped(null);
  };
  const setNumber = (text: string): void => {
    const number = Number(text.trim().replace(',', '.'));
    // What is no number goes to the host as it is: its refusal says what is expected.
    void set(text.trim() === '' || Number.isNaN(number) ? text : number);
  };
  return (
    <div class="parameter">
      <dt>{inWords(name)}</dt>
      <dd>
        {spec.kind === 'choice' ? (
          <Choice
            label={inWords(name)}
            value={String(value)}
            disabled={asking.busy}
            options={spec.choices.map((choice) => ({ value: choice, text: choice }))}
            onChange={(next) => void set(next)}
          />
        ) : (
          <TextEntry
            label={inWords(name)}
            size={9}
            value={typed ?? String(value)}
            onInput={setTyped}
            onEnter={setNumber}
            onEscape={() => setTyped(null)}
            onLeave={() => {
              if (typed !== null) setNumber(typed);
            }}
          />
        )}
        <span class="dim description">{t(spec.description)}</span>
        <Failure text={asking.failure} onDismiss={asking.dismiss} />
      </dd>
    </div>
  );
}

/** Repeats the rollouts at a temperature, so that a change of a prompt can be told from noise. */
function Noise(): JSX.Element {
  const asking = useAsking();
  const [times, setTimes] = useState('5');
  const [temperature, setTemperature] = useState('0.7');
  const k = Number(times);
  const heat = Number(temperature.replace(',', '.'));
  const valid = Number.isInteger(k) && k >= 1 && k <= 50 && heat > 0 && heat <= 5;
  return (
    <details class="noise">
      <summary>{t('Is it noise?')}</summary>
      <p class="dim">{t('Repeats the rollouts at a temperature; each becomes a probe of this step.')}</p>
      <div class="line">
        <label>
          {t('times')} <TextEntry label={t('Times')} size={4} value={times} onInput={setTimes} />
        </label>
        <label>
          {t('temperature')}{' '}
          <TextEntry label={t('Temperature')} size={5} value={temperature} onInput={setTemperature} />
        </label>
        <Button
          disabled={!valid || asking.busy}
          onPress={() => void asking.ask('resample', { times: k, temperature: heat })}
        >
          {valid ? plural(k, 'Re-sample {0} time', 'Re-sample {0} times') : t('Re-sample')}
        </Button>
      </div>
      {!valid && <p class="caution">{t('1 to 50 times, at a temperature above 0 and up to 5.')}</p>}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </details>
  );
}
