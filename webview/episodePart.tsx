import type { JSX } from 'preact';
import type { EpisodeSection, ModelState } from '../src/protocol/panel';
import { Choice, Failure } from './controls';
import { count, probability, seconds } from './figures';
import { Icon } from './icons';
import { Inert, inertLabel } from './inertText';
import { useAsking } from './page';
import { phrase, plural, t } from './words';

const outcomeWords: Readonly<Record<EpisodeSection['outcome'], string>> = {
  running: t('running'),
  success: t('success'),
  failure: t('failure'),
  limit: t('the environment’s step limit'),
  horizon: t('horizon reached'),
};

/** The goal, how far the episode has come, the model and what it has cost. */
export function EpisodePart({ episode }: { readonly episode: EpisodeSection }): JSX.Element {
  const { goal, environment, taskType, task, step, horizon, outcome, reward, cost, file } = episode;
  return (
    <section class="part episode" aria-labelledby="goal">
      <h1 id="goal">
        <Inert text={goal} most={240} />
      </h1>
      <div class="facts">
        <span>
          <Inert text={environment} most={60} /> · <Inert text={taskType} most={60} />
        </span>
        <span class="dim task" title={inertLabel(task, 300)}>
          <Inert text={task} most={120} />
        </span>
        <span class="progress">
          <span>{phrase('step {0} of {1}', <strong>{step}</strong>, horizon)}</span>
          <meter
            min={0}
            max={horizon}
            value={Math.min(step, horizon)}
            aria-label={t('Step {0} of {1}', step, horizon)}
          />
        </span>
        {outcome !== 'running' && <Outcome outcome={outcome} />}
        {(outcome !== 'running' || reward !== 0) && <span>{rewardInWords(reward)}</span>}
        <Branches episode={episode} />
        <Model model={episode.model} />
        <Cost cost={cost} />
        {file !== null && (
          <span class="dim file" title={inertLabel(file, 300)}>
            <Inert text={file} most={160} />
          </span>
        )}
      </div>
    </section>
  );
}

/** How an episode ended. */
export function Outcome({ outcome }: Pick<EpisodeSection, 'outcome'>): JSX.Element {
  return (
    <span class={`outcome ${outcome}`}>
      <Icon name={outcome === 'success' ? 'check' : 'cross'} />
      {outcomeWords[outcome]}
    </span>
  );
}

function Cost({ cost }: Pick<EpisodeSection, 'cost'>): JSX.Element {
  if (cost === null) return <span class="dim">{t('cost not recorded')}</span>;
  return (
    <span
      class="dim"
      title={t('{0} prompt tokens, {1} generated', count(cost.promptTokens), count(cost.generatedTokens))}
    >
      {plural(cost.calls, '{0} call', '{0} calls')}
      {cost.reused > 0 && t(' ({0} reused)', count(cost.reused))} ·{' '}
      {t('{0} tok', count(cost.promptTokens + cost.generatedTokens))} · {seconds(cost.seconds)}
    </span>
  );
}

export function rewardInWords(reward: number | null): string {
  return reward === null ? t('reward not recorded') : t('reward {0}', reward === 1 ? '1' : probability(reward));
}

function branchName(id: string): string {
  return id === 'b0' ? t('main') : id;
}

function Branches({ episode }: { readonly episode: EpisodeSection }): JSX.Element | null {
  const asking = useAsking();
  const { branch, branches } = episode;
  if (branches.length < 2) return null;
  return (
    <span class="branches">
      <Icon name="branch" />
      <Choice
        label={t('Branch')}
        value={branch}
        options={branches.map(({ id, parent, fromStep, steps, outcome, reward }) => ({
          value: id,
          text: `${branchName(id)} · ${plural(steps, '{0} step', '{0} steps')}`,
          title: [
            parent === null ? t('from the start') : t('leaves {0} at step {1}', branchName(parent), fromStep),
            outcomeWords[outcome],
            rewardInWords(reward),
          ].join(', '),
        }))}
        onChange={(value) => {
          const found = branches.find(({ id }) => id === value);
          if (found !== undefined) void asking.ask('showBranch', { branch: found.id });
        }}
      />
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </span>
  );
}

const modelWords: Readonly<Record<ModelState['state'], string>> = {
  ready: t('ready'),
  loading: t('loading'),
  busy: t('busy'),
  unreachable: t('not reachable'),
  recorded: t('as recorded: nothing is asked of it'),
};

function Model({ model }: { readonly model: ModelState }): JSX.Element {
  const { name, backend, size, gpuShare, state } = model;
  const where = gpuShare === null ? null : gpuShare === 0 ? 'CPU' : t('{0} % GPU', Math.round(gpuShare * 100));
  const parts = [
    ...(name === backend ? [] : [backend ?? t('back end not recorded')]),
    ...(size === null ? [] : [size]),
    ...(where === null ? [] : [where]),
  ];
  return (
    <span class={`model ${state}`} title={t('Model {0}', modelWords[state])}>
      <i class="dot" aria-hidden="true" />
      <Inert text={name} most={60} />
      {parts.length > 0 && (
        <span class="dim">
          {' '}
          · <Inert text={parts.join(' · ')} most={120} />
        </span>
      )}
      {state === 'ready' || state === 'recorded' ? (
        <span class="unseen"> {modelWords[state]}</span>
      ) : (
        <span> · {modelWords[state]}</span>
      )}
    </span>
  );
}
