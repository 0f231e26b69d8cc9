/** One measured figure, with a name that stays the same from version to version. */
export interface Figure {
  /** For example `babyai.steps`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure should reach, if anything: `at-least` or `at-most` the number. */
  readonly aim?: { readonly direction: 'at-least' | 'at-most'; readonly value: number };
  /** How it was measured, in a few words. */
  readonly note?: string;
}

/** One group of figures; may say why it was skipped. */
export type Bench = (log: (line: string) => void) => Promise<readonly Figure[]>;
