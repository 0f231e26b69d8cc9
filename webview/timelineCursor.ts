import { useEffect, useMemo, useState } from 'preact/hooks';
import type { TimelineSection, TimelineStep } from '../src/protocol/panel';
import type { Asking } from './page';

/** The cursor of a timeline, as the page shows it. */
export interface TimelineCursor {
  /** The node where it stands, or was sent while the host has not yet said where it is. */
  readonly node: number;
  /** That node's step on the branch; -1 where the branch does not hold it. */
  readonly index: number;
  /** Whether the host stands there too. */
  readonly settled: boolean;
  /** Sends it to a step; nothing where there is none or where it stands there. */
  readonly moveTo: (step: TimelineStep | undefined) => void;
}

/** @param ask asks the host to move; where that is refused the cursor is shown where it was. */
export function useTimelineCursor(timeline: TimelineSection, ask: Asking['ask']): TimelineCursor {
  const { long, steps } = timeline;
  const [sent, setSent] = useState<number | null>(null);
  useEffect(() => setSent(null), [timeline.cursor]);
  const node = sent ?? timeline.cursor;
  const index = useMemo(
    () => long?.node.indexOf(node) ?? steps.findIndex((step) => step.node === node),
    [long ?? steps, node],
  );
  const moveTo = (step: TimelineStep | undefined): void => {
    if (step === undefined || step.node === node) return;
    setSent(step.node);
    void ask('moveTo', { node: step.node }).then((answer) => {
      if (answer === null) setSent(null);
    });
  };
  return { node, index, settled: node === timeline.cursor, moveTo };
}
