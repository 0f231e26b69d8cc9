import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface TabsProps<T extends string | number> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly text: ComponentChildren; readonly title?: string }[];
  readonly selected: T;
  readonly onSelect: (id: T) => void;
  /** Id of the element that the tabs change. */
  readonly controls: string;
}

/** Tabs with arrow keys, Home and End. */
export function Tabs<T extends string | number>(props: TabsProps<T>): JSX.Element {
  const { label, tabs, selected, onSelect, controls } = props;
  const list = useRef<HTMLDivElement>(null);
  const go = (index: number): void => {
    const tab = tabs.at(index % tabs.length);
    if (tab === undefined) return;
    onSelect(tab.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]').item(tabs.indexOf(tab)).focus();
  };
  const at = tabs.findIndex(({ id }) => id === selected);
  return (
    <div
      role="tablist"
      aria-label={label}
      class="tabs"
      ref={list}
      onKeyDown={(event) => {
        const moves: Readonly<Record<string, number>> = {
          ArrowRight: at + 1,
          ArrowLeft: at - 1,
          Home: 0,
          End: -1,
        };
        if (!Object.hasOwn(moves, event.key)) return;
        event.preventDefault();
        go(moves[event.key]);
      }}
    >
      {tabs.map(({ id, text, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === selected}
          aria-controls={controls}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
          {...(title === undefined ? {} : { title })}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
