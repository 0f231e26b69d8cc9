/** A place on alpha's axis where the choice changes. */
export interface FlipPoint {
  /** The choice is `from` below this alpha and `to` above it; greater than 0. */
  readonly alpha: number;
  readonly from: number;
  readonly to: number;
}
