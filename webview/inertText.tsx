import type { JSX } from 'preact';
import { t } from './words';

/**
 * Text of models, environments and files as the page shows it: never markup, never longer than can be read, and nothing
 * in it can reorder, hide or paint over what stands beside it.
 */

const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** At most `most` characters, with control and direction characters made visible. */
export function inert(text: string, most: number): { readonly text: string; readonly left: number } {
  const clipped = text.length > most ? text.slice(0, most) : text;
  return { text: clipped.replaceAll('\r\n', '\n').replace(invisible, shown), left: text.length - clipped.length };
}

export interface InertProps {
  readonly text: string;
  /** Most characters that are drawn; 400 unless told. */
  readonly most?: number;
  readonly class?: string;
}

/** A text from outside, isolated; how much was left out stands behind it. */
export function Inert({ text, most = 400, class: className }: InertProps): JSX.Element {
  const { text: drawn, left } = inert(text, most);
  return (
    <bdi class={className === undefined ? 'inert' : `inert ${className}`}>
      {drawn}
      {left > 0 && <span class="left-out">{t('… {0} more characters', left.toLocaleString('en'))}</span>}
    </bdi>
  );
}

/** A text from outside for attributes such as titles and labels. */
export function inertLabel(text: string, most = 120): string {
  const { text: drawn, left } = inert(text, most);
  return left > 0 ? `${drawn}…` : drawn;
}
