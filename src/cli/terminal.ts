import { styleText } from 'node:util';

/** How things look on the terminal; plain in a pipe or under NO_COLOR. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Where a command prints: results to standard output, progress and notes to standard error. */
export class Terminal {
  private readonly interactive: boolean;
  private readonly colored: boolean;
  private progressShown = false;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly err: NodeJS.WriteStream,
    environment: NodeJS.ProcessEnv,
  ) {
    this.interactive = err.isTTY;
    this.colored = out.isTTY && (environment['NO_COLOR'] ?? '') === '';
  }

  get width(): number {
    return Math.min(this.out.columns > 0 ? this.out.columns : 100, 140);
  }

  style(style: Style, text: string): string {
    return this.colored ? styleText(style, text, { validateStream: false }) : text;
  }

  /** A line of the command's result. */
  line(text = ''): void {
    this.clearProgress();
    this.out.write(`${text}\n`);
  }

  /** A line for people beside the result; what a terminal would act on is written out. */
  note(text: string): void {
    this.clearProgress();
    this.err.write(`${printable(text)}\n`);
  }

  /** One line that is written over; in a pipe nothing is shown. `fraction` is 0 to 1, or null for no bar. */
  progress(fraction: number | null, text: string): void {
    if (!this.interactive) return;
    const cells = 24;
    const filled = fraction === null ? 0 : Math.round(fraction * cells);
    const bar = fraction === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(cells - filled)}] `;
    const room = Math.max(20, (this.err.columns > 0 ? this.err.columns : 80) - 1);
    this.err.write(`\r\u001b[2K${`${bar}${text}`.slice(0, room)}`);
    this.progressShown = true;
  }

  /** A stage of long work: a line of its own in a pipe, where progress is not shown. */
  stage(text: string): void {
    if (!this.interactive) this.err.write(`${text}\n`);
  }

  clearProgress(): void {
    if (!this.progressShown) return;
    this.err.write('\r\u001b[2K');
    this.progressShown = false;
  }
}

/** Text from models, environments and files without what a terminal would act on. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** `.31`, `1.00`: a probability in as little room as it needs. */
export function probability(value: number | null): string {
  if (value === null) return '-';
  return value >= 0.995 ? '1.00' : value.toFixed(2).slice(1);
}

/** `+1.67`, `>=+2.00`: an action value, with its bound. */
export function actionValue(q: number | null, bound: 'exact' | 'lower' | 'upper' | 'none'): string {
  if (q === null) return '-';
  const sign = q < 0 ? '-' : '+';
  const text = `${sign}${Math.abs(q).toFixed(2)}`;
  return bound === 'lower' ? `>=${text}` : bound === 'upper' ? `<=${text}` : text;
}
