/** The column whose greatest figure stands first. */
export type SortKey = 'prior' | 'q' | 'policy';

/** What a person opened, hid and chose on the page; kept over a reload of the page by the host's `setState`. */
export interface ViewState {
  /** Rows of the decision that are open, as `node action`; the newest last. */
  readonly open: readonly string[];
  /** True: the critic's numbers are hidden until the person has chosen. */
  readonly hideQ: boolean;
  /** What the person chose before the numbers were shown, by `node decision`; -1 where they only asked to see. */
  readonly guesses: Readonly<Record<string, number>>;
  /** True: what the agent has not seen is drawn too. */
  readonly showHidden: boolean;
  /** True: the list of steps shows only those that a search found. */
  readonly onlyMatches: boolean;
  readonly sort: SortKey;
  readonly scroll: number;
}

const initial: ViewState = {
  open: [],
  hideQ: false,
  guesses: {},
  showHidden: false,
  onlyMatches: false,
  sort: 'prior',
  scroll: 0,
};

const mostOpen = 100;
const mostGuesses = 1000;

/** Reads what an earlier page wrote; anything else counts as nothing. */
export function readViewState(stored: unknown): ViewState {
  if (typeof stored !== 'object' || stored === null) return initial;
  const { open, hideQ, guesses, showHidden, onlyMatches, sort, scroll } = stored as {
    readonly [K in keyof ViewState]?: unknown;
  };
  return {
    open: Array.isArray(open) ? open.filter((key) => typeof key === 'string').slice(-mostOpen) : [],
    hideQ: hideQ === true,
    guesses:
      typeof guesses === 'object' && guesses !== null
        ? Object.fromEntries(Object.entries(guesses).filter(([, value]) => typeof value === 'number'))
        : {},
    showHidden: showHidden === true,
    onlyMatches: onlyMatches === true,
    sort: sort === 'q' || sort === 'policy' ? sort : 'prior',
    scroll: typeof scroll === 'number' && Number.isFinite(scroll) ? scroll : 0,
  };
}

export function withOpen(state: ViewState, key: string, open: boolean): ViewState {
  const others = state.open.filter((other) => other !== key);
  return { ...state, open: open ? [...others, key].slice(-mostOpen) : others };
}

export function withGuess(state: ViewState, key: string, candidate: number): ViewState {
  const guesses = Object.entries({ ...state.guesses, [key]: candidate }).slice(-mostGuesses);
  return { ...state, guesses: Object.fromEntries(guesses) };
}
