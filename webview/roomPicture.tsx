import type { JSX } from 'preact';
import type { RoomObject, RoomPicture, RoomReceptacle } from '../src/protocol/panel';
import { Check } from './controls';
import { Inert } from './inertText';
import { usePage } from './page';

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
          <span class="dim">Holding nothing</span>
        ) : (
          <>
            <span class="dim">Holding </span>
            {holding.map((object) => (
              <Thing key={object.name} object={object} hidden={false} />
            ))}
          </>
        )}
        <span class="end dim">
          looked into {seen} of {receptacles.length}
        </span>
      </p>
      <ul class="receptacles" aria-label={picture.title}>
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
            Show what the agent has not seen
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
        {here && <span class="here-mark">here</span>}
        <Inert text={name} most={60} />
        {target && <span class="goal-mark">goal</span>}
        {state !== 'plain' && <span class="dim">{state}</span>}
        {!seen && (
          <span class="dim not-seen-mark" role="img" aria-label="not looked into" title="not looked into">
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
          {known.length + shownHidden.length === 0 && <span class="dim">empty</span>}
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
        <span class="target-mark" aria-label="wanted" role="img">
          ◎
        </span>
      )}
      <Inert text={object.name} most={60} />
      {object.states.length > 0 && <Inert text={` ${object.states.join(', ')}`} most={80} class="dim" />}
      {hidden && <span class="unseen"> (not seen)</span>}
    </span>
  );
}
