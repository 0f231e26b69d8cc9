/**
 * Changes the words of an element that is painted, not rendered. The text is changed within its node: a node that comes or
 * goes has the browser match all `:has` rules again.
 */
export function paintText(element: Element | null, text: string): void {
  if (element === null) return;
  const only = element.childNodes.length === 1 ? element.firstChild : null;
  if (!(only instanceof Text)) element.textContent = text;
  else if (only.data !== text) only.data = text;
}
