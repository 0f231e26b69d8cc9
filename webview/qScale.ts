/**
 * The scale of the bars of Q. A Q is a log-odds and may be ten times another one of the same decision; on a common
 * linear scale the small ones would be slivers without a side. This one is linear near 0 and logarithmic beyond
 * (asinh), so sign and order stay visible; the number stands beside.
 */

/** The next of 1, 2, 5, 10, 20, 50 ... that holds every Q: a round end, that does not move with each decision. */
export function reachOf(values: readonly number[]): number {
  const most = Math.max(1, ...values.map((q) => (Number.isFinite(q) ? Math.abs(q) : 0)));
  const scale = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((each) => each * scale >= most * (1 - 1e-9)) ?? 10;
  return step * scale;
}

/** Length of a Q's bar as a share of one side, 0 to 1. */
export function shareOf(q: number, reach: number): number {
  return Math.min(1, Math.asinh(Math.abs(q)) / Math.asinh(reach));
}
