import type { DebugProtocol } from '@vscode/debugprotocol';
import { inLanguage, phrase, type Phrase, type Translate } from '../errors/phrase';
import type { ParameterName } from '../lac/parameters';

/** What setting a variable changes. */
export type Target =
  | { readonly kind: 'parameter'; readonly name: ParameterName }
  | { readonly kind: 'candidate'; readonly index: number }
  | { readonly kind: 'action' }
  | { readonly kind: 'observation' };

/**
 * One variable of a scope; its children are made when they are asked for. Its name is one of the expression language or a
 * term of the method, the same in every language.
 */
export interface Item {
  readonly name: string;
  readonly value: string | Phrase;
  readonly type?: string;
  /** An expression that gives the value again. */
  readonly evaluateName?: string;
  readonly children?: () => readonly Item[];
  /** Number of children, where they are a list. */
  readonly indexed?: number;
  /** What a data breakpoint on it watches: `choice`, `Q:<action>`. */
  readonly data?: string;
  /** Missing where it cannot be changed. */
  readonly target?: Target;
  readonly hint?: DebugProtocol.VariablePresentationHint;
}

interface Container {
  readonly children: () => readonly Item[];
  items: readonly Item[] | null;
}

/** Numbers for containers that a client may open; all of them end when the session moves. */
export class References {
  private readonly containers = new Map<number, Container>();
  private next = 1;

  constructor(private readonly translate: Translate) {}

  clear(): void {
    this.containers.clear();
    this.next = 1;
  }

  of(children: () => readonly Item[]): number {
    const reference = this.next++;
    this.containers.set(reference, { children, items: null });
    return reference;
  }

  /** The items of a container; null for a number that is no longer valid. */
  items(reference: number): readonly Item[] | null {
    const container = this.containers.get(reference);
    if (container === undefined) return null;
    container.items ??= container.children();
    return container.items;
  }

  variable(item: Item): DebugProtocol.Variable {
    const { name, value, type, evaluateName, children, indexed, hint, target } = item;
    const attributes = [...(hint?.attributes ?? []), ...(target === undefined ? ['readOnly'] : [])];
    return {
      name,
      value: inLanguage(value, this.translate),
      variablesReference: children === undefined ? 0 : this.of(children),
      ...(type === undefined ? {} : { type }),
      ...(evaluateName === undefined ? {} : { evaluateName }),
      ...(indexed === undefined ? {} : { indexedVariables: indexed }),
      presentationHint: { ...hint, attributes },
    };
  }
}

/** Text of any length as one value: controls shown, the rest cut. */
export function shortText(text: string, most = 2000): string {
  const inert = text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return inert.length <= most ? inert : `${inert.slice(0, most)}... (${text.length} characters)`;
}

/** A number for people: four significant digits; `unknown` for what is not known. */
export function numeral(value: number | null | undefined): string | Phrase {
  return value === null || value === undefined || Number.isNaN(value) ? phrase('unknown') : figure(value);
}

/** A number that is known, for people. */
export function figure(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(4)));
}
