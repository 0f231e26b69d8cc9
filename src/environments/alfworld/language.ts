import type { GameFile } from './gameFile';

/**
 * The two languages of ALFWorld games. `old`: "put X in/on Y", "You arrive at loc 7.", no `help` (files before ALFWorld
 * 0.4, and the published prompts). `new`: "move X to Y", "You arrive at desk 1.", `help`.
 */
export type Language = 'old' | 'new';

/** The language of a game file, or undefined for a grammar that is neither's. */
export function languageOf(game: GameFile): Language | undefined {
  if (game.grammar.includes('"move {o} to {r}"')) return 'new';
  return game.grammar.includes('"put {o} in/on {r}"') ? 'old' : undefined;
}

/** Cuts `(:action help ...)` and the line break after it. */
function withoutHelp(domain: string): string {
  const start = domain.search(/\(:action\s+help\b/i);
  if (start < 0) return domain;
  let depth = 0;
  for (let index = start; index < domain.length; index++) {
    const character = domain.charAt(index);
    if (character === ';') {
      const lineEnd = domain.indexOf('\n', index);
      index = lineEnd < 0 ? domain.length : lineEnd;
    } else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) {
      return domain.slice(0, start) + domain.slice(index + 1).replace(/^\n/, '');
    }
  }
  return domain;
}

/**
 * A game of the new language turned into the old one, by the replacements under which published files of the new
 * format become those of the old; any other game comes back as it is.
 */
export function inOldLanguage(game: GameFile): GameFile {
  if (languageOf(game) !== 'new') return game;
  const help = game.grammar.indexOf('\naction help {');
  const grammar = (help < 0 ? game.grammar : game.grammar.slice(0, help))
    .replace('You arrive at {r.name}.', 'You arrive at {lend.name}.')
    .replaceAll('move {o} to {r}', 'put {o} in/on {r}')
    .replace('You move the {o.name} to the {r.name}.', 'You put the {o.name} in/on the {r.name}.');
  const switched = { ...game, grammar, pddl_domain: withoutHelp(game.pddl_domain) };
  if (game.walkthrough === undefined) return switched;
  return {
    ...switched,
    walkthrough: game.walkthrough.map((command) => command.replace(/^move (.+) to (.+)$/, 'put $1 in/on $2')),
  };
}
