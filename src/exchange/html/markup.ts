/** Text and elements of a page. Whatever comes from a recording passes through `text`. */

/** A piece of finished markup; only this module makes them. */
export interface Markup {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters and those that turn the direction of writing, which could make a text look like another one. */
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function escaped(text: string): string {
  return text
    .replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function text(value: string): Markup {
  return { markup: escaped(value) };
}

type Child = Markup | string | null;

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element; strings among the children are text. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const given = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === false) return [];
    return value === true ? [` ${key}`] : [` ${key}="${escaped(String(value))}"`];
  });
  const inner = children.map((child) =>
    child === null ? '' : typeof child === 'string' ? escaped(child) : child.markup,
  );
  return { markup: `<${name}${given.join('')}>${inner.join('')}</${name}>` };
}

export function together(...parts: readonly (Markup | null)[]): Markup {
  return { markup: parts.map((part) => part?.markup ?? '').join('\n') };
}
