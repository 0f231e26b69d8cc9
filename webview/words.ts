import { Fragment, h, type ComponentChildren, type VNode } from 'preact';

/**
 * The page's words. Each stands in the code in English and is its own key; the host puts a table of another language
 * into the page's document, the one that `vscode.l10n` reads for the extension too (l10n/bundle.l10n.<language>.json).
 */

const table: Readonly<Record<string, string>> = readTable();

function readTable(): Readonly<Record<string, string>> {
  // Parts of the page are tested without a document.
  if (typeof document === 'undefined') return {};
  const written: unknown = JSON.parse(document.getElementById('words')?.textContent ?? '{}');
  return typeof written === 'object' && written !== null ? (written as Readonly<Record<string, string>>) : {};
}

function translated(english: string): string {
  return Object.hasOwn(table, english) ? table[english] : english;
}

const placeholder = /\{(\d)\}/gu;

/** A text in the page's language; `{0}`, `{1}` ... stand for what follows. */
export function t(english: string, ...given: readonly (string | number)[]): string {
  return translated(english).replace(placeholder, (_, digit: string) => String(given[Number(digit)] ?? ''));
}

/** The same with elements in the places of `{0}`, `{1}` ... */
export function phrase(english: string, ...given: readonly ComponentChildren[]): VNode {
  // Split by a group, every second piece is a placeholder's digit.
  const pieces = translated(english)
    .split(placeholder)
    .map((piece, i) => (i % 2 === 0 ? piece : given[Number(piece)]));
  return h(Fragment, null, ...pieces);
}

/** One of two texts by number, `{0}` in both. */
export function plural(number: number, one: string, many: string): string {
  const shown = Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '–';
  return t(number === 1 ? one : many, shown);
}
