import type { JSX } from 'preact';

/** Small drawings of the toolbar and the marks, 16 x 16, in the colour of the text around them. */
const drawings = {
  continue: <path d="M3 3v10M6 3l7 5-7 5z" />,
  playback: <path d="M4.500 3v10l8-5z" />,
  pause: <path d="M5 3v10M11 3v10" stroke-width="2.4" />,
  step: (
    <>
      <path d="M2.500 9a5.500 5.500 0 0 1 10.600-2M13.500 3v4.200H9.300" />
      <circle cx="8" cy="12" r="1.600" class="solid" />
    </>
  ),
  stepInto: (
    <>
      <path d="M8 1.500v7M4.700 5.700 8 9l3.300-3.300" />
      <circle cx="8" cy="12.600" r="1.600" class="solid" />
    </>
  ),
  stepBack: (
    <>
      <path d="M13.500 9A5.500 5.500 0 0 0 2.900 7M2.500 3v4.200h4.200" />
      <circle cx="8" cy="12" r="1.600" class="solid" />
    </>
  ),
  reverse: <path d="M13 3v10M10 3 3 8l7 5z" />,
  stop: <rect x="3.500" y="3.500" width="9" height="9" rx="1" />,
  play: (
    <>
      <rect x="1.500" y="4.500" width="13" height="8" rx="2.500" />
      <path d="M4 8.500h3M5.500 7v3" />
      <circle cx="10" cy="9.500" r="0.800" class="solid" />
      <circle cx="12" cy="7.500" r="0.800" class="solid" />
    </>
  ),
  open: <path d="m6 3.500 4.500 4.500L6 12.500" />,
  branch: (
    <>
      <circle cx="4.500" cy="3.500" r="1.600" />
      <circle cx="4.500" cy="12.500" r="1.600" />
      <circle cx="11.500" cy="5.500" r="1.600" />
      <path d="M4.500 5.200v5.600M11.500 7.200c0 2.500-4 2-6.600 3.800" />
    </>
  ),
  check: <path d="m3 8.500 3.300 3.300L13 4.800" />,
  cross: <path d="m4 4 8 8M12 4l-8 8" />,
  differs: <path d="M3 6h10M3 10h10M11 3 5 13" />,
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}
