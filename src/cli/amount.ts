/** A number of things in words: `1 episode`, `2 episodes`. */
export function amount(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
