import type { JSX } from 'preact';
import type { GridPicture, GridThing } from '../src/protocol/panel';
import { t } from './words';

const cell = 16;

/** What a thing is, in words: `red ball`, `locked blue door`. */
function thingInWords({ kind, color, state }: GridThing): string {
  return [state, color, kind].filter((word) => word !== null).join(' ');
}

const headings = [t('right'), t('down'), t('left'), t('up')] as const;

/** The whole grid from above, the agent's view lit. */
export function Grid({ picture }: { readonly picture: GridPicture }): JSX.Element {
  const { width, height, cells, visible, targets, agent } = picture;
  const column = (index: number): number => index % width;
  const row = (index: number): number => Math.floor(index / width);
  const words = cells.flatMap((thing, i) =>
    thing === null || thing.kind === 'wall'
      ? []
      : [
          [
            t('{0} at column {1}, row {2}', thingInWords(thing), column(i), row(i)),
            ...(targets.includes(i) ? [t('a target')] : []),
            ...(visible[i] ? [] : [t('out of view')]),
          ].join(', '),
        ],
  );
  const label = [
    t('Grid of {0} by {1}.', width, height),
    t('The agent is at column {0}, row {1}, facing {2}.', agent.x, agent.y, headings[agent.direction]),
    ...(agent.carrying === null ? [] : [t('It carries a {0}.', thingInWords(agent.carrying))]),
    ...words.map((text) => `${text}.`),
  ].join(' ');
  const at = (index: number): string => `translate(${column(index) * cell} ${row(index) * cell})`;
  return (
    <figure class="picture grid">
      <svg viewBox={`0 0 ${width * cell} ${height * cell}`} role="img" aria-label={label}>
        <rect class="floor" width={width * cell} height={height * cell} />
        {visible.map((seen, i) =>
          seen && cells[i]?.kind !== 'wall' ? (
            <rect key={`view ${i}`} class="in-view" width={cell} height={cell} transform={at(i)} />
          ) : null,
        )}
        <path class="lines" d={gridLines(width, height)} />
        {cells.map((thing, i) =>
          thing === null ? null : (
            <g key={i} transform={at(i)} class={visible[i] ? 'thing' : 'thing unseen-thing'}>
              <Thing thing={thing} />
            </g>
          ),
        )}
        {targets.map((i) => (
          <rect
            key={`target ${i}`}
            class="target"
            x="1"
            y="1"
            width={cell - 2}
            height={cell - 2}
            rx="3"
            transform={at(i)}
          />
        ))}
        <g transform={`translate(${(agent.x + 0.5) * cell} ${(agent.y + 0.5) * cell}) rotate(${agent.direction * 90})`}>
          <path class="agent" d="M6 0 -5 -5.500 -2.500 0 -5 5.500z" />
        </g>
      </svg>
      {agent.carrying !== null && (
        <figcaption class="carrying">
          <svg viewBox={`0 0 ${cell} ${cell}`} width={cell} height={cell} aria-hidden="true">
            <Thing thing={agent.carrying} />
          </svg>
          {t('carries a {0}', thingInWords(agent.carrying))}
        </figcaption>
      )}
    </figure>
  );
}

function gridLines(width: number, height: number): string {
  const lines: string[] = [];
  for (let x = 1; x < width; x++) lines.push(`M${x * cell} 0V${height * cell}`);
  for (let y = 1; y < height; y++) lines.push(`M0 ${y * cell}H${width * cell}`);
  return lines.join('');
}

/** Things differ by shape before they differ by colour. */
function Thing({ thing }: { readonly thing: GridThing }): JSX.Element {
  const color = `color-${thing.color ?? 'none'}`;
  switch (thing.kind) {
    case 'wall':
      return <rect class="wall" width={cell} height={cell} />;
    case 'ball':
      return <circle class={`${color} filled`} cx="8" cy="8" r="4.600" />;
    case 'box':
      return (
        <g class={`${color} outlined`}>
          <rect x="3.500" y="3.500" width="9" height="9" rx="1" />
          <path d="M3.500 7h9" />
        </g>
      );
    case 'key':
      return (
        <g class={`${color} outlined`}>
          <circle cx="5.500" cy="8" r="2.500" />
          <path d="M8 8h5.500v2.500M11 8v2" />
        </g>
      );
    case 'door':
      return (
        <g class={`${color} outlined`}>
          {thing.state === 'open' ? (
            <path d="M2 2v12M2 2h3v12H2" />
          ) : (
            <>
              <rect x="1.500" y="1.500" width="13" height="13" rx="1" class="door" />
              {thing.state === 'locked' ? (
                <path d="M6 7.500h4v3.500H6zM6.700 7.500V6a1.300 1.300 0 0 1 2.600 0v1.500" />
              ) : (
                <path d="M11 8h1.500" />
              )}
            </>
          )}
        </g>
      );
  }
}
