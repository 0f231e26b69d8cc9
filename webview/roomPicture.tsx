import type { JSX } from 'preact';
import type { RoomObject, RoomPicture, RoomReceptacle } from '../src/protocol/panel';
import { Check } from './controls';
import { Inert } from './inertText';
import { usePage } from './page';
import { t } from './words';

const roomNames: ReadonlyMap<string, string> = new Map([
  ['Bathroom', t('Bathroom')],
  ['Bedroom', t('Bedroom')],
  ['Kitchen', t('Kitchen')],
  ['Living room', t('Living room')],
  ['Room', t('Room')],
]);

/** The room as a map of receptacles: where the agent stands, what it has seen, what it knows to be where. */
export function Room({ picture }: { readonly picture: RoomPicture }): JSX.Element {
  const { view, changeView } = usePage();
  const { receptacles, holding } = picture;
  const hiddenAnywhere = receptacles.some(({ hidden }) => hidden.length > 0);
  const seen = receptacles.filter((receptacle) => receptacle.seen).length;
  return (
    <figure class="picture room">
      <p class="holding">
        {holding.length === 0 ? (
          <span class="dim">{t('Holding nothing')}</span>
        ) : (
          <>
            <span class="dim">{t('Holding')} </span>
            {holding.map((object) => (
              <Thing key={object.name} object={object} hidden={false} />
            ))}
          </>
        )}
        <span class="end dim">{t('looked into {0} of {1}', seen, receptacles.length)}</span>
      </p>
      <ul class="receptacles" aria-label={roomNames.get(picture.title) ?? picture.title}>
        {receptacles.map((receptacle) => (
          <Receptacle key={receptacle.name} receptacle={receptacle} showHidden={view.showHidden} />
        ))}
      </ul>
      {hiddenAnywhere && (
        <figcaption>
          <Check
            checked={view.showHidden}
            onChange={(showHidden) => changeView((current) => ({ ...current, showHidden }))}
          >
            {t('Show what the agent has not seen')}
          </Check>
        </figcaption>
      )}
    </figure>
  );
}

interface ReceptacleProps {
  readonly receptacle: RoomReceptacle;
  readonly showHidden: boolean;
}

function Receptacle({ receptacle, showHidden }: ReceptacleProps): JSX.Element {
  const { name, state, here, seen, known, hidden, target } = receptacle;
  const classes = ['receptacle', here ? 'here' : '', seen ? 'seen' : 'not-seen', target ? 'wanted' : ''];
  const shownHidden = showHidden ? hidden : [];
  return (
    <li class={classes.join(' ')}>
      <span class="receptacle-name">
        {here && <span class="here-mark">{t('here')}</span>}
        <Inert text={name} most={60} />
        {target && <span class="goal-mark">{t('goal')}</span>}
        {state !== 'plain' && <span class="dim">{state === 'open' ? t('open') : t('closed')}</span>}
        {!seen && (
          <span class="dim not-seen-mark" role="img" aria-label={t('not looked into')} title={t('not looked into')}>
            ?
          </span>
        )}
      </span>
      {(seen || known.length + shownHidden.length > 0) && (
        <span class="contents">
          {known.map((object) => (
            <Thing key={object.name} object={object} hidden={false} />
          ))}
          {shownHidden.map((object) => (
            <Thing key={object.name} object={object} hidden />
          ))}
          {known.length + shownHidden.length === 0 && <span class="dim">{t('empty')}</span>}
        </span>
      )}
    </li>
  );
}

function Thing({ object, hidden }: { readonly object: RoomObject; readonly hidden: boolean }): JSX.Element {
  const classes = ['object', object.target ? 'wanted' : '', hidden ? 'hidden-object' : ''];
  return (
    <span class={classes.join(' ')}>
      {object.target && (
        <span class="target-mark" aria-label={t('wanted')} role="img">
          ◎
        </span>
      )}
      <Inert text={object.name} most={60} />
      {object.states.length > 0 && <Inert text={` ${object.states.join(', ')}`} most={80} class="dim" />}
      {hidden && <span class="unseen"> {t('(not seen)')}</span>}
    </span>
  );
}
