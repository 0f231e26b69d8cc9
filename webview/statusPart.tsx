import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { StatusSection, ToolbarCommand } from '../src/protocol/panel';
import { Button, Failure, IconButton } from './controls';
import { Icon, type IconName } from './icons';
import { Inert } from './inertText';
import { useAsking } from './page';
import { t } from './words';

/** What is going on and what can be done next, in words; fills the page where there is nothing else. */
export function StatusPart({
  status,
  alone,
}: {
  readonly status: StatusSection;
  readonly alone: boolean;
}): JSX.Element {
  const asking = useAsking();
  const { kind, title, detail, offers, activity } = status;
  const busy = kind === 'starting' || kind === 'running';
  // Each page has one heading of the first level: the goal, or, without an episode, this.
  const Title = alone ? 'h1' : 'p';
  return (
    <section class={`part status ${kind}${alone ? ' alone' : ''}`} aria-label={t('Status')}>
      <div class="status-words" role="status">
        <Title class="status-title">
          {busy && <i class="spinner" />}
          <Inert text={title} most={160} class="status-name" />
          {status.mode === 'replay' && !alone && <span class="chip">{t('replay')}</span>}
        </Title>
        {detail !== '' && (
          <p class="status-detail">
            <Inert text={detail} most={1000} />
          </p>
        )}
      </div>
      {activity !== null && (
        <p class="activity" aria-live="off">
          <Inert text={activity} most={160} />
        </p>
      )}
      {offers.length > 0 && (
        <p class="buttons">
          {offers.map(({ label, command, primary }) => (
            <Button
              key={`${command} ${label}`}
              primary={primary}
              disabled={asking.busy}
              onPress={() => void asking.ask('command', { command })}
            >
              <Inert text={label} most={80} />
            </Button>
          ))}
        </p>
      )}
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </section>
  );
}

interface Tool {
  readonly command: ToolbarCommand;
  readonly label: string;
  readonly icon: IconName;
  readonly enabled: (status: StatusSection) => boolean;
}

const stopped = ({ kind }: StatusSection): boolean => kind === 'paused' || kind === 'ended';
/** A step that failed leaves the record to walk along, and a session to end. */
const standing = (status: StatusSection): boolean => stopped(status) || status.kind === 'error';

const tools: readonly Tool[] = [
  { command: 'lac.continue', label: t('Continue'), icon: 'continue', enabled: stopped },
  { command: 'lac.pause', label: t('Pause'), icon: 'pause', enabled: ({ kind }) => kind === 'running' },
  { command: 'lac.step', label: t('Next step'), icon: 'step', enabled: stopped },
  { command: 'lac.stepInto', label: t('Step into the decision'), icon: 'stepInto', enabled: stopped },
  { command: 'lac.stepBack', label: t('Step back'), icon: 'stepBack', enabled: standing },
  { command: 'lac.reverse', label: t('Run back'), icon: 'reverse', enabled: standing },
  {
    command: 'lac.stop',
    label: t('Stop'),
    icon: 'stop',
    enabled: (status) => status.kind === 'running' || standing(status),
  },
];

/** Stepping, as in VS Code's own debug toolbar. */
export function Toolbar({ status }: { readonly status: StatusSection }): JSX.Element {
  const asking = useAsking();
  const bar = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const press = (command: ToolbarCommand): void => void asking.ask('command', { command });
  const shown = tools.filter(({ command }) => command !== (status.kind === 'running' ? 'lac.continue' : 'lac.pause'));
  const canPlay = status.mode === 'live' && (stopped(status) || status.playing);
  const enabled = [...shown.map((tool) => tool.enabled(status)), canPlay];
  const active = enabled[focused] ? focused : enabled.indexOf(true);
  const move = (event: KeyboardEvent): void => {
    const free = enabled.flatMap((on, i) => (on ? [i] : []));
    const at = free.indexOf(active);
    const moves: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    if (free.length === 0 || !Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    const next = free.at(moves[event.key] % free.length) ?? 0;
    setFocused(next);
    bar.current?.querySelectorAll('button').item(next).focus();
  };
  return (
    <div class="toolbar-line">
      <div role="toolbar" aria-label={t('Stepping')} class="toolbar" ref={bar} onKeyDown={move}>
        {shown.map(({ command, label, icon }, i) => (
          <IconButton
            key={command}
            label={label}
            disabled={!enabled[i]}
            tabIndex={i === active ? 0 : -1}
            onPress={() => press(command)}
          >
            <Icon name={icon} />
          </IconButton>
        ))}
        <span class="gap" />
        <IconButton
          label={status.playing ? t('Give the acting back to the agent') : t('Play: act in the agent’s place')}
          disabled={!canPlay}
          pressed={status.playing}
          tabIndex={shown.length === active ? 0 : -1}
          onPress={() => press('lac.play')}
        >
          <Icon name="play" />
        </IconButton>
      </div>
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </div>
  );
}
