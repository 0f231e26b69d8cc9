import type { JSX } from 'preact';
import type { EpisodeSection, ModelState } from '../src/protocol/panel';
import { Choice, Failure } from './controls';
import { count, plural, probability, seconds } from './figures';
import { Icon } from './icons';
import { Inert, inertLabel } from './inertText';
import { useAsking } from './page';

const outcomeWords: Readonly<Record<EpisodeSection['outcome'], string>> = {
  running: 'running',
  success: 'success',
  failure: 'failure',
  limit: 'the environment’s step limit',
  horizon: 'horizon reached',
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
          <span>
            step <strong>{step}</strong> of {horizon}
          </span>
          <meter min={0} max={horizon} value={Math.min(step, horizon)} aria-label={`Step ${step} of ${horizon}`} />
        </span>
        {outcome !== 'running' && (
          <span class={`outcome ${outcome}`}>
            <Icon name={outcome === 'success' ? 'check' : 'cross'} />
            {outcomeWords[outcome]}
          </span>
        )}
        {(outcome !== 'running' || reward !== 0) && (
          <span>reward {reward === null ? 'not recorded' : reward === 1 ? '1' : probability(reward)}</span>
        )}
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

function Cost({ cost }: Pick<EpisodeSection, 'cost'>): JSX.Element {
  if (cost === null) return <span class="dim">cost not recorded</span>;
  return (
    <span class="dim" title={`${count(cost.promptTokens)} prompt tokens, ${count(cost.generatedTokens)} generated`}>
      {plural(cost.calls, 'call')}
      {cost.reused > 0 && ` (${count(cost.reused)} reused)`} · {count(cost.promptTokens + cost.generatedTokens)} tok ·{' '}
      {seconds(cost.seconds)}
    </span>
  );
}

function Branches({ episode }: { readonly episode: EpisodeSection }): JSX.Element | null {
  const asking = useAsking();
  const { branch, branches } = episode;
  if (branches.length < 2) return null;
  return (
    <span class="branches">
      <Icon name="branch" />
      <Choice
        label="Branch"
        value={branch}
        options={branches.map(({ id, parent, fromStep, steps, outcome, reward }) => ({
          value: id,
          text: `${id === 'b0' ? 'main' : id} · ${plural(steps, 'step')}`,
          title: `${parent === null ? 'from the start' : `leaves ${parent === 'b0' ? 'main' : parent} at step ${fromStep}`}, ${outcomeWords[outcome]}, reward ${reward ?? 'not recorded'}`,
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
  ready: 'ready',
  loading: 'loading',
  busy: 'busy',
  unreachable: 'not reachable',
  recorded: 'as recorded: nothing is asked of it',
};

function Model({ model }: { readonly model: ModelState }): JSX.Element {
  const { name, backend, size, gpuShare, state } = model;
  const where = gpuShare === null ? null : gpuShare === 0 ? 'CPU' : `${Math.round(gpuShare * 100)} % GPU`;
  const parts = [
    ...(name === backend ? [] : [backend ?? 'back end not recorded']),
    ...(size === null ? [] : [size]),
    ...(where === null ? [] : [where]),
  ];
  return (
    <span class={`model ${state}`} title={`Model ${modelWords[state]}`}>
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
