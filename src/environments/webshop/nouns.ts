/**
 * The nouns of a product's title. The reward's type factor compares those of the bought and the wanted product; the
 * original asks spaCy's part-of-speech tagger, whose model is no part of this engine.
 */
export interface NounExtractor {
  /** Lower-case tokens in order, repetitions kept. */
  nouns(title: string): readonly string[];
}

/** Words that a tagger would hardly call nouns in a title: function words, common adjectives and verbs. */
const noNouns: ReadonlySet<string> = new Set(
  (
    'a about above across after again against all almost along also although always among an and another any anyone ' +
    'anything anywhere are around as at away be because been before behind being below between beyond both but by ' +
    'can could did do does doing done down during each either enough etc even ever every everything few first for ' +
    'from further get gets give gives go goes had has have having he her here hers him his how however i if in inside ' +
    'into is it its itself just keep keeps less like made make makes making many may me mine more most much must my ' +
    'near need neither never next no none nor not now of off often on once one only onto or other others our ours out ' +
    'outside over own per perfect please quite rather really same several shall she should since so some such ' +
    'than that the their theirs them then there these they this those though through throughout thus to too toward ' +
    'towards under until up upon us use used using very via was we well were what when where whether which while who ' +
    'whole whose why will with within without would yet you your yours ' +
    'adjustable anti authentic available best better big black blue bright brown comfortable comfy compatible cute ' +
    'deep different double dry durable easy elegant extra fit fits flexible foldable free fresh full fully gentle ' +
    'good great green grey gray heavy high ideal included includes including large last lightweight little long ' +
    'loose low medium mini modern multi natural new nice non old orange organic original perfectly pink plus ' +
    'portable premium purple pure quick real rechargeable red removable reusable safe sexy short simple single slim ' +
    'small smart smooth soft solid stretchy strong super suitable thick thin tiny traditional true ultra unique ' +
    'upgraded vintage warm washable waterproof white wide wireless yellow'
  ).split(' '),
);

/**
 * Every token that begins with a letter and is no common word of another kind. On the thirteen titles that real spaCy
 * is known to have scored, and against a hidden-Markov tagger, this came nearest of the rules tried.
 */
export const titleNouns: NounExtractor = remembering((title) =>
  tokens(title).filter((token) => /^\p{L}/u.test(token) && !noNouns.has(token)),
);

/** Every token that begins with a letter but for function words: finds the most. */
export const everyWord: NounExtractor = remembering((title) =>
  tokens(title).filter((token) => /^\p{L}/u.test(token) && !functionWords.has(token)),
);

/** Tokens that stand capitalised in the title, as product names and kinds mostly do. */
export const capitalizedWords: NounExtractor = remembering((title) =>
  rawTokens(title)
    .filter((token) => /^\p{Lu}/u.test(token) && !functionWords.has(token.toLowerCase()))
    .map((token) => token.toLowerCase()),
);

const rememberedTitles = 4096;

/** Titles come again and again: the goal's with every purchase, a catalogue's with every oracle. */
function remembering(nouns: (title: string) => readonly string[]): NounExtractor {
  const known = new Map<string, readonly string[]>();
  return {
    nouns: (title) => {
      let found = known.get(title);
      if (found === undefined) {
        found = nouns(title);
        if (known.size >= rememberedTitles) known.clear();
        known.set(title, found);
      }
      return found;
    },
  };
}

const functionWords: ReadonlySet<string> = new Set(
  'a an and are as at be by for from in into is it its no not of off on or that the this to up with w your you our'.split(
    ' ',
  ),
);

function tokens(title: string): readonly string[] {
  return rawTokens(title).map((token) => token.toLowerCase());
}

/** spaCy's cuts, nearly: at space, hyphens and slashes between letters, number and unit, possessive and punctuation. */
function rawTokens(title: string): readonly string[] {
  return (
    title
      .replace(/['\u2019][sS](?![\p{L}\p{N}])/gu, ' ')
      .replace(/(\p{N})(?=(?:mm|cm|m|ml|l|g|kg|oz|ft|in|inch|lb|lbs|pcs|w|v|mah|gb|tb|hz|k)(?![\p{L}\p{N}]))/giu, '$1 ')
      .match(/[\p{L}\p{N}]+(?:[.'\u2019&][\p{L}\p{N}]+)*/gu) ?? []
  );
}
