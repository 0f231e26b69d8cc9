import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { WorldSection } from '../src/protocol/panel';
import { Button, Failure, TextEntry } from './controls';
import { Inert } from './inertText';
import { useAsking } from './page';
import { t } from './words';

/** MiniGrid's keys for the six actions of BabyAI-Text. */
const gridKeys = [
  { key: 'ArrowLeft', shown: '←', action: 'turn left' },
  { key: 'ArrowUp', shown: '↑', action: 'go forward' },
  { key: 'ArrowRight', shown: '→', action: 'turn right' },
  { key: 'PageUp', shown: 'PgUp', action: 'pick up' },
  { key: 'PageDown', shown: 'PgDn', action: 'drop' },
  { key: ' ', shown: 'Space', action: 'toggle' },
] as const;

export interface PlayPadProps {
  readonly world: WorldSection;
  /** True while something runs: the pad stays, with the focus, and takes nothing. */
  readonly waits: boolean;
}

/** Where a person acts in the agent's place. */
export function PlayPad({ world, waits }: PlayPadProps): JSX.Element {
  const asking = useAsking();
  const busy = asking.busy || waits;
  const act = async (action: string): Promise<boolean> => (await asking.ask('act', { action })) !== null;
  return (
    <div class="play-pad">
      {world.picture?.kind === 'grid' ? (
        <GridKeys busy={busy} act={act} />
      ) : (
        <Commands admissible={world.admissible} busy={busy} act={act} />
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </div>
  );
}

interface ActProps {
  readonly busy: boolean;
  readonly act: (action: string) => Promise<boolean>;
}

function GridKeys({ busy, act }: ActProps): JSX.Element {
  return (
    <div
      class="grid-keys"
      role="group"
      aria-label={t('Play: the keys act while the focus is here')}
      tabIndex={0}
      onKeyDown={(event) => {
        const found = gridKeys.find(({ key }) => key === event.key);
        const onButton = event.target !== event.currentTarget;
        if (found === undefined || (onButton && event.key === ' ')) return;
        event.preventDefault();
        if (!busy && !event.repeat) void act(found.action);
      }}
    >
      {gridKeys.map(({ shown, action }) => (
        <button key={action} type="button" class="key-button" disabled={busy} onClick={() => void act(action)}>
          <kbd>{shown}</kbd> {action}
        </button>
      ))}
      <p class="dim">{t('You act. The keys work while the focus is in this box.')}</p>
    </div>
  );
}

interface CommandsProps extends ActProps {
  readonly admissible: readonly string[] | null;
}

const mostOffered = 30;

function Commands({ admissible, busy, act }: CommandsProps): JSX.Element {
  const [text, setText] = useState('');
  const typed = text.trim().toLowerCase();
  const fitting = (admissible ?? []).filter((action) => action.toLowerCase().includes(typed));
  const go = async (action: string): Promise<void> => {
    if (action.trim() !== '' && !busy && (await act(action.trim()))) setText('');
  };
  return (
    <>
      <div class="line">
        <TextEntry
          label={t('Your action')}
          placeholder={t('type an action; Enter takes it')}
          value={text}
          onInput={setText}
          onEnter={(value) => void go(value)}
        />
        <Button primary disabled={busy || typed === ''} onPress={() => void go(text)}>
          {t('Act')}
        </Button>
      </div>
      {fitting.length > 0 && (
        <ul class="offered" aria-label={t('Actions that this state admits')}>
          {fitting.slice(0, mostOffered).map((action) => (
            <li key={action}>
              <button type="button" class="link" disabled={busy} onClick={() => void go(action)}>
                <Inert text={action} most={120} />
              </button>
            </li>
          ))}
          {fitting.length > mostOffered && (
            <li class="dim">{t('{0} more; type to find them', fitting.length - mostOffered)}</li>
          )}
        </ul>
      )}
      {admissible !== null && typed !== '' && fitting.length === 0 && (
        <p class="dim">{t('No listed action holds these letters; it can be tried all the same.')}</p>
      )}
    </>
  );
}
