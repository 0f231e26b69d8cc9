import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { WorldSection } from '../src/protocol/panel';
import { Reflection } from './candidateDetail';
import { Button, Failure } from './controls';
import { probability } from './figures';
import { Grid } from './gridPicture';
import { Icon } from './icons';
import { Inert } from './inertText';
import { useAsking } from './page';
import { PlayPad } from './playPad';
import { differences, targetsOf } from './statements';
import { Statements } from './statementText';
import { Room } from './roomPicture';
import { Shop } from './shopPicture';
import { plural, t } from './words';

export interface WorldPartProps {
  readonly world: WorldSection;
  readonly live: boolean;
  readonly playing: boolean;
}

/** Where the episode stands: what the environment says, a picture of it, and what led here. */
export function WorldPart({ world, live, playing }: WorldPartProps): JSX.Element {
  const { picture, imagination } = world;
  return (
    <section class="part world" aria-labelledby="world-title">
      <header>
        <h2 id="world-title">{t('World')}</h2>
        {imagination.of > 0 && (
          <span class="end dim" title={t('How many imagined observations of executed actions came true')}>
            {t('imagined {0} of {1} right', imagination.right, imagination.of)}
          </span>
        )}
      </header>
      <div class={`scene ${picture?.kind ?? 'plain'}`}>
        {picture?.kind === 'grid' && <Grid picture={picture} />}
        <div class="words">
          <Observation key={world.node} world={world} live={live} />
          <ArrivedBy world={world} />
          <TruthLine world={world} />
        </div>
        {picture?.kind === 'room' && <Room picture={picture} />}
        {picture?.kind === 'shop' && <Shop picture={picture} />}
      </div>
      {playing && <PlayPad world={world} waits={!live} />}
    </section>
  );
}

const mostLines = 40;

function Observation({ world, live }: { readonly world: WorldSection; readonly live: boolean }): JSX.Element {
  const [editing, setEditing] = useState<string | null>(null);
  const asking = useAsking();
  const lines = world.observation.slice(0, 20_000).split('\n');
  if (editing !== null) {
    const save = async (): Promise<void> => {
      if ((await asking.ask('editObservation', { observation: editing })) !== null) setEditing(null);
    };
    return (
      <div class="edit-observation">
        <label for="observation-text">{t('Observation, as the agent is told it')}</label>
        <textarea
          id="observation-text"
          rows={Math.min(8, lines.length + 1)}
          value={editing}
          onInput={(event) => setEditing(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setEditing(null);
          }}
        />
        <p class="dim">{t('A branch begins when you step on from here; what was recorded stays.')}</p>
        <p class="buttons">
          <Button primary disabled={asking.busy} onPress={() => void save()}>
            {t('Use this')}
          </Button>
          <Button onPress={() => setEditing(null)}>{t('Cancel')}</Button>
        </p>
        <Failure text={asking.failure} onDismiss={asking.dismiss} />
      </div>
    );
  }
  const left = world.observation.length - 20_000;
  const targets = targetsOf(world.picture);
  return (
    <div class="observation">
      {lines.slice(0, mostLines).map((line, i) => (
        <p key={i}>
          <Statements text={line} most={600} targets={targets} />
        </p>
      ))}
      {lines.length > mostLines && (
        <p class="dim">{plural(lines.length - mostLines, '{0} more line', '{0} more lines')}</p>
      )}
      {left > 0 && <p class="left-out">{t('… {0} more characters', left.toLocaleString('en'))}</p>}
      {world.originalObservation !== null && (
        <p class="edited">
          <span class="chip">{t('edited')}</span> <span class="dim">{t('the environment said')} </span>
          <q>
            <Inert text={world.originalObservation} />
          </q>
        </p>
      )}
      {live && (
        <button
          type="button"
          class="link small edit"
          title={t('Edit what the agent is told here')}
          onClick={() => setEditing(world.observation.slice(0, 100_000))}
        >
          {t('edit')}
        </button>
      )}
    </div>
  );
}

function ArrivedBy({ world }: { readonly world: WorldSection }): JSX.Element | null {
  const { arrival } = world;
  if (arrival === null) return null;
  const { action, by, invalid, useless, reflection, says, imagined } = arrival;
  const happened = world.originalObservation ?? world.observation;
  return (
    <div class="arrival">
      <p>
        <span class="dim">{by === 'person' ? t('You took') : t('Last')} </span>
        <Inert text={action} class="code" most={160} />
        {invalid && <span class="chip caution-chip">{t('no action here')}</span>}
        {useless && <span class="chip caution-chip">{t('changed nothing')}</span>}
      </p>
      {imagined !== null && <Imagined text={imagined.observation} happened={imagined.same ? null : happened} />}
      {reflection !== null && (
        <p class="reflection">
          <Reflection text={reflection} says={says} />
        </p>
      )}
    </div>
  );
}

interface ImaginedProps {
  readonly text: string;
  /** null where it came as imagined. */
  readonly happened: string | null;
}

/** Whether what was imagined came; how it differs in short, and the text on request: it is as long as the observation. */
function Imagined({ text, happened }: ImaginedProps): JSX.Element {
  if (happened === null) {
    return (
      <p class="came same">
        <Icon name="check" />
        {t('happened as imagined')}
      </p>
    );
  }
  const { wrong, missed } = differences(text, happened);
  const counts = [...(wrong > 0 ? [t('{0} wrong', wrong)] : []), ...(missed > 0 ? [t('{0} missed', missed)] : [])];
  return (
    <details class="came">
      <summary>
        <Icon name="differs" />
        {counts.length === 0 ? t('imagined otherwise') : t('imagined otherwise: {0}', counts.join(', '))}
      </summary>
      <q>
        <Statements text={text} most={600} against={{ text: happened, title: t('It did not come so') }} />
      </q>
    </details>
  );
}

function TruthLine({ world }: { readonly world: WorldSection }): JSX.Element | null {
  const { truth } = world;
  if (truth === null) return null;
  const words =
    truth.remaining !== null
      ? truth.exact
        ? plural(truth.remaining, '{0} step from success', '{0} steps from success')
        : plural(truth.remaining, 'at most {0} step from success', 'at most {0} steps from success')
      : truth.exact
        ? t('success is out of reach')
        : t('no way to success was found in time');
  const reward =
    truth.bestReward > 0 && truth.bestReward < 1 ? t(', best reward {0}', probability(truth.bestReward)) : '';
  return (
    <p class="truth dim" title={t('Known by search; never shown to the model')}>
      {t('Truth: {0}', words)}
      {reward}
    </p>
  );
}
