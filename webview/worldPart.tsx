import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { WorldSection } from '../src/protocol/panel';
import { Reflection } from './candidateDetail';
import { Button, Failure } from './controls';
import { plural, probability } from './figures';
import { Grid } from './gridPicture';
import { Icon } from './icons';
import { Inert } from './inertText';
import { useAsking } from './page';
import { PlayPad } from './playPad';
import { Room } from './roomPicture';
import { Shop } from './shopPicture';

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
        <h2 id="world-title">World</h2>
        {imagination.of > 0 && (
          <span class="end dim" title="How many imagined observations of executed actions came true">
            imagined {imagination.right} of {imagination.of} right
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
      {playing && live && <PlayPad world={world} />}
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
        <label for="observation-text">Observation, as the agent is told it</label>
        <textarea
          id="observation-text"
          rows={Math.min(8, lines.length + 1)}
          value={editing}
          onInput={(event) => setEditing(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setEditing(null);
          }}
        />
        <p class="dim">A branch begins when you step on from here; what was recorded stays.</p>
        <p class="buttons">
          <Button primary disabled={asking.busy} onPress={() => void save()}>
            Use this
          </Button>
          <Button onPress={() => setEditing(null)}>Cancel</Button>
        </p>
        <Failure text={asking.failure} onDismiss={asking.dismiss} />
      </div>
    );
  }
  const left = world.observation.length - 20_000;
  return (
    <div class="observation">
      {lines.slice(0, mostLines).map((line, i) => (
        <p key={i}>
          <Inert text={line} most={600} />
        </p>
      ))}
      {lines.length > mostLines && <p class="dim">{plural(lines.length - mostLines, 'more line')}</p>}
      {left > 0 && <p class="left-out">… {left.toLocaleString('en')} more characters</p>}
      {world.originalObservation !== null && (
        <p class="edited">
          <span class="chip">edited</span> <span class="dim">the environment said </span>
          <q>
            <Inert text={world.originalObservation} />
          </q>
        </p>
      )}
      {live && (
        <button
          type="button"
          class="link small edit"
          title="Edit what the agent is told here"
          onClick={() => setEditing(world.observation.slice(0, 100_000))}
        >
          edit
        </button>
      )}
    </div>
  );
}

function ArrivedBy({ world }: { readonly world: WorldSection }): JSX.Element | null {
  const { arrival } = world;
  if (arrival === null) return null;
  const { action, by, invalid, useless, reflection, says, imagined } = arrival;
  return (
    <div class="arrival">
      <p>
        <span class="dim">{by === 'person' ? 'You took ' : 'Last '}</span>
        <Inert text={action} class="code" most={160} />
        {invalid && <span class="chip caution-chip">no action here</span>}
        {useless && <span class="chip caution-chip">changed nothing</span>}
      </p>
      {imagined !== null && (
        <div class={`really ${imagined.same ? 'same' : 'other'}`}>
          <Icon name={imagined.same ? 'check' : 'differs'} />
          <span>
            {imagined.same ? (
              'happened as imagined'
            ) : (
              <>
                imagined{' '}
                <q>
                  <Inert text={imagined.observation} most={600} />
                </q>
              </>
            )}
          </span>
        </div>
      )}
      {reflection !== null && (
        <p class="reflection">
          <Reflection text={reflection} says={says} />
        </p>
      )}
    </div>
  );
}

function TruthLine({ world }: { readonly world: WorldSection }): JSX.Element | null {
  const { truth } = world;
  if (truth === null) return null;
  const words =
    truth.remaining !== null
      ? `${truth.exact ? '' : 'at most '}${plural(truth.remaining, 'step')} from success`
      : truth.exact
        ? 'success is out of reach'
        : 'no way to success was found in time';
  const reward = truth.bestReward > 0 && truth.bestReward < 1 ? `, best reward ${probability(truth.bestReward)}` : '';
  return (
    <p class="truth dim" title="Known by search; never shown to the model">
      Truth: {words}
      {reward}
    </p>
  );
}
