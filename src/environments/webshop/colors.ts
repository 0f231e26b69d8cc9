/** WebShop's colour names in alphabetical order (its `normalize.py`). */
const colors = (
  'alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze brown burgundy camel camo ' +
  'caramel champagne charcoal cheetah chestnut chocolate christmas coffee cognac copper coral cranberry cream ' +
  'crystal dark denim eggplant elephant espresso fuchsia gold granite grape graphite grass gray green grey heather ' +
  'indigo ivory ivy khaki lavender lemon leopard light lilac lime magenta maroon mauve merlot midnight mint mocha ' +
  'multicolor mushroom mustard natural navy nude olive orange peach pewter pink plum purple rainbow red rose royal ' +
  'rust sand sapphire seashell silver skull slate steel stone stonewash sunflower tan taupe teal tiger turquoise ' +
  'violet walnut wheat white wine yellow'
).split(' ');

/** The first colour name that occurs in the text, be it inside a word (`standard` is `tan`); else the text. */
export function normalizeColor(text: string): string {
  return colors.find((color) => text.includes(color)) ?? text;
}

/** The same for a name and value: Python looks for the name as a whole element there, never inside one. */
export function normalizeColorPair(pair: readonly [string, string]): string | undefined {
  return colors.find((color) => pair.includes(color));
}
