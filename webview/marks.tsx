import type { JSX } from 'preact';

/** Signs of what a step was like, on the timeline, in its legend and in the list of steps. */
const shapes = {
  both: <circle cx="6" cy="6" r="3.600" class="mark-line" />,
  prior: <rect x="2.800" y="2.800" width="6.400" height="6.400" class="mark-hollow" />,
  critic: <path d="M6 1.200 10.800 6 6 10.800 1.200 6z" class="mark-bad" />,
  neither: <path d="m2.500 2.500 7 7m0-7-7 7" class="mark-cross" />,
  hit: <path d="M2 2.500h8L6 9.500z" class="mark-bad" />,
  breakpoint: <circle cx="6" cy="6" r="3" class="mark-ring" />,
  branch: <path d="M1 10 11 2" class="mark-dashed" />,
} as const;

export type MarkShape = keyof typeof shapes;

export function Mark({ shape }: { readonly shape: MarkShape }): JSX.Element {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {shapes[shape]}
    </svg>
  );
}
