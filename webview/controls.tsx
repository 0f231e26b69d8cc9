import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, HTMLAttributes, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Inert } from './inertText';
import { t } from './words';

type ControlAttributes = HTMLAttributes;

/** The page's controls. The one file that knows which set of components they come from. */

declare module 'preact' {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ControlAttributes & { appearance?: 'primary' | 'secondary' | 'icon'; disabled?: boolean };
      'vscode-checkbox': ControlAttributes & { checked?: boolean; disabled?: boolean };
      'vscode-dropdown': ControlAttributes & { disabled?: boolean; position?: 'above' | 'below' };
      'vscode-option': ControlAttributes & { value?: string; selected?: boolean };
      'vscode-text-field': ControlAttributes & {
        value?: string;
        placeholder?: string;
        disabled?: boolean;
        maxlength?: number;
        size?: number;
      };
    }
  }
}

/** Makes the components known to the browser; called once before the page is drawn. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextField(),
  );
}

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** What is said of it where its words do not suffice. */
  readonly label?: string;
  readonly title?: string;
}

export function Button({ children, onPress, primary, disabled, label, title }: ButtonProps): JSX.Element {
  return (
    <vscode-button
      appearance={primary === true ? 'primary' : 'secondary'}
      disabled={disabled === true}
      onClick={() => {
        if (disabled !== true) onPress();
      }}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(title === undefined ? {} : { title })}
    >
      {children}
    </vscode-button>
  );
}

export interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

/** A box to tick, with its words. */
export function Check({ checked, onChange, children }: CheckProps): JSX.Element {
  return (
    <vscode-checkbox
      checked={checked}
      onChange={(event: Event) => {
        const { target } = event;
        if (target instanceof HTMLElement && 'checked' in target && target.checked !== checked) {
          onChange(target.checked === true);
        }
      }}
    >
      {children}
    </vscode-checkbox>
  );
}

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string; readonly title?: string }[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
}

/** One of a few, from a list that drops down. */
export function Choice({ label, value, options, onChange, disabled }: ChoiceProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  // The component keeps a selection of its own: put it back when the page's differs.
  useEffect(() => {
    if (element.current !== null && 'value' in element.current && element.current.value !== value) {
      element.current.value = value;
    }
  });
  return (
    <vscode-dropdown
      ref={element}
      aria-label={label}
      disabled={disabled === true}
      onChange={(event: Event) => {
        const { target } = event;
        if (target instanceof HTMLElement && 'value' in target && typeof target.value === 'string') {
          if (target.value !== value) onChange(target.value);
        }
      }}
    >
      {options.map((option) => (
        <vscode-option
          key={option.value}
          value={option.value}
          selected={option.value === value}
          {...(option.title === undefined ? {} : { title: option.title })}
        >
          {option.text}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

export interface TextEntryProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Enter was pressed. */
  readonly onEnter?: (value: string) => void;
  readonly onEscape?: () => void;
  readonly onLeave?: () => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Width in characters; all there is unless told. */
  readonly size?: number;
}

/** One line of text. */
export function TextEntry(props: TextEntryProps): JSX.Element {
  const { label, value, onInput, onEnter, onEscape, onLeave, placeholder, disabled, size } = props;
  const textOf = (event: Event): string => {
    const { target } = event;
    return target instanceof HTMLElement && 'value' in target && typeof target.value === 'string' ? target.value : '';
  };
  const element = useRef<HTMLElement>(null);
  // The component names itself "Text field" when it is connected: its name is put back.
  useEffect(() => element.current?.setAttribute('aria-label', label));
  return (
    <vscode-text-field
      ref={element}
      class={size === undefined ? 'entry' : 'entry sized'}
      aria-label={label}
      value={value}
      disabled={disabled === true}
      maxlength={2000}
      {...(size === undefined ? {} : { size })}
      {...(placeholder === undefined ? {} : { placeholder })}
      onInput={(event: Event) => onInput(textOf(event))}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter') onEnter?.(textOf(event));
        else if (event.key === 'Escape') onEscape?.();
        else return;
        event.stopPropagation();
      }}
      onBlur={() => onLeave?.()}
    />
  );
}

export interface IconButtonProps {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly tabIndex?: number;
}

/** A small button with a picture. Native: a toolbar moves the focus among many of them. */
export function IconButton({ label, children, onPress, disabled, pressed, tabIndex }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={disabled === true}
      onClick={onPress}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    >
      {children}
    </button>
  );
}

export interface LinkButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly title?: string;
}

/** A button that reads as a link, inside a line of text. */
export function LinkButton({ children, onPress, disabled, label, title }: LinkButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="link"
      disabled={disabled === true}
      onClick={onPress}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(title === undefined ? {} : { title })}
    >
      {children}
    </button>
  );
}

/** Why a request was refused, where it was made. */
export function Failure({ text, onDismiss }: { readonly text: string | null; readonly onDismiss: () => void }) {
  if (text === null) return null;
  return (
    <p class="failure" role="alert">
      <span>
        <Inert text={text} most={1000} />
      </span>
      <button type="button" class="icon-button" aria-label={t('Dismiss')} onClick={onDismiss}>
        ×
      </button>
    </p>
  );
}
